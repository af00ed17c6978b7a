"""The claims of a pack once more against the conversations of its workspace: nothing is taken from
the pack but what it claims."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from persona_extract.dimensions.read import pool_conversations, pool_users
from persona_extract.errors import PackError
from persona_extract.packs.decode import decode
from persona_extract.packs.files import PROFILES, Lines, opened
from persona_extract.packs.findings import MAX_FINDINGS, Doubt, Finding, finding
from persona_extract.pipeline.job import Job
from persona_extract.pipeline.measure import turn_schema
from persona_extract.pipeline.steps import Watcher
from persona_extract.profile.ground import ground
from persona_extract.profile.policy import policies
from persona_extract.profile.standing import standings
from persona_extract.records.fields import DIGITS
from persona_extract.records.pack import PackManifest
from persona_extract.records.profile import Profile, measured
from persona_extract.records.tables import MOVES, TURNS, USER_READINGS, empty
from persona_extract.store.atomic import read_table

NEAR = 2 * 10.0**-DIGITS
"""By so much two roundings of one number may differ, for numbers around 1."""

_USER = re.compile(rb'"user_key"\s*:\s*"([0-9a-f]{16})"')
_FIGURES = ("value", "spread", "n", "n_conversations", "percentile", "level")


@dataclass(slots=True)
class Proven:
    """What was verified, and what did not hold.

    Attributes:
        claims: readings, directives, traits, moves, transitions and policies that hold.
        quotes: evidence of them whose hash is that of the text where it is cited.
        readings: of these claims.
    """

    claims: int = 0
    quotes: int = 0
    readings: int = 0
    findings: list[Finding] = field(default_factory=list[Finding])


@dataclass(frozen=True, slots=True)
class _Lines:
    """Where the line of each user stands: number, first byte, bytes."""

    folder: Path
    at: dict[str, tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class _Part:
    """What a part of the workspace says of its users.

    Attributes:
        moves: None where the run did not get that far.
    """

    turns: dict[str, pl.DataFrame]
    readings: dict[str, pl.DataFrame]
    standings: dict[str, pl.DataFrame]
    moves: dict[str, pl.DataFrame] | None


def reprove(folder: Path, manifest: PackManifest, job: Job, watcher: Watcher) -> Proven:
    """Every claim of every profile against the turns of its user: each quote is hashed again with
    the salt of the workspace, each check run on the cited turns and on all, readings and policy
    are measured from the turn readings anew, follow-ups counted anew.

    Holds one part of the workspace at a time.

    Args:
        folder: of a pack that was found to be readable.
        manifest: of it.
        job: of the workspace, finished up to "measure".
        watcher: who is told how far it is.
    """
    lines, proven, met, parts = _index(folder), Proven(), set[str](), job.parts()
    pooled = [pool_users(pool_conversations(_turns_read(job, part))) for part in parts]
    population = pl.concat([empty(USER_READINGS), *pooled])
    listed = {move.id for move in manifest.moves}
    watcher.begin("verify", len(parts))
    for part, users in zip(parts, pooled, strict=True):
        here = _part(job, part, standings(users, population))
        for user in sorted(here.turns.keys() & lines.at.keys()):
            number, profile = _profile(lines, user)
            _prove(profile, here, listed, job, proven, f":{number} ({profile.id})")
        met |= here.turns.keys()
        watcher.advance("verify", 1)
    if lines.at and met.isdisjoint(lines.at):
        _fail(
            proven,
            "",
            f"none of its users is in {job.workspace.root}: that is the workspace of "
            "another run, or of one with another salt",
        )
        met |= lines.at.keys()
    for user in lines.at.keys() - met:
        place = f":{lines.at[user][0]}"
        _fail(proven, place, "its user is not in the workspace")
    watcher.end("verify", f"{proven.claims:,} claims")
    return proven


def _prove(
    profile: Profile, here: _Part, listed: set[str], job: Job, proven: Proven, place: str
) -> None:
    user = profile.source.user_key
    turns, readings, standing = here.turns[user], here.readings[user], here.standings[user]
    _, refused = ground(profile, turns, readings, job.quote_key())
    problems = [f"{one.kind} on {one.about}: {one.reason}" for one in refused]
    problems += _sources(profile, turns)
    unread = list(_readings(profile, standing))
    if profile.policy != policies(turns, readings, standing).get(user):
        unread.append("policy: it is not what the turns say")
    moves = profile.moves if here.moves is not None else []
    if here.moves is not None:
        unread += _moves(profile, here.moves.get(user, empty(MOVES)), listed)
    problems += unread
    for problem in problems[:MAX_FINDINGS]:
        _fail(proven, place, problem)
    cited = [*measured(profile), *profile.traits]
    steps = profile.transitions if here.moves is not None else []
    made = len(cited) + len(profile.readings) + len(moves) + len(steps) + 1
    proven.claims += max(0, made - len(problems))
    proven.quotes += sum(len(one.evidence) for one in cited) if not refused else 0
    proven.readings += len(profile.readings)


def _sources(profile: Profile, turns: pl.DataFrame) -> Iterator[str]:
    source = profile.source
    if sorted(turns["conversation_id"].unique()) != sorted(source.conversations):
        yield "its conversations are not those of the user in the workspace"
    if turns.height != source.n_turns:
        yield f"n_turns says {source.n_turns}, the workspace {turns.height}"


def _readings(profile: Profile, standing: pl.DataFrame) -> Iterator[str]:
    found = {row["dimension"]: row for row in standing.iter_rows(named=True)}
    said = {reading.dimension: reading for reading in profile.readings}
    for dimension in sorted(found.keys() ^ said.keys()):
        who = "the profile" if dimension in found else "the workspace"
        yield f"reading of {dimension}: {who} has none"
    for dimension in sorted(found.keys() & said.keys()):
        row, reading = found[dimension], said[dimension]
        pairs = [(name, getattr(reading, name), row[name]) for name in _FIGURES]
        pairs.append(("reliability", reading.reliability, row["weight"]))
        if wrong := [name for name, a, b in pairs if not _same(a, b)]:
            yield f"reading of {dimension}: {', '.join(wrong)} not what the turns say"


def _same(said: object, found: object) -> bool:
    if isinstance(said, float) and isinstance(found, float):
        return abs(said - found) <= NEAR * max(1.0, abs(found))
    return said == found


def _moves(profile: Profile, moves: pl.DataFrame, listed: set[str]) -> Iterator[str]:
    """Follow-ups counted anew, and what follows on what where turns stand next to each other."""
    rows = moves.filter(pl.col("move").is_in(sorted(listed))).sort("conversation_id", "turn")
    made, steps = Counter[str](), Counter[tuple[str | None, str]]()
    before: tuple[str, int, str] | None = None
    for conversation, turn, move in rows.select("conversation_id", "turn", "move").iter_rows():
        made[move] += 1
        if turn == 1:
            steps[None, move] += 1
        elif before is not None and before[:2] == (conversation, turn - 1):
            steps[before[2], move] += 1
        before = conversation, turn, move
    if made != {one.move: one.n for one in profile.moves}:
        yield "moves: they are not those of the workspace"
    if steps != {(one.before, one.after): one.n for one in profile.transitions}:
        yield "transitions: they are not those of the workspace"


def _part(job: Job, part: str, standing: pl.DataFrame) -> _Part:
    path = job.folder("cluster") / "moves" / f"{part}.parquet"
    return _Part(
        turns=_by_user(job.table("curate", "turns", part, TURNS)),
        readings=_by_user(_turns_read(job, part)),
        standings=_by_user(standing),
        moves=_by_user(read_table(path, MOVES)) if path.is_file() else None,
    )


def _turns_read(job: Job, part: str) -> pl.DataFrame:
    return job.table("measure", "turns", part, turn_schema())


def _by_user(rows: pl.DataFrame) -> dict[str, pl.DataFrame]:
    parts = rows.partition_by("user_key", as_dict=True, maintain_order=True)
    return {str(key[0]): part for key, part in parts.items()}


def _index(folder: Path) -> _Lines:
    at: dict[str, tuple[int, int, int]] = {}
    start = 0
    for number, line in enumerate(Lines(folder), 1):
        if (found := _USER.search(line)) is not None:
            at[found[1].decode()] = number, start, len(line)
        start += len(line) + 1
    return _Lines(folder, at)


def _profile(lines: _Lines, user: str) -> tuple[int, Profile]:
    number, start, length = lines.at[user]
    with opened(lines.folder / PROFILES) as file:
        file.seek(start)
        found = decode(file.read(length), Profile)
    if not isinstance(found, Profile):
        raise PackError(f"{lines.folder / PROFILES}:{number}: it was changed while it was read.")
    return number, found


def _fail(proven: Proven, place: str, problem: str) -> None:
    proven.findings.append(finding(PROFILES, place, Doubt("workspace", problem)))
