"""README's help texts, the profile's JSON Schema, the table of dimensions and the example settings
say what the program does today."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import Golden
from tests.generate import GENERATED, HELP, ROOT, help_text


@pytest.mark.parametrize("name", GENERATED)
def test_is_not_stale(name: str, golden: Golden) -> None:
    golden(ROOT / name, GENERATED[name]())


def test_readme_shows_the_help_of_every_command() -> None:
    from typer.main import get_command

    from persona_extract.cli.app import app

    shown = {found["command"] for found in HELP.finditer((ROOT / "README.md").read_text("utf-8"))}
    commands = {f"{name} --help" for name in _leaves("persona-extract", get_command(app))}
    assert len(commands) > 4
    assert commands <= shown


def _leaves(name: str, command: object) -> Iterator[str]:
    """Names of the commands below a command that have none below them."""
    below = getattr(command, "commands", {})
    for own, inner in below.items():
        yield from _leaves(f"{name} {own}", inner)
    if not below:
        yield name


def test_help_does_not_depend_on_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = help_text("persona-extract doctor --help")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "37")
    assert help_text("persona-extract doctor --help") == plain
    assert "\x1b" not in plain
    assert max(map(len, plain.splitlines())) <= 100
