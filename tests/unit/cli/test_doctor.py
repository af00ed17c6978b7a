"""What doctor finds, and what it makes of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from persona_extract.cli import doctor, machine, main
from persona_extract.cli.doctor import Encoder

TRY_ENCODER = doctor._encoder


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(machine, "cache_folder", lambda: tmp_path / "cache")
    monkeypatch.setattr(
        doctor, "_encoder", lambda spec: Encoder(name="lsa(64)", line=f"encoder: lsa ({spec})")
    )


def ending(*arguments: str) -> int:
    with pytest.raises(SystemExit) as caught:
        main(["doctor", *arguments])
    return int(caught.value.code or 0)


def test_json_holds_what_it_promises(capsys: pytest.CaptureFixture[str]) -> None:
    assert ending("--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["ok"] is True
    assert said["problems"] == []
    assert said["encoder"]["name"] == "lsa(64)"
    assert said["models"]["roles"] == {}
    assert "no model configured" in said["models"]["line"]
    assert said["packages"]["polars"]
    assert "pytest" not in said["packages"]
    assert said["machine"]["cores"] >= 1
    assert said["cache"]["writable"] is True


def test_text_says_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert ending() == 0
    said = capsys.readouterr().out
    for word in ("polars", "lsa (auto)", "no model configured", "cores", "ready"):
        assert word in said


def test_the_configured_encoder_is_the_one_tried(capsys: pytest.CaptureFixture[str]) -> None:
    Path("mine.toml").write_text('[cluster]\nencoder = "lsa"\n')
    ending("--json", "--config", "mine.toml")
    assert json.loads(capsys.readouterr().out)["encoder"]["line"] == "encoder: lsa (lsa)"


def test_a_missing_package_is_a_problem_with_a_cure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(machine, "packages", lambda: {"polars": None, "numpy": "2"})
    assert ending("--json") == 1
    said = json.loads(capsys.readouterr().out)
    assert said["ok"] is False
    assert said["problems"] == [
        "not installed: polars. Install persona-extract again (`make setup`)."
    ]


def test_a_cache_that_cannot_be_written_is_said_and_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(machine, "cache_folder", lambda: tmp_path / "file" / "cache")
    assert ending() == 0
    assert "not writable" in capsys.readouterr().out


def test_presidio_that_is_asked_for_and_absent_is_a_problem(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PERSONA_EXTRACT_CURATE__MASK", "presidio")
    monkeypatch.setattr(machine, "presidio", lambda: False)
    assert ending() == 1
    assert "persona-extract[presidio]" in capsys.readouterr().out


def test_an_encoder_that_can_be_opened_is_named() -> None:
    assert (TRY_ENCODER("lsa").name or "").startswith("lsa(")


def test_an_encoder_that_cannot_be_opened_is_a_problem(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(doctor, "_encoder", TRY_ENCODER)
    monkeypatch.setenv("PERSONA_EXTRACT_CLUSTER__ENCODER", "isa")
    assert ending() == 1
    assert "lsa" in capsys.readouterr().out


def test_wrong_settings_are_2(capsys: pytest.CaptureFixture[str]) -> None:
    Path("persona_extract.toml").write_text("sed = 1\n")
    assert ending("--json") == 2
    assert "did you mean seed?" in capsys.readouterr().err
