"""Who the policy machine plans for: what it needs to know of a user, or of nobody."""

from __future__ import annotations

from dataclasses import dataclass

from persona_extract.records.policy import Policy
from persona_extract.records.profile import MoveRate, Profile, Transition

NEUTRAL = Policy(
    opening_words=20,
    followup_words=12,
    words_spread=0.5,
    conversation_turns=5,
    patience_turns=10,
    opening_facts=1.0,
    facts_per_turn=0.5,
    opening_share=0.5,
    reactions=[],
    ending=None,
)
"""Of nobody: round numbers, made up to be unobtrusive and not measured."""


@dataclass(frozen=True, slots=True)
class Manner:
    """What of a profile the machine goes by."""

    policy: Policy = NEUTRAL
    moves: tuple[MoveRate, ...] = ()
    transitions: tuple[Transition, ...] = ()


def manner_of(profile: Profile | None) -> Manner:
    """The manner of a profile; `NEUTRAL` without one, or without a policy."""
    if profile is None or profile.policy is None:
        return Manner()
    return Manner(profile.policy, tuple(profile.moves), tuple(profile.transitions))
