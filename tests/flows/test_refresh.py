"""The Prefect flow: same bytes as the command line, named tasks, an artifact, retries."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
import yaml

from persona_extract.llm import door
from persona_extract.llm.breaker import Patience
from persona_extract.llm.ledger import totals
from tests.servers.openai_like import FakeModelServer, errs
from tests.servers.roles import keyed, kinds, plays_roles
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


def test_models_are_those_of_the_settings_file_and_a_short_absence_is_waited_for(
    source: Path, server: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import prefect_steps
    from refresh import refresh

    monkeypatch.setattr(prefect_steps, "DELAYS", [0.0])
    monkeypatch.setattr(door, "Patience", partial(Patience, first_wait=0.01, grace=0.01))
    monkeypatch.setenv("A_KEY_OF_TESTS", "sk-a-key-of-tests")
    config = tmp_path / "models.toml"
    with FakeModelServer() as models:
        models.plays(*[plays_roles] * 3, *[errs(503)] * 20, keyed("sk-a-key-of-tests"))
        config.write_text(
            '[cluster]\nencoder = "lsa"\nmin_users = 2\n[models.reader]\nconcurrency = 2\n'
            f'model = "openai/fake"\nbase_url = "{models.url}"\nkey_env = "A_KEY_OF_TESTS"\n'
            "input_price = 1\noutput_price = 1\n[models]\nbudget = 5\n"
        )
        pack = Path(refresh(str(source), str(tmp_path / "w"), config=config))
        asked = kinds(models.seen)
    manifest = json.loads((pack / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["traits"]
    assert asked.count("read") > 23 and set(asked) == {"read"}
    [paid] = totals(tmp_path / "w" / "cache" / "ledger.sqlite")
    assert paid.calls - paid.failed == len(asked) - 20
    assert paid.from_cache >= 3  # what was answered before the server went away
    written = [path for path in (tmp_path / "w").rglob("*") if path.is_file()]
    assert not any(b"sk-a-key-of-tests" in path.read_bytes() for path in written)


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
