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
    policy = profile.policy
    lines = [
        f"- Open with about {policy.opening_words} words; "
        f"later messages have about {policy.followup_words}.",
        f"- Give up after about {policy.patience_turns} messages.",
    ]
    if policy.thanks_at_end >= 0.5:
        lines.append("- Say thanks before you leave.")
    return lines
