"""The Prefect flow: same bytes as the command line, named tasks, an artifact, retries."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.unit.pipeline.runs import SALT, bytes_of, corpus

ROOT = Path(__file__).resolve().parents[2]
ARGUMENTS = ["--encoder", "lsa", "--seed", "3"]

pytestmark = pytest.mark.xdist_group("prefect")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return corpus(tmp_path_factory.mktemp("source"), users=5)


@pytest.fixture(scope="module")
def server() -> Iterator[None]:
    """A Prefect server of the test's own: in this process, on loopback, gone afterwards."""
    from prefect.testing.utilities import prefect_test_harness

    sys.path.insert(0, str(ROOT / "flows"))
    with prefect_test_harness(server_startup_timeout=120):
        yield
    sys.path.remove(str(ROOT / "flows"))


def test_cli_and_flow_write_the_same_bytes(
    source: Path, server: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PERSONA_EXTRACT_SALT", SALT)
    command = [sys.executable, "-c", "from persona_extract.cli import main; main()", "run"]
    subprocess.run([*command, str(source), "--out", str(tmp_path / "cli"), *ARGUMENTS], check=True)
    from prefect.client.orchestration import get_client
    from refresh import refresh

    pack = refresh(str(source), str(tmp_path / "flow"), encoder="lsa", seed=3)
    assert bytes_of(tmp_path / "flow") == bytes_of(tmp_path / "cli")
    assert pack == str(tmp_path / "flow" / "pack")
    with get_client(sync_client=True) as client:
        runs = client.read_task_runs()
        artifacts = client.read_artifacts()
    assert "measure part-0000-of-0001" in {run.name for run in runs}
    assert all("persona-extract" in run.tags for run in runs)
    assert [a.key for a in artifacts if a.type == "markdown"] == ["refresh-summary"]


def test_a_passing_failure_is_retried(
    source: Path, server: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import prefect_steps
    from refresh import refresh

    from persona_extract.pipeline import measure

    monkeypatch.setattr(prefect_steps, "DELAYS", [0.0])
    failures = iter([ConnectionError("a passing one")])
    real = measure.turn_readings

    def flaky(turns: object) -> object:
        for failure in failures:
            raise failure
        return real(turns)  # type: ignore[arg-type]

    monkeypatch.setattr(measure, "turn_readings", flaky)
    refresh(str(source), str(tmp_path / "w"), encoder="lsa", seed=3)
    assert (tmp_path / "w" / "pack" / "manifest.json").exists()


def test_a_refusal_is_not_retried(server: None, tmp_path: Path) -> None:
    from refresh import refresh

    from persona_extract.errors import SourceError

    with pytest.raises(SourceError, match="no such file"):
        refresh(str(tmp_path / "nothing.jsonl"), str(tmp_path / "w"))


def test_every_deployment_names_a_flow_that_exists_and_parameters_that_it_takes() -> None:
    import inspect

    sys.path.insert(0, str(ROOT / "flows"))
    from refresh import refresh

    known = set(inspect.signature(refresh.fn).parameters)
    plan = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))
    assert any(d["schedules"] for d in plan["deployments"])
    for deployment in plan["deployments"]:
        assert deployment["entrypoint"] == "flows/refresh.py:refresh"
        assert set(deployment["parameters"]) <= known
