"""Simulated conversations against the profiles that they were to play."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import cast

import polars as pl
from pydantic import ValidationError

from persona_extract.curate import user_turns
from persona_extract.curate.said import said
from persona_extract.dimensions.read import turn_readings
from persona_extract.errors import SourceError, UsageError
from persona_extract.packs.read import Pack, read_pack
from persona_extract.pipeline.linting import choose
from persona_extract.pipeline.steps import Watcher
from persona_extract.pipeline.transcripts import read_transcripts
from persona_extract.profile.check import check_turns
from persona_extract.profile.check_policy import check_policy
from persona_extract.records.checks import (
    CheckResult,
    DimensionChecked,
    Followed,
    Kept,
    PolicyKept,
    ProfileChecked,
    Verdict,
)
from persona_extract.records.profile import Profile
from persona_extract.records.scenario import Transcript
from persona_extract.records.tables import TRANSCRIPTS, conform
from persona_extract.sources import JSON_NAMES, documents, find_files, parse, read_first

CASES = "case_profiles.jsonl"
"""Beside the transcripts of a run: the profiles that they played, which are in no pack, for what
is simulated is held out of them."""

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
    for file in files:
        if _is_ours(file):
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
    watcher.end("check", f"{len(made):,} profiles")
    return _result(pack, files, made, heard.all_notes())


@dataclass(slots=True)
class _Heard:
    """What was read: rows of `TRANSCRIPTS` by profile and simulator."""

    known: dict[str, Profile]
    spoken: dict[tuple[str, str], list[dict[str, object]]] = field(
        default_factory=dict[tuple[str, str], list[dict[str, object]]]
    )
    without: int = 0
    unknown: dict[str, int] = field(default_factory=dict[str, int])
    arms: set[str] = field(default_factory=set[str])
    notes: list[str] = field(default_factory=list[str])

    def all_notes(self) -> list[str]:
        """What a reader has to know."""
        notes = list(self.notes)
        if len(self.arms) > 1:
            notes.append(f"several arms are taken together: {', '.join(sorted(self.arms))}")
        if self.without:
            notes.append(f"{self.without:,} transcripts without a profile are left out")
        if self.unknown:
            n = sum(self.unknown.values())
            notes.append(
                f"{n:,} transcripts of {len(self.unknown):,} profiles that are not in the pack are"
                " left out"
            )
        return notes


def _is_ours(file: Path) -> bool:
    first = read_first(_one_file(file))
    return isinstance(first, dict) and {"scenario", "simulator", "arm"} <= first.keys()


def _one_file(file: Path) -> Path:
    path, *others = find_files(str(file), JSON_NAMES)
    if others:
        raise SourceError(f"{file}: holds several files; name them one by one, e.g. {path}")
    return path


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
            heard.arms.add(one.arm)
            _add(heard, one.profile, one.simulator, f"{file}:{number}", _messages(one))
    if used:
        heard.known |= {name: beside[name] for name in used}
        heard.notes.append(
            f"{file}: {len(used):,} profiles are not those of the pack: they stand in {CASES}"
            " beside it, made without the conversations that are simulated, and are checked by that"
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


def _messages(one: Transcript) -> list[dict[str, str]]:
    return [{"role": message.role, "content": message.content} for message in one.messages]


def _take_any(file: Path, heard: _Heard, chosen: Profile | None, arm: str | None) -> None:
    """Recorded conversations of any shape, all played as one profile."""
    if chosen is None:
        raise UsageError(f"{file}: does not say which profile was played; say so with --profile ID")
    if arm is not None:
        raise UsageError(f"{file}: knows no arms; leave --arm out")
    read = read_transcripts(file)
    heard.notes += [f"{file}: {n:,} entries skipped: {why}" for why, n in read.skipped.items()]
    if read.frame["human"].any():
        heard.notes.append(f"{file}: its users are people, not a simulation of the profile")
    for number, row in enumerate(read.frame["messages"].to_list()):
        messages = cast(list[dict[str, str]], row)
        _add(heard, chosen.id, read.recognised, f"{file}:{number}", messages)


def _add(
    heard: _Heard, profile: str, simulator: str, name: str, messages: list[dict[str, str]]
) -> None:
    row: dict[str, object] = {"conversation_id": name, "messages": messages}
    heard.spoken.setdefault((profile, simulator), []).append(row)


def _refuse_nothing(pack: Pack, heard: _Heard) -> None:
    if heard.spoken:
        return
    if heard.unknown:
        raise UsageError(
            f"None of the {len(heard.unknown):,} profiles that were played, such as"
            f" {next(iter(heard.unknown))}, is in the pack {pack.manifest.name!r}. Name the pack"
            f" that was simulated, or lay {CASES} of the run beside the transcripts."
        )
    raise UsageError("No transcript was played with a profile that is asked for.")


def _check(heard: _Heard, keys: Sequence[tuple[str, str]]) -> Iterator[ProfileChecked]:
    """Those of the profiles that said anything."""
    readings = _readings([heard.spoken[key] for key in keys])
    for (at,), rows in readings.group_by("user_key", maintain_order=True):
        name, simulator = keys[int(str(at))]
        profile = heard.known[name]
        yield ProfileChecked(
            profile=name,
            simulator=simulator,
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
    every = [one for profile in checked for one in profile.directives]
    counts: dict[Verdict, int] = {}
    for one in every:
        counts[one.verdict] = counts.get(one.verdict, 0) + 1
    passed = counts.get("followed", 0) + counts.get("over-acted", 0)
    tested = passed + counts.get("ignored", 0)
    return CheckResult(
        pack=pack.manifest.name,
        digest=pack.manifest.digest,
        files=[str(file) for file in files],
        followed=round(passed / tested, 6) if tested else None,
        counts=dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))),
        policy=_policy(row for profile in checked for row in profile.policy),
        dimensions=_by_dimension(every),
        profiles=checked,
        notes=notes,
    )


def _policy(rows: Iterator[PolicyKept]) -> dict[str, dict[Kept, int]]:
    found: dict[str, dict[Kept, int]] = {}
    for row in rows:
        tally = found.setdefault(row.field, {})
        tally[row.verdict] = tally.get(row.verdict, 0) + 1
    return found


def _by_dimension(every: list[Followed]) -> list[DimensionChecked]:
    """Those that are ignored most first."""
    groups: dict[tuple[str, str], list[Followed]] = {}
    for one in every:
        if one.kind == "measured" and one.operator is not None:
            groups.setdefault((one.about, one.operator), []).append(one)
    made = [_dimension(name, operator, some) for (name, operator), some in groups.items()]
    return sorted(made, key=lambda d: (-d.ignored, -d.n, d.dimension, d.side))


def _dimension(name: str, operator: str, some: list[Followed]) -> DimensionChecked:
    counts: Mapping[Verdict, int] = {
        verdict: sum(one.verdict == verdict for one in some)
        for verdict in ("followed", "ignored", "over-acted", "too few turns")
    }
    ratios = [one.ratio for one in some if one.ratio is not None and one.verdict != "too few turns"]
    return DimensionChecked(
        dimension=name,
        side="high" if operator == ">=" else "low",
        n=len(some),
        followed=counts["followed"],
        ignored=counts["ignored"],
        over_acted=counts["over-acted"],
        too_few=counts["too few turns"],
        ratio=round(median(ratios), 6) if ratios else None,
    )
