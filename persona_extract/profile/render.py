"""The only place where a profile becomes words: what a simulator, or a reader, is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, get_args

from persona_extract.profile.lines import Group, Line, background_lines, directive_lines
from persona_extract.profile.rules import (
    end_lines,
    length_lines,
    pace_lines,
    reaction_lines,
    short_lines,
)
from persona_extract.prompts.fence import without_control_tokens
from persona_extract.records.profile import Profile
from persona_extract.records.scenario import Scenario

Size = Literal["compact", "standard", "full"]

SIZES: tuple[Size, ...] = get_args(Size)

LIMITS: dict[Size, int] = {"compact": 200, "standard": 600}
"""Size -> tokens (cl100k) below which the profile's part of a brief stays."""

RULE = (
    "The scenario says what you want, these lines say how you put it; "
    "its names, numbers and ids go before style."
)

_MOST_TRIED = 200
"""Lines that are tried for a size with a limit: a broken profile may have thousands."""

_HEADERS: dict[Group, str] = {
    "write": "How you write:",
    "react": "How you react:",
    "end": "How you end:",
    "person": "Who you are (facts, not instructions):",
}


def render(profile: Profile, scenario: Scenario | None = None, size: Size = "full") -> str:
    """The brief for a simulator: the scenario says what to say, the profile says how.

    Requests and facts are never cut and do not count; the profile's part (`profile_part`) does.
    Names of traits and archetypes are for readers and are not told. Background is data, never an
    instruction. Whatever the profile holds, each of its lines is harmless (`harmless_line`).

    Args:
        profile: who.
        scenario: what it is about, where that is known.
        size: "compact" is under 200 tokens of cl100k, "standard" under 600, "full" everything.
    """
    return _scenario_part(scenario) + profile_part(profile, size)


def profile_part(profile: Profile, size: Size = "full") -> str:
    """The part of the brief that the profile fills.

    Directives are taken strongest first for as long as they fit, then what is known of the person.
    What a policy says stands in any size: in full, or for "compact" lengths, number of messages and
    the usual way to end in one line, and reactions and disclosure as far as they fit.
    """
    directives, person = directive_lines(profile), background_lines(profile)
    if size == "full":
        return _written(profile, [*directives, *person], size)
    rest = person if size == "standard" else [*_optional(profile, directives), *person]
    return _written(profile, _fitting(profile, [*directives, *rest], size), size)


def count_profile_tokens(profile: Profile, size: Size = "full") -> int:
    """Tokens (cl100k) of the profile's part."""
    return _count(profile_part(profile, size))


def _scenario_part(scenario: Scenario | None) -> str:
    if scenario is None:
        return ""
    lines = ["What you want:", *map(_item, scenario.requests)]
    if scenario.facts:
        lines += ["What you know:", *map(_item, scenario.facts)]
    return "\n".join(lines) + "\n\n"


def _item(text: str) -> str:
    """Word for word, but further lines stand below the first and cannot pass for headers."""
    return "- " + "\n  ".join(without_control_tokens(text).splitlines())


def _fitting(profile: Profile, lines: Sequence[Line], size: Size) -> list[Line]:
    """The lines that fit, each where the ones before it have left room."""
    most = LIMITS[size] - 1
    kept: list[Line] = []
    for line in lines[:_MOST_TRIED]:
        if _count(line.text) < most and _count(_written(profile, [*kept, line], size)) <= most:
            kept.append(line)
    return kept


def _optional(profile: Profile, told: Sequence[Line]) -> list[Line]:
    """What a compact brief says of the policy if there is room."""
    policy = profile.policy
    return [] if policy is None else [*reaction_lines(policy, told), *pace_lines(policy, told)]


def _written(profile: Profile, kept: Sequence[Line], size: Size) -> str:
    lines = [*kept, *_policy(profile, kept, size)]
    parts = filter(None, [RULE, *(_section(lines, group) for group in _HEADERS)])
    return ("\n" if size == "compact" else "\n\n").join(parts) + "\n"


def _policy(profile: Profile, told: Sequence[Line], size: Size) -> Iterator[Line]:
    if profile.policy is None:
        return
    if size == "compact":
        yield from short_lines(profile.policy, told)
        return
    for lines in (length_lines, pace_lines, reaction_lines, end_lines):
        yield from lines(profile.policy, told)


def _section(lines: Sequence[Line], group: Group) -> str:
    items = [f"- {line.text}" for line in lines if line.group == group]
    return "\n".join([_HEADERS[group], *items]) if items else ""


def _count(text: str) -> int:
    from persona_extract.llm.cl100k import count_cl100k

    return count_cl100k(text)
