"""One profile in words and figures, for a terminal and for a page: what a check asks, what a policy
says, and on what the user is unusual."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from persona_extract.dimensions import all_dimensions
from persona_extract.dimensions.directives import number_behind
from persona_extract.dimensions.measured import is_personal
from persona_extract.dimensions.protocol import Dimension, Side
from persona_extract.records.catalogue import Mark
from persona_extract.records.directives import (
    Check,
    Directive,
    ImportedDirective,
    MeasuredDirective,
    ReadDirective,
    Trial,
)
from persona_extract.records.policy import Ending, Policy
from persona_extract.records.profile import Profile, Reading, Transition
from persona_extract.report.found import dimension_words
from persona_extract.report.words import counted, minus, percent, plain_name
from persona_extract.traits.mark_words import name_kinds, words_of

_RELIABLE = 0.5
"""From here on a user's mean is more signal than noise."""

_IMPORTED = "imported directives"
_ORDINARY = "much like the others"
_RATIO = "ln("


class Kind(NamedTuple):
    """What a directive rests on, its test and what that gave, each in words or empty."""

    kind: str
    about: str
    situation: str
    check: str
    tested: str


@cache
def known_dimensions() -> dict[str, Dimension]:
    """Dimensions of this program by name; a pack of another version may have others."""
    return {dimension.name: dimension for dimension in all_dimensions()}


@cache
def is_known_personal(name: str) -> bool:
    """Whether this program knows the dimension and holds it for personal."""
    return name in known_dimensions() and is_personal(known_dimensions()[name])


def side_of(reading: Reading) -> Side:
    """The side of the middle on which a user stands."""
    return "high" if reading.percentile > 0.5 else "low"


def in_words(reading: Reading) -> str:
    """What the user does, as the side on which the reading lies says it."""
    return dimension_words(reading.dimension, side_of(reading))


def axis_words(name: str) -> str:
    """What a high value of a dimension means."""
    return dimension_words(name, "high")


def unusualness(reading: Reading) -> float:
    """How far from the middle a user stands, as far as the reading can be relied upon: 0 to 1."""
    return reading.reliability * abs(2 * reading.percentile - 1)


def unusual(profile: Profile, most: int) -> list[Reading]:
    """The personal readings on which a user is most unusual, of those that say the same in words
    the first."""
    found: dict[str, Reading] = {}
    for reading in sorted(profile.readings, key=lambda r: (-unusualness(r), r.dimension)):
        if is_known_personal(reading.dimension) and unusualness(reading) > 0:
            found.setdefault(in_words(reading), reading)
    return list(found.values())[:most]


def title(profile: Profile) -> str:
    """A few words for a user: the three things that are most unusual and have words."""
    if not profile.readings:
        return _IMPORTED if profile.directives else "no readings"
    marks = [
        Mark(kind="dimension", name=r.dimension, side=side_of(r), z=unusualness(r))
        for r in unusual(profile, 40)
        if r.level != "typical" and r.reliability >= _RELIABLE and words_of(r.dimension, side_of(r))
    ]
    return name_kinds([marks])[0] if marks else _ORDINARY


def amount(name: str, value: float) -> str:
    """A value in its unit, a logarithm as the number behind it: 12% of turns, 9.4 words."""
    dimension = known_dimensions().get(name)
    if dimension is None:
        return minus(f"{value:.3g}")
    if dimension.unit.startswith("share"):
        return f"{percent(value)} {dimension.unit.removeprefix('share ')}".strip()
    return f"{bare_amount(name, value)} {unit_words(dimension.unit)}"


def bare_amount(name: str, value: float) -> str:
    """The same without its unit."""
    dimension = known_dimensions().get(name)
    if dimension is None:
        return minus(f"{value:.3g}")
    if dimension.unit.startswith("share"):
        return percent(value)
    return _short(number_behind(dimension, value))


def unit_words(unit: str) -> str:
    """A unit without its logarithm."""
    if not unit.startswith(_RATIO):
        return unit
    inner = unit.removeprefix(_RATIO).removeprefix("1+").removesuffix(")")
    over, _, under = inner.partition("/")
    return f"times as many {over} as {under}" if under else inner


def check_words(check: Check) -> str:
    """What a check asks of simulated turns."""
    bound = "at least" if check.operator == ">=" else "at most"
    many = counted(check.min_turns, "turn")
    wanted = amount(check.dimension, check.threshold)
    return f"{plain_name(check.dimension)}: on average {bound} {wanted}, over {many} or more"


def outcome_words(check: Check, tested: Trial) -> str:
    """What the check found on the turns that its directive cites."""
    dimension = known_dimensions().get(check.dimension)
    share = dimension is not None and dimension.unit.startswith("share")
    found = (bare_amount if share else amount)(check.dimension, tested.value)
    turns = "the turn" if tested.n == 1 else f"the {tested.n} turns"
    return f"{found} on {turns} that it cites"


def about(directive: Directive) -> Kind:
    """Of any directive: on what it rests, when it applies, what tests it."""
    match directive:
        case MeasuredDirective():
            return Kind(
                "measured",
                directive.dimension,
                directive.situation,
                check_words(directive.check),
                outcome_words(directive.check, directive.tested),
            )
        case ReadDirective():
            asks = directive.check.question if directive.check else ""
            when = directive.condition or directive.situation
            return Kind("read", directive.trait, when, asks, "")
        case ImportedDirective():
            return Kind("imported", "", "", "", "")


def support_words(directive: MeasuredDirective | ReadDirective) -> str:
    """In how much of what could have shown it a directive was shown."""
    noun = "turn" if isinstance(directive, MeasuredDirective) else "conversation"
    return f"{directive.support.n} of {counted(directive.support.of, noun)}"


def policy_lines(policy: Policy) -> list[tuple[str, str]]:
    """Lengths, pace, patience and ending: what, and in words."""
    low, high = math.exp(-policy.words_spread), math.exp(policy.words_spread)
    told = f"{_short(policy.opening_facts)} in the opening, {_short(policy.facts_per_turn)} a turn"
    if policy.opening_share is not None:
        told += f"; {percent(policy.opening_share)} of a conversation's facts come at once"
    lines = [
        ("opening", _words(policy.opening_words, low, high)),
        ("follow-ups", _words(policy.followup_words, low, high)),
        ("facts", f"{told} (figures, names, quoted strings)"),
        (
            "patience",
            f"{counted(policy.conversation_turns, 'turn')} is the median; nine of ten "
            f"conversations are over by {counted(policy.patience_turns, 'turn')}",
        ),
    ]
    return [*lines, ("ending", ending_words(policy.ending))] if policy.ending else lines


def ending_words(ending: Ending) -> str:
    """How conversations end; the shares overlap."""
    shares = {
        "silent": ending.silent,
        "thanks": ending.thanks,
        "wraps up": ending.wraps_up,
        "gives up": ending.abandons,
    }
    return ", ".join(f"{what} {percent(share)}" for what, share in shares.items())


def replies(rates: Iterable[tuple[str, float]]) -> list[tuple[str, float]]:
    """What a user does after an act of the assistant, the most frequent first; nothing that is
    never done."""
    return sorted(((reply, rate) for reply, rate in rates if rate > 0), key=lambda p: (-p[1], p[0]))


def next_moves(profile: Profile) -> dict[str | None, Transition]:
    """The move that most often follows each: by what was before (None: the opening)."""
    found: dict[str | None, Transition] = {}
    for one in sorted(profile.transitions, key=lambda t: (-t.rate, -t.n, t.after)):
        found.setdefault(one.before, one)
    return found


def move_labels(profile: Profile) -> dict[str, str]:
    """Labels of the moves that a profile holds."""
    return {move.move: move.label for move in profile.moves}


def window_words(profile: Profile) -> str:
    """First to last day, where the corpus says; else empty."""
    window = profile.source.window
    if window.first is None or window.last is None:
        return window.first or window.last or ""
    return window.first if window.first == window.last else f"{window.first} to {window.last}"


def _words(typical: int, low: float, high: float) -> str:
    least, most = max(1, round(typical * low)), max(1, round(typical * high))
    around = "" if least == most else f" (two in three have {least} to {most})"
    return f"about {counted(typical, 'word')}{around}"


def _short(value: float) -> str:
    if abs(value) >= 10:
        return minus(f"{value:,.0f}")
    digits = f"{value:.1f}" if abs(value) >= 1 else f"{value:.2g}"
    return minus(digits.removesuffix(".0"))
