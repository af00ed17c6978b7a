"""Simulated conversations against the profiles that they were to play."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import cast

import polars as pl
from pydantic import ValidationError

from persona_extract.curate import user_turns
from persona_extract.curate.said import said
from persona_extract.dimensions.read import turn_readings
from persona_extract.errors import SourceError, UsageError
from persona_extract.packs.read import Pack, read_pack
from persona_extract.pipeline.arm_tally import tally_arm
from persona_extract.pipeline.linting import choose
from persona_extract.pipeline.scenarios import one_of_folder
from persona_extract.pipeline.steps import Watcher
from persona_extract.pipeline.transcripts import read_transcripts
from persona_extract.profile.check import check_turns
from persona_extract.profile.check_policy import check_policy
from persona_extract.records.checks import (
    CheckResult,
    ProfileChecked,
)
from persona_extract.records.profile import Profile
from persona_extract.records.scenario import Transcript
from persona_extract.records.tables import TRANSCRIPTS, conform
from persona_extract.report.words import counted
from persona_extract.sources import JSON_NAMES, documents, find_files, parse, read_first
from persona_extract.text import content_hash

CASES = "case_profiles.jsonl"
"""Beside the transcripts of a run: the profiles that they played, which are in no pack, for what
is simulated is held out of them."""

_Played = tuple[str, str, str]
"""Arm, profile and simulator."""

_NO_ARM = ""
_AT_ONCE = 200  # profiles that are measured together: measuring has a fixed cost of a second


def check_transcripts(
    folder: Path,
    files: Sequence[Path],
    watcher: Watcher,
    *,
    profile: str | None = None,
    arm: str | None = None,
) -> CheckResult:
    """What became of the directives of each profile that was played.

    Args:
        folder: the pack.
        files: our transcripts, which name their profiles, or any recorded conversations.
        watcher: told of profiles checked.
        profile: beginning of the id of the one that is checked; needed where files name none.
        arm: only transcripts of this arm.

    Raises:
        PackError, SourceError: something cannot be read, or holds no user turn.
        UsageError: files name no profile, or none that is known.
    """
    pack = read_pack(folder)
    chosen = choose(pack, [profile])[0] if profile else None
    heard = _Heard({one.id: one for one in pack.profiles})
    for file in _each_once(files, chosen, heard):
        if file.is_file() and _is_ours(file):
            _take_ours(file, heard, profile, arm)
        else:
            _take_any(file, heard, chosen, arm)
    _refuse_nothing(pack, heard)
    watcher.begin("check", len(heard.spoken))
    keys = sorted(heard.spoken)
    made: list[ProfileChecked] = []
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        made += _check(heard, some)
        watcher.advance("check", len(some))
    if not made:
        raise SourceError(f"{', '.join(map(str, files))}: no user turns in it")
    watcher.end("check", counted(len({one.profile for one in made}), "profile"))
    return _result(pack, files, made, heard.all_notes())


@dataclass(slots=True)
class _Heard:
    """What was read: rows of `TRANSCRIPTS` by arm, profile and simulator. `seen` are hashes of
    transcripts, `repeated` is how many were met again."""

    known: dict[str, Profile]
    spoken: dict[_Played, list[dict[str, object]]] = field(
        default_factory=dict[_Played, list[dict[str, object]]]
    )
    without: int = 0
    unknown: dict[str, int] = field(default_factory=dict[str, int])
    seen: set[str] = field(default_factory=set[str])
    repeated: int = 0
    notes: list[str] = field(default_factory=list[str])

    def all_notes(self) -> list[str]:
        """What a reader has to know."""
        notes = list(self.notes)
        if self.repeated:
            many = counted(self.repeated, "transcript")
            notes.append(f"{many} of the same content as another: each is counted once")
        if self.without:
            notes.append(f"left out: {counted(self.without, 'transcript')} without a profile")
        if self.unknown:
            many = counted(sum(self.unknown.values()), "transcript")
            of = counted(len(self.unknown), "profile")
            notes.append(f"left out: {many} of {of} not in the pack")
        return notes


def _each_once(files: Sequence[Path], chosen: Profile | None, heard: _Heard) -> Iterator[Path]:
    """The file, or the folder of recorded conversations, that each argument stands for."""
    given: set[Path] = set()
    for named in files:
        file = _one_file(named, chosen)
        if file.resolve() in given:
            heard.notes.append(f"{named}: named more than once, counted once")
            continue
        given.add(file.resolve())
        yield file


def _is_ours(file: Path) -> bool:
    first = read_first(file)
    return isinstance(first, dict) and {"scenario", "simulator", "arm"} <= first.keys()


def _one_file(named: Path, chosen: Profile | None) -> Path:
    if not named.is_dir():
        path, *others = find_files(str(named), JSON_NAMES)
        if others:
            raise SourceError(f"{named}: holds several files; name them one by one, e.g. {path}")
        return path
    found = one_of_folder(str(named), _is_ours)
    if found is None and chosen is None:
        raise SourceError(
            f"{named}: is a folder, and no file in it holds transcripts of ours. Name those of a"
            " run (10_simulate/transcripts.jsonl in its folder), or say with --profile ID whom its"
            " recorded conversations play"
        )
    return found or named


def _take_ours(file: Path, heard: _Heard, profile: str | None, arm: str | None) -> None:
    """Transcripts of ours. Profiles that stand beside them are known, too."""
    beside = _cases(file.parent / CASES)
    used: set[str] = set()
    for number, (place, text) in enumerate(documents(file)):
        try:
            one = Transcript.model_validate(parse(place, text))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(step) for step in first["loc"])
            raise SourceError(f"{place}: {where}: {first['msg']}") from error
        if arm is not None and one.arm != arm:
            continue
        if one.profile is None:
            heard.without += 1
        elif profile is not None and not one.profile.startswith(profile):
            continue
        elif one.profile not in heard.known and one.profile not in beside:
            heard.unknown[one.profile] = heard.unknown.get(one.profile, 0) + 1
        else:
            used |= {one.profile} - heard.known.keys()
            _add_ours(heard, one, one.profile, f"{file}:{number}")
    if used:
        heard.known |= {name: beside[name] for name in used}
        heard.notes.append(
            f"{file}: {counted(len(used), 'profile')} not of the pack but of {CASES} beside it,"
            " made without the conversations that are simulated, and checked by that"
        )


def _cases(file: Path) -> dict[str, Profile]:
    if not file.is_file():
        return {}
    found: dict[str, Profile] = {}
    for place, text in documents(file):
        try:
            one = Profile.model_validate_json(text)
        except ValidationError as error:
            raise SourceError(f"{place}: is no profile of this version of the program") from error
        found[one.id] = one
    return found


def _add_ours(heard: _Heard, one: Transcript, profile: str, name: str) -> None:
    key = content_hash(one.model_dump_json())
    if key in heard.seen:
        heard.repeated += 1
        return
    heard.seen.add(key)
    messages = [{"role": message.role, "content": message.content} for message in one.messages]
    _add(heard, (one.arm, profile, one.simulator), name, messages)


def _take_any(file: Path, heard: _Heard, chosen: Profile | None, arm: str | None) -> None:
    """Recorded conversations of any shape, all played as one profile."""
    if chosen is None:
        raise UsageError(f"{file}: does not say which profile was played; say so with --profile ID")
    if arm is not None:
        raise UsageError(f"{file}: knows no arms; leave --arm out")
    read = read_transcripts(file)
    for why, n in read.skipped.items():
        entries = "1 entry" if n == 1 else f"{n:,} entries"
        heard.notes.append(f"{file}: {entries} skipped: {why}")
    if read.frame["human"].any():
        heard.notes.append(f"{file}: its users are people, not a simulation of the profile")
    for number, row in enumerate(read.frame["messages"].to_list()):
        messages = cast(list[dict[str, str]], row)
        _add(heard, (_NO_ARM, chosen.id, read.recognised), f"{file}:{number}", messages)


def _add(heard: _Heard, played: _Played, name: str, messages: list[dict[str, str]]) -> None:
    row: dict[str, object] = {"conversation_id": name, "messages": messages}
    heard.spoken.setdefault(played, []).append(row)


def _refuse_nothing(pack: Pack, heard: _Heard) -> None:
    if heard.spoken:
        return
    if heard.unknown:
        raise UsageError(
            f"Not in the pack {pack.manifest.name!r}: {counted(len(heard.unknown), 'profile')} that"
            f" the transcripts name, such as {next(iter(heard.unknown))}. Name the pack"
            f" that was simulated, or lay {CASES} of the run beside the transcripts."
        )
    raise UsageError("No transcript was played with a profile that is asked for.")


def _check(heard: _Heard, keys: Sequence[_Played]) -> Iterator[ProfileChecked]:
    """Those of the profiles that said anything."""
    readings = _readings([heard.spoken[key] for key in keys])
    for (at,), rows in readings.group_by("user_key", maintain_order=True):
        arm, name, simulator = keys[int(str(at))]
        profile = heard.known[name]
        yield ProfileChecked(
            profile=name,
            simulator=simulator,
            arm=arm or None,
            n_conversations=rows["conversation_id"].n_unique(),
            n_turns=rows.height,
            directives=check_turns(profile, rows),
            policy=check_policy(profile.policy, rows) if profile.policy else [],
        )


def _readings(spoken: Sequence[list[dict[str, object]]]) -> pl.DataFrame:
    """Turn readings of what the user's side said; `user_key` is the place in `spoken`."""
    blank = dict.fromkeys(TRANSCRIPTS)
    rows = [blank | row | {"user_id": f"{i:06d}"} for i, some in enumerate(spoken) for row in some]
    frame = pl.DataFrame(rows, schema=TRANSCRIPTS, orient="row")
    spoke = said(conform(frame, TRANSCRIPTS)).with_columns(
        user_key=pl.col("user_id"), domain=pl.lit(None, pl.String)
    )
    return turn_readings(user_turns(spoke))


def _result(
    pack: Pack, files: Sequence[Path], checked: list[ProfileChecked], notes: list[str]
) -> CheckResult:
    arms = [tally_arm(arm, list(some)) for arm, some in groupby(checked, key=lambda one: one.arm)]
    return CheckResult(
        pack=pack.manifest.name,
        digest=pack.manifest.digest,
        files=[str(file) for file in files],
        followed=arms[0].followed if len(arms) == 1 else None,
        arms=arms,
        profiles=checked,
        notes=notes,
    )
