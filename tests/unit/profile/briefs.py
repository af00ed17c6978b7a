"""Profiles made by hand that have everything that a brief can tell, or nothing but it."""

from __future__ import annotations

from persona_extract.records.directives import (
    Check,
    Directive,
    ImportedDirective,
    MeasuredDirective,
    ReadDirective,
    Situation,
    Support,
    Trial,
)
from persona_extract.records.policy import Ending, Policy, Reaction
from persona_extract.records.profile import Background, Belonging, Profile
from persona_extract.records.scenario import Scenario
from tests.unit.simulators.people import profile

TABLE = Scenario(
    id="s",
    domain=None,
    requests=["Book a table for four.", "Move it to the terrace:\nthe garden side."],
    facts=["Name: Okafor", "Day: 14 May"],
)
POLICY = Policy(
    opening_words=30,
    followup_words=9,
    words_spread=0.4,
    conversation_turns=5,
    patience_turns=8,
    opening_facts=1.5,
    facts_per_turn=0.4,
    opening_share=0.6,
    reactions=[
        Reaction(
            after="question",
            n=9,
            words=6,
            rates={"answers": 0.55, "answers vaguely": 0.1, "ignores it": 0.35},
        ),
        Reaction(after="refusal", n=4, words=12, rates={"objects": 0.92, "goes on": 0.08}),
    ],
    ending=Ending(thanks=0.65, wraps_up=0.7, silent=0.2, abandons=0.15),
)


def measured(
    dimension: str, text: str, strength: float = 0.6, situation: Situation = "always"
) -> MeasuredDirective:
    return MeasuredDirective(
        dimension=dimension,
        level="high",
        text=text,
        situation=situation,
        strength=strength,
        support=Support(n=4, of=9),
        evidence=[],
        check=Check(dimension=dimension, operator=">=", threshold=0.5, min_turns=3),
        tested=Trial(value=1.0, n=3),
    )


def read(
    text: str,
    condition: str | None = None,
    *,
    situation: Situation = "other",
    strength: float = 0.5,
) -> ReadDirective:
    return ReadDirective(
        trait="t_00000000",
        text=text,
        situation=situation,
        condition=condition,
        strength=strength,
        support=Support(n=1, of=2),
        evidence=[],
        check=None,
    )


def imported(text: str) -> ImportedDirective:
    return ImportedDirective(text=text)


def person(value: str) -> Background:
    return Background(
        attribute="marital_status",
        value=value,
        source="inferred",
        confidence=0.5,
        n_conversations=1,
    )


def holding(
    *directives: Directive, policy: Policy | None = None, background: tuple[Background, ...] = ()
) -> Profile:
    """A profile of these only."""
    return profile().model_copy(
        update={"directives": list(directives), "policy": policy, "background": list(background)}
    )


def rich() -> Profile:
    """Directives of all kinds and groups, a policy, an archetype and background."""
    kind = Belonging(archetype="a_00000000", name="hasty", weight=0.5, fit=0.5)
    return holding(
        measured("lowercase_start", "Start nearly all of your messages with a lower-case letter."),
        measured("opening_words", "Open with a message of about 30 words.", 0.55, "opening"),
        measured("words_after_question", "Asked something, use 6 words.", 0.5, "after a question"),
        measured("please", 'Do not say "please".', 0.4),
        read("Ask for the source.", "an answer names a figure", strength=0.7),
        read("Check each step before you go on.", situation="follow-up", strength=0.3),
        read("Say which part is wrong.", situation="after an error", strength=0.3),
        imported("You are in a hurry and never read to the end."),
        policy=POLICY,
        background=(person("married"),),
    ).model_copy(update={"archetype": kind})
