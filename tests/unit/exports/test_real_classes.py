"""Exports of the demo pack, loaded with the classes of the packages that they are meant for.

A package is looked for in the environment `venv-<format>` below the folder that
PERSONA_EXTRACT_REAL names (for tau2-bench its `src` may lie there as `tau2src/src`), then in this
environment. None of them is a dependency: where one is absent, its test is skipped.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from persona_extract.exports import all_exports, find_export
from persona_extract.exports.people import exported
from persona_extract.exports.protocol import Batch
from persona_extract.packs.read import read_pack
from persona_extract.pipeline.exporting import origin
from tests.unit.exports.load_real import PACKAGES
from tests.unit.exports.people import SCENARIOS, full_person

DEMO = Path(__file__).parents[3] / "profiles" / "demo"
MODULES = {
    "adk": "google.adk",
    "strands": "strands_evals",
    "langwatch": "scenario",
}
UNTRIED = {"text", "realusersim", "simulatorarena", "nemo"}
"""Formats whose target is no package of the index: nothing there could load them."""

WITHOUT_NETWORK = {
    "HTTP_PROXY": "http://127.0.0.1:9",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "NO_PROXY": "127.0.0.1,localhost",
    "DEEPEVAL_TELEMETRY_OPT_OUT": "YES",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "SCENARIO_DISABLE_TELEMETRY": "true",
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
}


def interpreter(name: str) -> str | None:
    folder = os.environ.get("PERSONA_EXTRACT_REAL")
    own = Path(folder or "/nonexistent") / f"venv-{name}" / "bin" / "python"
    if own.exists():
        return str(own)
    module = MODULES.get(name, name)
    try:
        return sys.executable if importlib.util.find_spec(module) else None
    except ModuleNotFoundError:
        return None


def test_every_format_is_tried_or_known_to_have_no_package() -> None:
    assert {each.name for each in all_exports()} == PACKAGES.keys() | UNTRIED


@pytest.mark.parametrize("name", sorted(PACKAGES))
def test_the_real_class_takes_it(name: str, tmp_path: Path) -> None:
    python = interpreter(name)
    if python is None:
        pytest.skip(f"{PACKAGES[name][0]} is not installed (see PERSONA_EXTRACT_REAL)")
    export, pack = find_export(name), read_pack(DEMO)
    people = tuple(exported(one) for one in (*pack.profiles, full_person()))
    path = tmp_path / export.file
    path.write_bytes(export.write(Batch(people, SCENARIOS, origin(pack.manifest)))[export.file])
    source = Path(os.environ.get("PERSONA_EXTRACT_REAL", "/nonexistent")) / "tau2src" / "src"
    environment = {**os.environ, **WITHOUT_NETWORK, "PYTHONPATH": str(source)}
    script = Path(__file__).with_name("load_real.py")
    ended = subprocess.run(
        [python, script, name, path],
        capture_output=True,
        text=True,
        env=environment,
        cwd=tmp_path,
        timeout=240,
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
    found = json.loads(ended.stdout.splitlines()[-1])
    sys.stdout.write(f"{name}: {found}\n")  # what was validated with which version: pytest -s
    assert found["loaded"] == len(people) * (2 if export.needs_scenarios else 1)
