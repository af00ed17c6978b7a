"""Strands Agents Evals: `ActorProfile` of an `ActorSimulator`."""

from __future__ import annotations

from persona_extract.exports.document import Json, document
from persona_extract.exports.people import beyond, known, told, wanted
from persona_extract.exports.protocol import Batch, Export, Exported
from persona_extract.records.scenario import Scenario


def write(batch: Batch) -> dict[str, bytes]:
    """A profile for each scenario of each person."""
    made = [_profile(one, each) for one in batch.people for each in batch.scenarios]
    return document(EXPORT, batch, "actor_profiles", made)


def _profile(one: Exported, scenario: Scenario) -> Json:
    return {
        "traits": {words: [line for _, line in pairs] for words, pairs in told(one).items()},
        "context": "\n".join([*beyond(one), *known(scenario.facts)]),
        "actor_goal": wanted(scenario),
    }


EXPORT = Export(
    name="strands",
    about="Strands Agents Evals: ActorProfile, one for each scenario.",
    target="strands-agents-evals 1.7.0",
    suffix=".json",
    use="ActorSimulator(actor_profile=ActorProfile(**document['actor_profiles'][n]), ...)",
    write=write,
    needs_scenarios=True,
)
