"""Forgetting people in a workspace: what goes, what stays, and that it can be interrupted.

The models are fakes (`tests.servers.roles`).
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from persona_extract.errors import PackError, StoreError, UsageError
from persona_extract.packs import build
from persona_extract.packs.read import read_pack, validate_pack
from persona_extract.pipeline import forget_tables, forgetting
from persona_extract.pipeline.forgetting import Request, forget
from persona_extract.pipeline.forgotten import read_forgotten, write_forgotten
from persona_extract.records.forgotten import Forgotten, Proof
from persona_extract.store.workspace import locked, open_workspace
from persona_extract.text import salted_key
from persona_extract.traits import split
from tests.servers.openai_like import FakeModelServer
from tests.servers.roles import keyed, kinds
from tests.unit.cli.with_models import KEY, SMALL, copied, persona, run
from tests.unit.pipeline.runs import bytes_of, corpus

USERS = 9
SALT = SMALL["PERSONA_EXTRACT_SALT"]


class Stopped(BaseException):
    """As if somebody had pulled the plug."""


@pytest.fixture(scope="module", autouse=True)
def small() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in SMALL.items():
            patch.setenv(name, value)
        patch.setattr(split, "MIN_USERS", USERS)
        yield


@pytest.fixture(scope="module")
def server() -> Iterator[FakeModelServer]:
    with FakeModelServer() as running:
        running.plays(keyed(KEY))
        yield running


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return corpus(tmp_path_factory.mktemp("source"), users=USERS)


@pytest.fixture(scope="module")
def whole(source: Path, server: FakeModelServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run."""
    out = tmp_path_factory.mktemp("whole") / "w"
    ended = run(source, out, server.url, "-q", "--until", "pack")
    assert ended.code == 0, ended.err
    return out


@pytest.fixture
def workspace(whole: Path, tmp_path: Path) -> Path:
    return copied(whole, tmp_path / "w")


@pytest.fixture(scope="module")
def forgot(whole: Path, source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same workspace without the first person, undisturbed."""
    out = copied(whole, tmp_path_factory.mktemp("forgot") / "w")
    assert drop(out, users=[key_of(person(source))]).proven
    return out


def person(source: Path, number: int = 0) -> str:
    """Id of a user in the source."""
    rows = [json.loads(line) for line in source.read_text("utf-8").splitlines()]
    return list(dict.fromkeys(row["hashed_ip"] for row in rows))[number]


def key_of(user: str) -> str:
    return salted_key(SALT.encode(), "user", "WildChat (local copy)", user)


def texts_of(source: Path, user: str) -> list[str]:
    """What a user wrote at some length and nobody else did."""
    rows = [json.loads(line) for line in source.read_text("utf-8").splitlines()]
    said = {True: set[str](), False: set[str]()}
    for row in rows:
        for message in row["conversation"]:
            if message["role"] == "user" or row["hashed_ip"] != user:
                said[row["hashed_ip"] == user].add(message["content"])
    others = "\n".join(said[False])
    return [text for text in sorted(said[True]) if len(text) > 20 and text not in others]


def holding(root: Path, texts: list[str]) -> list[str]:
    """Files that hold one of the texts: their bytes, and Parquet decoded. Own code: this must not
    trust the scan that it tests."""
    found: list[str] = []
    for path in sorted(p for p in root.rglob("*") if p.is_file() and p.name != "forgotten.json"):
        content = path.read_bytes()
        if path.suffix == ".parquet":
            content += repr(pl.read_parquet(path).to_dicts()).encode()
        if any(
            form in content for text in texts for form in (text.encode(), json.dumps(text).encode())
        ):
            found.append(str(path.relative_to(root)))
    return found


def drop(
    root: Path,
    *packs: Path,
    users: list[str] | None = None,
    conversations: list[str] | None = None,
    dry_run: bool = False,
) -> Proof:
    asked = Forgotten(users=users or [], conversations=conversations or [])
    return forget(Request(root, packs, asked, (), dry_run))


def left_by(root: Path) -> dict[str, str]:
    """Digests but for files of SQLite, whose pages depend on how often they were written."""
    return {name: digest for name, digest in bytes_of(root).items() if ".sqlite" not in name}


def answers(root: Path) -> set[str]:
    with sqlite3.connect(root / "cache" / "answers.sqlite") as database:
        return {key for (key,) in database.execute("SELECT key FROM answers")}


def test_nothing_of_the_person_is_in_any_byte(source: Path, whole: Path, forgot: Path) -> None:
    user = person(source)
    texts, key = texts_of(source, user), key_of(user)
    assert len(texts) > 2
    assert len(holding(whole, texts)) > 3 and len(holding(whole, [key])) > 8
    assert holding(forgot, [*texts, key]) == []
    assert read_forgotten(forgot) == Forgotten(users=[key])
    assert len(holding(forgot, texts_of(source, person(source, 1)))) > 0


def test_the_proof_counts_and_tells_no_key(source: Path, workspace: Path) -> None:
    key = key_of(person(source))
    proof = drop(workspace, users=[key])
    by_kind = {trace.kind: trace for trace in proof.traces}
    assert proof.proven and proof.left_in == [] and proof.files_scanned > 8
    assert proof.conversations == by_kind["keys"].n - 1 > 0
    assert by_kind["keys"].before > 10 and by_kind["text runs"].before > 100
    assert by_kind["quote keys"].before > 0
    assert [trace.after for trace in proof.traces] == [0, 0, 0]
    assert key not in proof.model_dump_json()


def test_no_remembered_centre_is_a_mean_of_the_person_too(
    source: Path, whole: Path, forgot: Path
) -> None:
    def centres(workspace: Path) -> dict[tuple[str, str], tuple[int, int]]:
        """Kind and id -> number of members, length of the centre."""
        tables = [pl.read_parquet(path) for path in (workspace / "memory").glob("*.parquet")]
        rows = pl.concat(tables).filter(pl.col("id").is_not_null())
        return {
            (kind, name): (len(members), len(centre))
            for kind, name, members, centre in rows.select(
                "kind", "id", "members", "centre"
            ).iter_rows()
        }

    before, after = centres(whole), centres(forgot)
    smaller = [one for one in after if after[one][0] < before[one][0]]
    assert smaller
    assert all(after[one][1] == 0 for one in smaller)
    assert all(after[one] == before[one] for one in after if one not in smaller)


def test_the_pack_of_the_workspace_stays_a_pack(source: Path, whole: Path, forgot: Path) -> None:
    assert validate_pack(forgot / "pack") == ()
    users = {one.source.user_key for one in read_pack(whole / "pack").profiles}
    assert {one.source.user_key for one in read_pack(forgot / "pack").profiles} == users - {
        key_of(person(source))
    }


def test_a_rerun_is_a_run_that_never_knew_the_person(
    source: Path, whole: Path, forgot: Path, server: FakeModelServer, tmp_path: Path
) -> None:
    """And it asks nothing about the others again."""
    fresh, again = tmp_path / "fresh", copied(forgot, tmp_path / "again")
    gone = answers(whole) - answers(forgot)
    assert gone and answers(forgot)
    write_forgotten(open_workspace(fresh, SALT).root, read_forgotten(forgot))
    shutil.rmtree(again / "memory")  # ids that persist are another matter
    server.seen.clear()
    assert run(source, again, server.url, "--until", "pack", "-q").code == 0
    assert kinds(server.seen).count("read") == 0
    assert answers(again).isdisjoint(gone)
    assert run(source, fresh, server.url, "--until", "pack", "-q").code == 0
    assert bytes_of(again / "01_pull") == bytes_of(fresh / "01_pull")
    assert bytes_of(again / "pack") == bytes_of(fresh / "pack")
    assert holding(again, texts_of(source, person(source))) == []


STEPS = (
    (forgetting, "_remove_answers", False),
    (forgetting, "_remove_answers", True),
    (forgetting, "_from_pack", False),
    (build, "_put", True),
    (forgetting, "_remove", False),
    (forgetting, "_remove", True),
    (forget_tables, "write_chunk", True),
)
"""What is done, and whether it still is before the plug is pulled."""


@pytest.mark.parametrize(
    ("module", "step", "after"), STEPS, ids=[f"{step}-{after}" for _, step, after in STEPS]
)
def test_interrupted_and_given_again(
    module: object,
    step: str,
    after: bool,
    source: Path,
    workspace: Path,
    forgot: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real, key = getattr(module, step), key_of(person(source))

    def stop(*arguments: object) -> None:
        if after:
            real(*arguments)
        raise Stopped

    with monkeypatch.context() as patch:
        patch.setattr(module, step, stop)
        with pytest.raises(Stopped):
            drop(workspace, users=[key])
    assert read_forgotten(workspace).users == [key]
    assert drop(workspace, users=[key]).proven
    assert left_by(workspace) == left_by(forgot)
    assert answers(workspace) == answers(forgot)


@pytest.mark.parametrize("nth", [1, 2])
def test_interrupted_while_folders_change_places(
    nth: int, source: Path, workspace: Path, forgot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, key, made = Path.rename, key_of(person(source)), list[Path]()

    def stop(path: Path, target: Path) -> Path:
        renamed = real(path, target)
        if "01_pull" in path.name:
            made.append(path)
            if len(made) == nth:
                raise Stopped
        return renamed

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", stop)
        with pytest.raises(Stopped):
            drop(workspace, users=[key])
    proof = drop(workspace, users=[key])
    assert proof.proven and proof.conversations > 0  # it still knew what to look for
    assert left_by(workspace) == left_by(forgot)


def test_twice_is_harmless(source: Path, workspace: Path) -> None:
    key = key_of(person(source))
    drop(workspace, users=[key])
    before, kept = left_by(workspace), answers(workspace)
    proof = drop(workspace, users=[key])
    assert proof.proven and (proof.conversations, proof.answers) == (0, 0)
    assert (left_by(workspace), answers(workspace)) == (before, kept)


def test_two_people_and_a_pack_elsewhere(source: Path, workspace: Path, tmp_path: Path) -> None:
    users = [person(source, 1), person(source, 3)]
    keys = [key_of(user) for user in users]
    pack = tmp_path / "kept"
    shutil.copytree(workspace / "pack", pack)
    proof = drop(workspace, pack, users=keys)
    assert proof.proven
    assert [(one.profiles, one.left) for one in proof.packs] == [(2, USERS - 2)] * 2
    texts = [text for user in users for text in texts_of(source, user)]
    assert holding(workspace, [*texts, *keys]) == [] == holding(pack, keys)
    assert validate_pack(pack) == ()


def test_one_conversation_leaves_and_the_person_stays(
    source: Path, workspace: Path, server: FakeModelServer
) -> None:
    key = key_of(person(source))
    profile = next(
        one for one in read_pack(workspace / "pack").profiles if one.source.user_key == key
    )
    gone, *rest = profile.source.conversations
    proof = drop(workspace, conversations=[gone])
    assert proof.proven and proof.conversations == 1
    assert any("measure the rest again" in note for note in proof.notes)
    before = read_pack(workspace / "pack").manifest
    assert run(source, workspace, server.url, "--until", "pack", "-q").code == 0
    after = read_pack(workspace / "pack").manifest
    assert {one.id for one in before.moves} & {one.id for one in after.moves}  # ids persist
    again = {one.source.user_key: one for one in read_pack(workspace / "pack").profiles}
    assert sorted(again[key].source.conversations) == sorted(rest)
    assert holding(workspace, [gone]) == []


def test_an_id_of_the_corpus(source: Path, workspace: Path, forgot: Path) -> None:
    ended = persona(
        *("pack", "forget", "--workspace", workspace, "--user-id", person(source), "--json")
    )
    assert (ended.code, ended.err) == (0, "")
    assert json.loads(ended.out)["proven"] is True
    assert left_by(workspace) == left_by(forgot)


def test_a_dry_run_changes_nothing(source: Path, workspace: Path) -> None:
    before, kept = left_by(workspace), answers(workspace)
    proof = drop(workspace, users=[key_of(person(source))], dry_run=True)
    assert (left_by(workspace), answers(workspace)) == (before, kept)
    assert (proof.proven, proof.dry_run) == (False, True)
    assert proof.conversations > 0 and proof.answers > 0 and proof.removed


def test_what_is_left_is_found_and_fails(source: Path, workspace: Path) -> None:
    user = person(source)
    note = workspace / "notes" / "mine.md"
    note.parent.mkdir()
    words = texts_of(source, user)[0].upper().replace(" ", "\n ")
    note.write_text(f"# kept\n{words}\n", "utf-8")
    arguments = ("pack", "forget", "--workspace", workspace, "--user-key", key_of(user))
    ended = persona(*arguments)
    assert ended.code == 1
    assert str(note) in "".join(ended.out.split("\n")) and "NOT all is gone" in ended.out
    assert texts_of(source, user)[0] not in ended.out
    note.unlink()
    assert persona(*arguments).code == 0


def test_without_settings_all_answers_go(source: Path, workspace: Path) -> None:
    (workspace / "manifest.json").unlink()
    proof = drop(workspace, users=[key_of(person(source))])
    assert proof.proven and answers(workspace) == set()
    assert any("all that models answered goes" in note for note in proof.notes)


def test_a_damaged_note_stops_a_run(workspace: Path, source: Path, server: FakeModelServer) -> None:
    (workspace / "forgotten.json").write_text('{"users": 1}')
    with pytest.raises(StoreError, match=r"forgotten\.json is damaged"):
        drop(workspace, users=[key_of(person(source))])


def test_refusals_change_nothing(source: Path, workspace: Path, tmp_path: Path) -> None:
    before = left_by(workspace)
    key = key_of(person(source))
    nobody = Forgotten()
    for request, said in (
        (Request(workspace, (), Forgotten(users=["0" * 16])), "pack show"),
        (Request(workspace, (), Forgotten(conversations=["0" * 16])), "pack show"),
        (Request(workspace, (), nobody, ("nobody",)), "letter by letter"),
        (Request(None, (workspace / "pack",), nobody, ("me",)), "needs --workspace"),
        (Request(None, (), Forgotten(users=[key])), "say where"),
        (Request(tmp_path / "none", (), Forgotten(users=[key])), "no workspace"),
        (Request(workspace, (tmp_path / "none",), Forgotten(users=[key])), "not a folder"),
    ):
        with pytest.raises(UsageError, match=said):
            forget(request)
    with pytest.raises(PackError):
        forget(Request(workspace, (workspace / "02_curate",), Forgotten(users=[key])))
    with locked(open_workspace(workspace)), pytest.raises(StoreError, match="in use"):
        forget(Request(workspace, (), Forgotten(users=[key])))
    assert left_by(workspace) == before
    assert persona("pack", "forget", "--workspace", workspace).code == 2
    assert persona("pack", "forget", "--workspace", workspace, "--user-key", "bob").code == 2


def test_files_are_for_their_owner_as_before(source: Path, workspace: Path) -> None:
    drop(workspace, users=[key_of(person(source))])
    assert (workspace / "cache" / "answers.sqlite").stat().st_mode & 0o077 == 0
