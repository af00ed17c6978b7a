"""A made-up person with a directive of each kind, a background and an example; and a batch."""

from __future__ import annotations

from persona_extract.exports.people import exported
from persona_extract.exports.protocol import Batch, Origin
from persona_extract.records.directives import (
    Check,
    Evidence,
    ImportedDirective,
    MeasuredDirective,
    Question,
    ReadDirective,
    Support,
    Trial,
)
from persona_extract.records.profile import Background, Example, Profile, profile_id
from persona_extract.records.scenario import Scenario
from tests.unit.simulators.people import profile

TALK, QUOTE, USER = "c" * 16, "d" * 16, "e" * 16
"""Keys that no export may hold."""

ORIGIN = Origin(
    pack="A test",
    version="1.2.3",
    digest="ab" * 32,
    corpora=("made-up",),
    licences=("Apache-2.0",),
    attribution=("Nobody at all",),
    made_up=True,
    imported=False,
)
SCENARIOS = (
    Scenario(
        id="s1",
        domain="travel",
        requests=["Change my flight to a later day.", "Tell me what it costs."],
        facts=["The booking is ZX81QD."],
    ),
    Scenario(id="s2", domain=None, requests=["Cancel the order."]),
)


def full_person() -> Profile:
    """Everything that an export can meet."""
    cited = [Evidence(conversation=TALK, turn=1, start=0, end=9, quote_key=QUOTE)]
    base = profile(user_key=USER, please=0.8)
    made = base.model_copy(
        update={
            "source": base.source.model_copy(update={"conversations": [TALK]}),
            "directives": [
                _measured(
                    cited, "please", 'Say "please" in about 80% of your messages.', ">=", 0.4
                ),
                _measured(cited, "opening_words", "Open with about 8 words only.", "<=", 2.5),
                ReadDirective(
                    trait="t_aaaaaaaa",
                    text="Say what you tried.",
                    situation="after an error",
                    condition="when the advice failed",
                    strength=0.5,
                    support=Support(n=1, of=1),
                    evidence=cited,
                    check=Question(question="Does the user say what was tried?"),
                ),
                ImportedDirective(text="Drop the articles."),
            ],
            "background": [
                Background(
                    attribute="occupation",
                    value="gardener",
                    source="extracted",
                    confidence=0.9,
                    n_conversations=1,
                ),
                Background(
                    attribute="age",
                    value="30 to 40",
                    source="inferred",
                    confidence=0.5,
                    n_conversations=1,
                ),
            ],
            "examples": [
                Example(dimension="please", text="please … the …", conversation=TALK, turn=1)
            ],
        }
    )
    return made.model_copy(update={"id": profile_id(made)})


def imported_person(*texts: str) -> Profile:
    """Somebody else's directives, and nothing measured."""
    base = profile(user_key="f" * 16)
    made = base.model_copy(
        update={
            "source": base.source.model_copy(update={"conversations": [], "n_turns": 0}),
            "directives": [ImportedDirective(text=text) for text in texts],
            "readings": [],
            "policy": None,
        }
    )
    return made.model_copy(update={"id": profile_id(made)})


def batch(*people: Profile, weight: float | None = None) -> Batch:
    return Batch(tuple(exported(one, weight) for one in people), SCENARIOS, ORIGIN)


def _measured(
    cited: list[Evidence], dimension: str, text: str, side: str, threshold: float
) -> MeasuredDirective:
    return MeasuredDirective(
        dimension=dimension,
        level="high" if side == ">=" else "low",
        text=text,
        situation="opening" if dimension == "opening_words" else "always",
        strength=0.5,
        support=Support(n=8, of=9),
        evidence=cited,
        check=Check.model_validate(
            {"dimension": dimension, "operator": side, "threshold": threshold, "min_turns": 3}
        ),
        tested=Trial(value=threshold, n=1),
    )
