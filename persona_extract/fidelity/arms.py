"""Plays the arms: the same cases with no profile, the person's own, and somebody else's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import polars as pl

from persona_extract.fidelity.cases import STRATA, Case
from persona_extract.records.profile import Profile
from persona_extract.records.scenario import Transcript
from persona_extract.records.settings import SimulateSettings
from persona_extract.records.tables import TURNS, conform
from persona_extract.simulators.protocol import Part
from persona_extract.text import content_hash

Arm = Literal["plain", "grounded", "shuffled"]

ARMS: tuple[Arm, ...] = ("plain", "grounded", "shuffled")

CompileFor = Callable[[Case], Profile] | Mapping[str, Profile]
"""The profile of a case's user from the case's evidence alone: by call, or by case id."""


class Play(Protocol):
    """Plays one part to its end, e.g. `functools.partial(converse, simulator, assistant=echo)`."""

    def __call__(self, part: Part, *, arm: str, seed: int, heard: str | None) -> Transcript:
        """The transcript. `heard` as in `dialogue.converse`."""
        ...


@dataclass(frozen=True, slots=True)
class Played:
    """One case under one arm."""

    case: Case
    arm: Arm
    transcript: Transcript


def play_arms(
    cases: Sequence[Case],
    compile_for: CompileFor,
    play: Play,
    settings: SimulateSettings,
    *,
    seed: int,
) -> tuple[Played, ...]:
    """Every case under every arm, cases in the order given.

    All arms of a case share one seed, so that they differ by the profile alone. The shuffled arm
    takes the profile of another user of the same stratum, drawn once a user, nobody's own.

    Raises:
        ValueError: a stratum has a single user.
    """
    profiles = {case.id: _compiled(compile_for, case) for case in cases}
    strangers = _strangers(cases, seed)
    played: list[Played] = []
    for case in cases:
        own = int(content_hash(str(seed), case.id, length=8), 16)
        given: dict[Arm, Profile | None] = {
            "plain": None,
            "grounded": profiles[case.id],
            "shuffled": profiles[strangers[case.id]],
        }
        for arm in ARMS:
            part = Part(case.scenario, given[arm], settings.max_turns)
            said = play(part, arm=arm, seed=own, heard=case.heard)
            played.append(Played(case, arm, said))
    return tuple(played)


def simulated_turns(played: Iterable[Played]) -> pl.DataFrame:
    """The simulated user turns as `TURNS`, so that the dimensions read them like real ones.

    The conversation id is `<arm>/<case id>`. In a continued conversation the turns are numbered on
    from the real first half, whose first and last turn stay what is looked back at.
    """
    rows = [row for one in played for row in _turns(one)]
    table = pl.DataFrame(rows, schema=TURNS, orient="row")
    return conform(table, TURNS).sort("user_key", "conversation_id", "turn")


def said_by_user(transcript: Transcript) -> str:
    """All user turns of a transcript, one a line."""
    return "\n".join(m.content for m in transcript.messages if m.role == "user")


def _compiled(compile_for: CompileFor, case: Case) -> Profile:
    return compile_for(case) if callable(compile_for) else compile_for[case.id]


def _strangers(cases: Sequence[Case], seed: int) -> dict[str, str]:
    """Case id -> id of a case of another user of the stratum, by a derangement of the users."""
    found: dict[str, str] = {}
    for stratum in STRATA:
        own = [case for case in cases if case.stratum == stratum]
        first = {case.user_key: case.id for case in reversed(own)}
        other = _derangement(sorted(first), seed)
        found |= {case.id: first[other[case.user_key]] for case in own}
    return found


def _derangement(users: Sequence[str], seed: int) -> dict[str, str]:
    """User -> another user, one to one: each gets the next one in a seeded circle."""
    if len(users) == 1:
        raise ValueError("a stratum with a single user has nobody to shuffle with")
    order: list[int] = np.random.default_rng(seed).permutation(len(users)).tolist()
    circle = [users[i] for i in order]
    return dict(zip(circle, circle[1:] + circle[:1], strict=True))


def _turns(played: Played) -> list[tuple[object, ...]]:
    """The rows of one transcript, in the order of the columns of `TURNS`."""
    case, messages = played.case, played.transcript.messages
    before = [] if case.heard is None else [str(text) for text in case.evidence["text"]]
    at = [i for i, message in enumerate(messages) if message.role == "user"]
    texts = [*before, *(messages[i].content for i in at)]
    rows: list[tuple[object, ...]] = []
    for turn, i in enumerate(at, start=len(before)):
        rows.append(
            (
                case.user_key,
                f"{played.arm}/{case.id}",
                case.scenario.domain,
                turn,
                len(texts),
                texts[turn],
                texts[0] if turn else None,
                texts[turn - 1] if turn else None,
                messages[i - 1].content if i else None,
                messages[i + 1].content if i + 1 < len(messages) else None,
            )
        )
    return rows
