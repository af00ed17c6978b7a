"""Loads an exported file with the class of the package that it is meant for.

`python load_real.py PACKAGE FILE` runs by itself, with the interpreter of an environment that has
the package and needs nothing else. Prints {"version", "loaded"}; anything amiss raises.
"""

from __future__ import annotations

import asyncio
import json
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

Document = dict[str, Any]


def deepeval(document: Document) -> int:
    from deepeval.dataset import ConversationalGolden
    from deepeval.dataset.golden import Persona

    for each in document["personas"]:
        golden = ConversationalGolden(scenario="Changes a flight.", persona=Persona(**each))
        assert golden.persona.characteristics == each["characteristics"]
        assert each["characteristics"].strip() in golden.persona.prompt_block()
    return len(document["personas"])


def adk(document: Document) -> int:
    from google.adk.evaluation.conversation_scenarios import ConversationScenario
    from google.adk.evaluation.simulation.llm_backed_user_simulator_prompts import (
        get_llm_backed_user_simulator_prompt,
    )
    from google.adk.evaluation.simulation.user_simulator_personas import UserPersona

    for each in document["personas"]:
        persona = UserPersona.model_validate(each)
        assert persona.model_dump() == each
        scenario = ConversationScenario(
            starting_prompt="Hi", conversation_plan="Change a flight.", user_persona=each
        )
        assert scenario.user_persona == persona
        prompt = get_llm_backed_user_simulator_prompt(
            conversation_plan="Change a flight.",
            conversation_history="",
            stop_signal="</finished>",
            user_persona=persona,
        )
        for behavior in each["behaviors"]:
            assert all(line in prompt for line in behavior["behavior_instructions"])
    return len(document["personas"])


def strands(document: Document) -> int:
    from strands_evals.simulation.prompt_templates.actor_system_prompt import (
        DEFAULT_USER_SIMULATOR_PROMPT_TEMPLATE,
    )
    from strands_evals.types.simulation import ActorProfile

    for each in document["actor_profiles"]:
        profile = ActorProfile.model_validate(each)
        assert profile.model_dump() == each
        prompt = DEFAULT_USER_SIMULATOR_PROMPT_TEMPLATE.format(actor_profile=profile.model_dump())
        assert each["actor_goal"] in prompt
    return len(document["actor_profiles"])


def mlflow(document: Document) -> int:
    from mlflow.genai.simulators import ConversationSimulator

    cases = document["test_cases"]
    simulator = ConversationSimulator(test_cases=cases, user_model="openai:/none")
    assert simulator.test_cases == cases
    known = {"goal", "persona", "context", "expectations", "simulation_guidelines"}
    assert all(each.keys() <= known for each in cases)
    return len(cases)


def langwatch(document: Document) -> int:
    import scenario

    async def made() -> list[Any]:
        return [
            scenario.UserSimulatorAgent(model="openai/none", **each) for each in document["agents"]
        ]

    for agent, each in zip(asyncio.run(made()), document["agents"], strict=True):
        assert agent.persona == each["persona"]
    return len(document["agents"])


def tau2(document: Document) -> int:
    from tau2.data_model.tasks import UserScenario

    for persona in document["personas"]:
        text = str(UserScenario(persona=persona, instructions="Change a flight."))
        assert all(line in text for line in persona.splitlines())
    return len(document["personas"])


PACKAGES = {
    "deepeval": ("deepeval", deepeval),
    "adk": ("google-adk", adk),
    "strands": ("strands-agents-evals", strands),
    "mlflow": ("mlflow", mlflow),
    "langwatch": ("langwatch-scenario", langwatch),
    "tau2": ("tau2", tau2),
}
"""Format -> package, and what loads it."""


def main(name: str, file: str) -> None:
    package, load = PACKAGES[name]
    loaded = load(json.loads(Path(file).read_text(encoding="utf-8")))
    try:
        found = version(package)
    except ModuleNotFoundError:
        found = "from source"
    sys.stdout.write(json.dumps({"version": found, "loaded": loaded}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
