"""MLflow: test cases of `mlflow.genai.simulators.ConversationSimulator`."""

from __future__ import annotations

from persona_extract.exports.document import Json, document
from persona_extract.exports.people import known, wanted
from persona_extract.exports.protocol import Batch, Export, Exported
from persona_extract.records.scenario import Scenario

BEFORE = "Write as your persona says, also where that is longer, shorter or less tidy than usual."
"""Guidelines go before the simulator's own wish for a few tidy sentences, the persona does not."""


def write(batch: Batch) -> dict[str, bytes]:
    """A test case for each scenario of each person."""
    cases = [_case(one, each) for one in batch.people for each in batch.scenarios]
    return document(EXPORT, batch, "test_cases", cases)


def _case(one: Exported, scenario: Scenario) -> Json:
    return {
        "goal": wanted(scenario),
        "persona": one.brief,
        "simulation_guidelines": [BEFORE, *known(scenario.facts)],
    }


EXPORT = Export(
    name="mlflow",
    about="MLflow: test cases of a ConversationSimulator, one for each scenario.",
    target="mlflow 3.17.2",
    suffix=".json",
    use="ConversationSimulator(test_cases=document['test_cases'], ...)",
    write=write,
    needs_scenarios=True,
)
