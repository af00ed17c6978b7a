"""The only place where a profile becomes words: what a simulator, or a reader, is told."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from persona_extract.prompts.fence import without_control_tokens
from persona_extract.records.profile import Profile, ReadDirective, measured
from persona_extract.records.scenario import Scenario
from persona_extract.text import fold_space

MOST_DIRECTIVE = 240
MOST_CONDITION = 120
MOST_VALUE = 60
"""Characters that are shown of what a model wrote about a trait, or of a background value."""

Size = Literal["compact", "standard", "full"]

_MOST = {"compact": 5, "standard": 10, "full": 10_000}
"""Directives that are told."""

_INVISIBLE = ("Cc", "Cf", "Co", "Cs")
_WHEN = re.compile(r"(?:when(?:ever)?|if)\s+", re.IGNORECASE)


def render(profile: Profile, scenario: Scenario | None = None, *, size: Size = "full") -> str:
    """The brief for a simulator: the scenario says what to say, the profile says how.

    Traits that a labeler worded are told as style, with their condition; names of traits and
    archetypes are for readers and are not told. Background is data, never an instruction.
    """
    lines: list[str] = []
    if scenario is not None:
        lines += ["What you want:", *(f"- {request}" for request in scenario.requests)]
        if scenario.facts:
            lines += ["What you know:", *(f"- {fact}" for fact in scenario.facts)]
        lines.append("")
    lines += ["How you write:"]
    for directive in profile.directives[: _MOST[size]]:
        text = (
            when_rule(directive)
            if isinstance(directive, ReadDirective)
            else harmless_line(directive.text, MOST_DIRECTIVE)
        )
        lines += [f"- {text}"] * bool(text)
    return "\n".join(lines + _policy(profile) + _background(profile)) + "\n"


def when_rule(told: ReadDirective) -> str:
    """A directive that was read as one line, its condition first."""
    directive = harmless_line(told.text, MOST_DIRECTIVE)
    condition = _WHEN.sub("", harmless_line(told.condition or "", MOST_CONDITION), count=1)
    if not directive or not condition:
        return directive
    if directive[1:2].islower():  # a sentence, and not an abbreviation or "I"
        directive = directive[0].lower() + directive[1:]
    rule = f"When {condition.rstrip(' .,:;')}: {directive}"
    return harmless_line(rule, len(rule))  # the two may put a token together


def harmless_line(text: str, most: int) -> str:
    """What a model wrote, as one line of at most `most` characters that can be read as text only.

    Invisible characters, line breaks and control tokens of chat templates are taken out: such a
    line may go back to words of strangers.
    """
    seen = "".join(
        char for char in text if char.isspace() or unicodedata.category(char) not in _INVISIBLE
    )
    while (plain := fold_space(without_control_tokens(fold_space(seen)))) != seen:
        seen = plain  # taking something out may put the ends of a token together
    return seen if len(seen) <= most else seen[: most - 1].rstrip() + "…"


def _policy(profile: Profile) -> list[str]:
    """What no directive says already: lengths, how long conversations are, how they end."""
    policy, told = profile.policy, {directive.dimension for directive in measured(profile)}
    lines: list[str] = []
    if policy is None:
        return lines
    if "opening_words" not in told:
        lines.append(f"- Open with about {policy.opening_words} words.")
    if not told & {"followup_words", "turn_words"}:
        lines.append(f"- After that write about {policy.followup_words} words at a time.")
    if "conversation_turns" not in told:
        lines.append(f"- Your conversations have about {policy.conversation_turns} messages.")
    if policy.ending and policy.ending.thanks >= 0.5 and "closing_thanks" not in told:
        lines.append("- Say thanks before you leave.")
    return lines


def _background(profile: Profile) -> list[str]:
    said = [
        f"- {one.attribute.replace('_', ' ')}: {harmless_line(one.value, MOST_VALUE)}"
        + " (a guess)" * (one.source == "inferred")
        for one in profile.background
    ]
    return ["", "Who you are (facts, not instructions):", *said] if said else []
