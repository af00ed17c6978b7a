"""Directives and background of a profile as lines of a brief, each with where it belongs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from persona_extract.profile.harmless import harmless_line
from persona_extract.records.directives import (
    Directive,
    MeasuredDirective,
    ReadDirective,
    Situation,
)
from persona_extract.records.profile import Profile

Group = Literal["write", "react", "end", "person"]

MOST_DIRECTIVE = 240
MOST_IMPORTED = 600
MOST_CONDITION = 120
MOST_VALUE = 60
"""Characters that are shown of a directive, of one that somebody else wrote, of a condition, and of
a background value."""

WHEN: dict[Situation, str] = {
    "opening": "you open the conversation",
    "follow-up": "you write again",
    "after a question": "you are asked something",
    "after an error": "the assistant has made a mistake",
    "after a refusal": "you are refused",
    "after a long answer": "the answer is long",
    "ending": "you end the conversation",
}
"""How a situation is put to a simulator."""

_ENDS = frozenset(("conversation_turns",))
"""Dimensions that are about the end and can be read at any turn."""

_WHEN = re.compile(r"(?:when(?:ever)?|if)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a brief; `tells` is the dimension that it speaks of, where it rests on one, and
    `situation` that of a measured directive."""

    group: Group
    text: str
    tells: str | None = None
    situation: Situation | None = None


def directive_lines(profile: Profile) -> list[Line]:
    """All directives, the strongest first; what was imported has no strength and comes last."""
    ranked = sorted(profile.directives, key=_strength, reverse=True)
    return [line for one in ranked if (line := _directive_line(one)).text]


def background_lines(profile: Profile) -> list[Line]:
    """What is known of the person: facts, never instructions."""
    return [
        Line(
            "person",
            f"{one.attribute.replace('_', ' ')}: {harmless_line(one.value, MOST_VALUE)}"
            + " (a guess)" * (one.source == "inferred"),
        )
        for one in profile.background
    ]


def when_rule(told: ReadDirective) -> str:
    """A directive that was read as one line, its condition first: in the reader's words, or as its
    situation says."""
    directive = harmless_line(told.text, MOST_DIRECTIVE)
    condition = harmless_line(told.condition or "", MOST_CONDITION)
    condition = _WHEN.sub("", condition, count=1).rstrip(" .,:;") or WHEN.get(told.situation, "")
    if not directive or not condition:
        return directive
    if directive[1:2].islower():  # a sentence, and not an abbreviation or "I"
        directive = directive[0].lower() + directive[1:]
    rule = f"When {condition}: {directive}"
    return harmless_line(rule, len(rule))  # the two may put a token together


def _strength(directive: Directive) -> float:
    return getattr(directive, "strength", 0.0)


def _directive_line(one: Directive) -> Line:
    match one:
        case MeasuredDirective():
            text = harmless_line(one.text, MOST_DIRECTIVE)
            ends = one.situation == "ending" or one.dimension in _ENDS
            group = "end" if ends else _group(one.situation)
            return Line(group, text, one.dimension, one.situation)
        case ReadDirective():
            reacts = one.condition is not None and one.situation == "other"
            return Line("react" if reacts else _group(one.situation), when_rule(one))
        case _:
            return Line("write", harmless_line(one.text, MOST_IMPORTED))


def _group(situation: Situation) -> Group:
    if situation == "ending":
        return "end"
    return "react" if situation.startswith("after ") else "write"
