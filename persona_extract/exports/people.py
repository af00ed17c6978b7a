"""A profile as one person of a batch, and its brief taken apart for formats that want parts."""

from __future__ import annotations

from collections.abc import Iterable

from persona_extract.exports.inert import inert
from persona_extract.exports.protocol import Exported
from persona_extract.profile.lines import directive_lines
from persona_extract.profile.render import Size, render
from persona_extract.records.directives import Directive, ImportedDirective, Situation
from persona_extract.records.profile import Profile
from persona_extract.records.scenario import Scenario

SITUATIONS: dict[Situation, str] = {
    "always": "in every message",
    "opening": "when opening a conversation",
    "follow-up": "after the first message",
    "after a question": "when the assistant has asked something",
    "after an error": "when the assistant made a mistake",
    "after a refusal": "when the assistant has refused",
    "after a long answer": "after a long answer",
    "ending": "when ending a conversation",
    "other": "in other situations",
}
"""Each situation in words, in the order in which they are told."""


def exported(profile: Profile, weight: float | None = None, size: Size = "full") -> Exported:
    """One person of a batch."""
    return Exported(profile, inert(render(profile, size=size)), weight)


def told(person: Exported) -> dict[str, list[tuple[Directive, str]]]:
    """The directives that the brief has room for, with their lines, by situation in words."""
    lines = set(_said(person.brief))
    pairs = [(each, _line(person.profile, each)) for each in person.profile.directives]
    kept = [(each, line) for each, line in pairs if line in lines]
    return {
        words: found
        for situation, words in SITUATIONS.items()
        if (found := [pair for pair in kept if _situation(pair[0]) == situation])
    }


def beyond(person: Exported) -> list[str]:
    """What the brief says beside the directives: lengths, how it ends, who the user is."""
    lines = {line for pairs in told(person).values() for _, line in pairs}
    return [line for line in _said(person.brief) if line not in lines and not line.endswith(":")]


def wanted(scenario: Scenario) -> str:
    """What a scenario asks for, as one text."""
    return " ".join(scenario.requests)


def known(facts: Iterable[str]) -> list[str]:
    """The facts of a scenario as things to tell when they are asked for."""
    return [f"You know this, and tell it when it is needed: {fact}" for fact in facts]


def _line(profile: Profile, directive: Directive) -> str:
    """A directive as a brief says it; empty if nothing of it can be said."""
    alone = profile.model_copy(update={"directives": [directive]})
    return "".join(inert(line.text) for line in directive_lines(alone))


def _said(brief: str) -> list[str]:
    return [line.removeprefix("- ") for line in brief.splitlines() if line]


def _situation(directive: Directive) -> Situation:
    return "always" if isinstance(directive, ImportedDirective) else directive.situation
