"""Removes people from a workspace and from packs, and proves that nothing of them is left.

Who is forgotten is noted first, and texts go last, so that an interrupted command can be given
again: it knows what to look for, and finishes.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from persona_extract.errors import PackError, UsageError
from persona_extract.packs.forget import clear, forget_in_pack, part, refuse_emptying
from persona_extract.pipeline.forget_answers import Unwanted, caches, unwanted
from persona_extract.pipeline.forget_needles import (
    Known,
    concerned,
    gather,
    known_keys,
    last_run,
)
from persona_extract.pipeline.forget_tables import (
    OLD,
    PULL,
    rewrite_memory,
    rewrite_pull,
    settle,
)
from persona_extract.pipeline.forgotten import FILE, read_forgotten, write_forgotten
from persona_extract.pipeline.job import FOLDERS, Job
from persona_extract.pipeline.traces import Needles, Seen, all_files, scan
from persona_extract.records.forgotten import Forgotten, PackForgotten, Proof, Trace
from persona_extract.store.atomic import reporting, write_json
from persona_extract.store.workspace import Workspace, locked, open_workspace
from persona_extract.text import salted_key

UNDER_WAY = "forgetting.json"
"""Whose answers were removed already, while the command is under way."""


@dataclass(frozen=True, slots=True)
class Request:
    """Who is to be forgotten, and where.

    Attributes:
        root: a workspace, if any.
        packs: further packs.
        asked: salted keys.
        user_ids: ids of users in the corpus; they need the workspace's salt.
    """

    root: Path | None
    packs: tuple[Path, ...]
    asked: Forgotten
    user_ids: tuple[str, ...] = ()
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done, once everything that could be wrong was looked at."""

    workspace: Workspace | None
    packs: tuple[Path, ...]
    asked: Forgotten
    job: Job | None
    needles: Needles
    answers: tuple[Unwanted, ...]
    conversations: int


def forget(request: Request) -> Proof:
    """Forgets people, or says what would go.

    Raises:
        UsageError: a key or id is unknown, nothing to look into is given, or a pack holds nobody
            else. Nothing was changed then.
        StoreError, PackError: something is damaged, in use or cannot be written.
    """
    if request.root is None and not request.packs:
        raise UsageError("say where: --workspace, the folder of a run, or --pack, or both.")
    if request.root is not None and not (request.root / "workspace.json").is_file():
        raise UsageError(f"{request.root} is no workspace of a run (`persona-extract run --out`).")
    workspace = open_workspace(request.root) if request.root else None
    with ExitStack() as held:
        if workspace is not None:
            held.enter_context(locked(workspace))
        plan = _plan(request, workspace)
        before = scan(_files(plan), plan.needles)
        told = [] if request.dry_run else _carry_out(plan)
        after = before if request.dry_run else scan(_files(plan), plan.needles)
        proof = _proof(request, plan, (before, after), told or list(_would_leave(plan)))
        if proof.proven and workspace is not None:
            (workspace.root / UNDER_WAY).unlink(missing_ok=True)
    return proof


def _plan(request: Request, workspace: Workspace | None) -> Plan:
    packs = _packs(request)
    if workspace is not None and not request.dry_run:
        settle(workspace)
    if not request.dry_run:
        for folder in packs:
            clear(folder)
    known = known_keys(workspace, packs)
    asked = _resolved(request, workspace, known)
    for folder in request.packs:
        refuse_emptying(folder, part(folder, asked))
    noted = read_forgotten(workspace.root) if workspace else Forgotten()
    _refuse_unknown(asked, known, noted)
    job, mine = last_run(workspace), concerned(known, asked)
    # Answers go before conversations do.
    done = noted.covers(asked) and mine.isdisjoint(known.pulled)
    needles = gather(workspace, packs, asked, mine)
    return Plan(
        workspace,
        packs,
        asked,
        job,
        needles,
        tuple(_unwanted(workspace, job, asked, needles)) if not done else (),
        len(mine & known.pulled),
    )


def _packs(request: Request) -> tuple[Path, ...]:
    """Packs to be looked into, each once; the one that a run left in its workspace only if it is
    whole."""
    packs = {path.resolve(): None for path in request.packs}
    for path in packs:
        if not path.is_dir() and not path.with_name(f".{path.name}.old").is_dir():
            raise UsageError(f"{path} is not a folder; --pack wants the folder of a pack.")
    if request.root is not None:
        own = request.root.resolve() / "pack"
        if own.is_dir() or own.with_name(".pack.old").is_dir():
            packs[own] = None
    return tuple(packs)


def _resolved(request: Request, workspace: Workspace | None, known: Known) -> Forgotten:
    """The keys asked for, those of ids included: an id is one user in each corpus that has it."""
    users = list(request.asked.users)
    for one in request.user_ids:
        if workspace is None:
            raise UsageError("--user-id needs --workspace: its salt makes keys of ids.")
        salt = workspace.salt
        keys = {salted_key(salt, "user", corpus, one) for corpus in known.corpora}
        found = keys & {*known.users, *read_forgotten(workspace.root).users}
        if not found:
            raise UsageError(
                f"--user-id {one!r}: no conversation of this user was pulled into {workspace.root} "
                "(ids are compared letter by letter; WildChat's is hashed_ip)."
            )
        users += found
    return Forgotten().joined(
        Forgotten(users=users, conversations=request.asked.conversations),
    )


def _refuse_unknown(asked: Forgotten, known: Known, noted: Forgotten) -> None:
    strange = [f"--user-key {one}" for one in asked.users if one not in known.users]
    strange = [one for one in strange if one.split()[1] not in noted.users]
    strange += [
        f"--conversation {one}"
        for one in asked.conversations
        if one not in {*known.conversations, *noted.conversations}
    ]
    if strange:
        raise UsageError(
            f"{strange[0]} is not known here. Keys stand in profiles, under source: user_key and "
            "conversations (`persona-extract pack show PACK PROFILE --json`). With the id that the "
            "corpus gives a user, say --user-id and --workspace."
        )


def _unwanted(
    workspace: Workspace | None, job: Job | None, asked: Forgotten, needles: Needles
) -> Iterator[Unwanted]:
    if workspace is None or _answers_gone(workspace, asked):
        return
    for path in caches(job, workspace.root):
        yield unwanted(job, path, workspace.root, asked, needles)


def _answers_gone(workspace: Workspace, asked: Forgotten) -> bool:
    """Whether an interrupted command got so far. Then the tables that tell whose answers are whose
    may be gone, and need not be there."""
    path = workspace.root / UNDER_WAY
    with reporting(path):
        if not path.is_file():
            return False
        written = path.read_bytes()
    try:
        return Forgotten.model_validate_json(written).covers(asked)
    except ValueError:
        return False


def _carry_out(plan: Plan) -> list[PackForgotten]:
    workspace, asked = plan.workspace, plan.asked
    if workspace is None:
        return [forget_in_pack(folder, asked) for folder in plan.packs]
    forgotten = read_forgotten(workspace.root).joined(asked)
    write_forgotten(workspace.root, forgotten)
    _remove_answers(plan)
    write_json(workspace.root / UNDER_WAY, asked.model_dump())
    rewrite_memory(workspace, forgotten_members(plan))
    told = [_from_pack(plan, folder) for folder in plan.packs]
    _remove(_anew(workspace))
    rewrite_pull(workspace, forgotten)
    return told


def forgotten_members(plan: Plan) -> Forgotten:
    """The keys asked for, with those of all conversations of the people among them."""
    return Forgotten(
        users=plan.asked.users, conversations=sorted(plan.needles.conversations - {""})
    )


def _remove_answers(plan: Plan) -> None:
    from persona_extract.llm.cache import remove_answers

    for cache in plan.answers:
        remove_answers(cache.path, cache.keys)


def _from_pack(plan: Plan, folder: Path) -> PackForgotten:
    """The pack that a run left in its workspace is made anew by the next run: if it is damaged, or
    would hold nobody, it goes."""
    own = plan.workspace is not None and folder == plan.workspace.root / "pack"
    if not own:
        return forget_in_pack(folder, plan.asked)
    try:
        parted = part(folder, plan.asked)
    except PackError:
        shutil.rmtree(folder)
        return PackForgotten(pack=str(folder), profiles=0, left=0)
    if parted.left:
        return forget_in_pack(folder, plan.asked)
    shutil.rmtree(folder)
    return parted.told(folder)


def _would_leave(plan: Plan) -> Iterator[PackForgotten]:
    for folder in plan.packs:
        try:
            yield part(folder, plan.asked).told(folder)
        except PackError:
            yield PackForgotten(pack=str(folder), profiles=0, left=0)


def _anew(workspace: Workspace) -> list[Path]:
    """What a run makes anew, and what it only keeps to be faster. The list of what a run was, by
    which its settings are known, comes last."""
    root, stages = workspace.root, [name for name in FOLDERS.values() if name != PULL]
    rest = ["report.html", "report.json", "cache/vectors.sqlite", "cache/batches", "manifest.json"]
    side = ["cache/vectors.sqlite-wal", "cache/vectors.sqlite-shm", "cache/vectors.sqlite-journal"]
    return [root / name for name in (*stages, *side, *rest) if (root / name).exists()]


def _remove(paths: list[Path]) -> None:
    for path in paths:
        with reporting(path):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def _files(plan: Plan) -> list[Path]:
    """Every file that may hold something, but for those that say whom to leave out."""
    roots = [*plan.packs, *([plan.workspace.root] if plan.workspace else [])]
    beside = [folder.with_name(f".{folder.name}.{w}") for folder in plan.packs for w in _BESIDE]
    outside = [cache.path for cache in plan.answers]
    found = {path for root in (*roots, *beside) for path in all_files(root)} | {*outside}
    kept = (
        {plan.workspace.root / name for name in (FILE, UNDER_WAY)}
        if plan.workspace
        else set[Path]()
    )
    return sorted(path for path in found - kept if path.is_file())


_BESIDE = ("old", "partial")


def _proof(
    request: Request, plan: Plan, seen: tuple[Seen, Seen], packs: list[PackForgotten]
) -> Proof:
    before, after = seen
    traces = [
        Trace(kind=kind, n=len(some), before=before.count(some), after=after.count(some))
        for kind, some in plan.needles.found.items()
    ]
    removed = _anew(plan.workspace) if plan.workspace and request.dry_run else []
    return Proof(
        dry_run=request.dry_run,
        proven=not request.dry_run and not after.places,
        asked_users=len(plan.asked.users),
        asked_conversations=len(plan.asked.conversations),
        conversations=plan.conversations,
        answers=sum(len(cache.keys) for cache in plan.answers),
        packs=packs,
        removed=[str(path) for path in removed],
        files_scanned=after.files,
        traces=traces,
        left_in=sorted(map(str, after.places)),
        notes=list(_notes(plan)),
    )


def _notes(plan: Plan) -> Iterator[str]:
    yield from (cache.note for cache in plan.answers if cache.note)
    if plan.asked.conversations and plan.packs:
        yield (
            "profiles that rest on a forgotten conversation leave the packs whole: a pack alone "
            "cannot measure the rest again"
        )
    if plan.workspace is not None:
        yield (
            f"{plan.workspace.root / FILE} keeps the salted keys, so that no later run brings the "
            "conversations back. Give the command of the last run again: it makes the rest anew"
        )
        if plan.workspace.folder(OLD).exists():
            yield f"{plan.workspace.folder(OLD)} is left of an interrupted command"
