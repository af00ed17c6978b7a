"""The set-up script's way from pip's configuration to uv's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def exports(tmp_path: Path, configuration: str, **environment: str) -> set[str]:
    config = tmp_path / "pip.conf"
    config.write_text(configuration)
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "UV_", "SSL_"))}
    # HOME and XDG_CONFIG_DIRS hide the machine's own files from pip; a machine-wide /etc/pip.conf
    # stays, so only what the test sets itself is looked at.
    kept |= {
        "HOME": str(tmp_path),
        "XDG_CONFIG_DIRS": str(tmp_path),
        "PIP_CONFIG_FILE": str(config),
    }
    run = subprocess.run(
        [sys.executable, str(ROOT / ".ci" / "pip_settings")],
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(run.stdout.splitlines())


def test_every_place_that_pip_knows_reaches_uv(tmp_path: Path) -> None:
    said = exports(
        tmp_path,
        "[global]\nindex-url = https://mirror.example/simple\n"
        "extra-index-url = https://a.example/simple\n  https://b.example/simple\n",
    )
    assert "export UV_DEFAULT_INDEX=https://mirror.example/simple" in said
    assert "export UV_INDEX='https://a.example/simple https://b.example/simple'" in said
    # uv would otherwise stop at the first index that has a package in any version.
    assert "export UV_INDEX_STRATEGY=unsafe-best-match" in said


def test_environment_outranks_files(tmp_path: Path) -> None:
    said = exports(tmp_path, "[global]\nfind-links = /old\n", PIP_FIND_LINKS="/new /newer")
    assert "export UV_FIND_LINKS=/new,/newer" in said


def test_what_uv_was_told_stays(tmp_path: Path) -> None:
    said = exports(tmp_path, "[global]\nfind-links = /pip\n", UV_FIND_LINKS="/uv")
    assert not any("UV_FIND_LINKS" in line for line in said)


def test_a_value_cannot_run_a_command(tmp_path: Path) -> None:
    said = exports(tmp_path, "[global]\nindex-url = https://x/$(touch${IFS}owned)\n")
    assert "export UV_DEFAULT_INDEX='https://x/$(touch${IFS}owned)'" in said


@pytest.mark.parametrize("script", [".ci/setup", ".ci/run", ".ci/pip_settings", "Makefile"])
def test_no_place_of_one_machine_is_written_down(script: str) -> None:
    text = (ROOT / script).read_text("utf-8")
    assert "://" not in text
    assert "/opt/" not in text


def test_an_unfit_python_is_refused_by_name_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / ".ci").mkdir()
    for name in ("pyproject.toml", "constraints.txt", ".ci/setup", ".ci/pip_settings"):
        shutil.copy(ROOT / name, tmp_path / name)
    run = subprocess.run(
        [str(tmp_path / ".ci/setup")],
        env={**os.environ, "PYTHON": "/bin/false"},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 1
    assert "PYTHON=/bin/false is not a Python >= 3.11,<3.15" in run.stderr
    assert not (tmp_path / ".venv").exists()
