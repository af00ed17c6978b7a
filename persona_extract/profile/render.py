"""The only place where a profile becomes words: what a simulator, or a reader, is told."""

from __future__ import annotations

from persona_extract.records.profile import Profile
from persona_extract.records.scenario import Scenario


def render(profile: Profile, scenario: Scenario | None = None) -> str:
    """The brief for a simulator: the scenario says what to say, the profile says how."""
    lines: list[str] = []
    if scenario is not None:
        lines += ["What you want:", *(f"- {request}" for request in scenario.requests)]
        if scenario.facts:
            lines += ["What you know:", *(f"- {fact}" for fact in scenario.facts)]
        lines.append("")
    lines += ["How you write:", *(f"- {directive.text}" for directive in profile.directives)]
    return "\n".join(lines + _policy(profile)) + "\n"


def _policy(profile: Profile) -> list[str]:
    """What no directive says already: lengths, how long conversations are, how they end."""
    policy, told = profile.policy, {directive.dimension for directive in profile.directives}
    lines: list[str] = []
    if "opening_words" not in told:
        lines.append(f"- Open with about {policy.opening_words} words.")
    if not told & {"followup_words", "turn_words"}:
        lines.append(f"- After that write about {policy.followup_words} words at a time.")
    if "conversation_turns" not in told:
        lines.append(f"- Your conversations have about {policy.conversation_turns} messages.")
    if policy.thanks_at_end >= 0.5 and "closing_thanks" not in told:
        lines.append("- Say thanks before you leave.")
    return lines
