"""README's help texts, the profile's JSON Schema, the table of dimensions and the example settings
say what the program does today."""

from __future__ import annotations

import pytest

from tests.conftest import Golden
from tests.generate import GENERATED, ROOT, help_text, leaves


@pytest.mark.parametrize("name", GENERATED)
def test_is_not_stale(name: str, golden: Golden) -> None:
    golden(ROOT / name, GENERATED[name]())


def test_readme_names_every_command() -> None:
    from typer.main import get_command

    from persona_extract.cli.app import app

    readme = (ROOT / "README.md").read_text("utf-8")
    commands = list(leaves("persona-extract", get_command(app)))
    assert len(commands) > 8
    assert [name for name in commands if f"`{name}`" not in readme] == []


def test_help_does_not_depend_on_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = help_text("persona-extract doctor --help")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "37")
    assert help_text("persona-extract doctor --help") == plain
    assert "\x1b" not in plain
    assert max(map(len, plain.splitlines())) <= 100
