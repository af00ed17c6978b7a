"""Profiles made by hand."""

from __future__ import annotations

from persona_extract.records.policy import Ending, Policy
from persona_extract.records.profile import Profile, ProfileSource, Provenance, Reading, Window


def profile(
    *,
    user_key: str = "0" * 16,
    opening_words: int = 8,
    followup_words: int = 8,
    turns: int = 12,
    thanks_at_end: float = 0.0,
    **values: float,
) -> Profile:
    """A profile with these readings (dimension=value) and this policy."""
    return Profile(
        id=f"p_{user_key}",
        source=ProfileSource(
            corpus="made-up",
            revision="1",
            licence="Apache-2.0",
            user_key=user_key,
            conversations=["1" * 16],
            n_turns=9,
            window=Window(first=None, last=None),
        ),
        readings=[
            Reading(
                dimension=name,
                value=value,
                spread=0.0,
                n=9,
                n_conversations=3,
                reliability=1.0,
                percentile=0.5,
                level="typical",
            )
            for name, value in sorted(values.items())
        ],
        directives=[],
        moves=[],
        policy=Policy(
            opening_words=opening_words,
            followup_words=followup_words,
            words_spread=0.0,
            conversation_turns=turns,
            patience_turns=turns,
            opening_facts=0.0,
            facts_per_turn=0.0,
            opening_share=None,
            reactions=[],
            ending=Ending(thanks=thanks_at_end, wraps_up=thanks_at_end, silent=0.0, abandons=0.0),
        ),
        provenance=Provenance(code="0", dimensions="0", encoder="none", settings="0"),
    )
