"""What is generated in this repository, and how: `make golden` rewrites it, a test compares.

help     README.md, between `<!-- help: COMMAND --help -->` and `<!-- end -->`
commands docs/cli.md, the help of every command
profile  README.md, between `<!-- profile -->` and `<!-- end profile -->`: one of profiles/demo
schema   docs/profile.schema.json, from records.profile.Profile
table    docs/dimensions.md, from the files in dimensions/ and what was measured of them
levels   docs/levels.md, from their examples and the made-up people of the demo
example  persona_extract.example.toml, from records.settings.Settings
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HELP = re.compile(r"<!-- help: (?P<command>[^\n]+?) -->\n.*?<!-- end -->", re.DOTALL)
PROFILE = re.compile(r"<!-- profile -->\n.*?<!-- end profile -->", re.DOTALL)
WIDTH = 100


def readme() -> str:
    """README.md with the help texts of today, and a profile of the pack of today."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    text = PROFILE.sub(lambda _: _profile_block(), text)
    return HELP.sub(lambda found: _help_block(found["command"]), text)


def commands() -> str:
    """The help of every command, one after the other."""
    from typer.main import get_command

    from persona_extract.cli.app import app

    lines = [
        "# Commands",
        "",
        "Generated from the program by `make golden`: what `--help` says.",
    ]
    for name in leaves("persona-extract", get_command(app)):
        shown = f"{name} --help"
        lines += ["", f"## {name}", "", "```text", f"$ {shown}", f"{help_text(shown)}```"]
    return "\n".join(lines) + "\n"


def leaves(name: str, command: object) -> Iterator[str]:
    """Names of the commands below a command that have none below them, in their order."""
    below = getattr(command, "commands", {})
    for own, inner in below.items():
        yield from leaves(f"{name} {own}", inner)
    if not below:
        yield name


def schema() -> str:
    """JSON Schema of a profile."""
    from persona_extract.records.profile import profile_schema

    return json.dumps(profile_schema(), indent=2, ensure_ascii=False) + "\n"


def dimensions() -> str:
    """Tables of all dimensions by group: what they read and say, and how far to trust them."""
    from tests.dimension_pages import dimensions_page

    return dimensions_page()


def levels() -> str:
    """Examples of each dimension, and a turn of somebody at each level."""
    from tests.dimension_pages import levels_page

    return levels_page()


def example() -> str:
    """The commented settings file."""
    from persona_extract.cli.config import example as settings_file

    return settings_file()


GENERATED: dict[str, Callable[[], str]] = {
    "README.md": readme,
    "docs/cli.md": commands,
    "docs/profile.schema.json": schema,
    "docs/dimensions.md": dimensions,
    "docs/levels.md": levels,
    "persona_extract.example.toml": example,
}
"""File -> what it must hold."""


def main() -> None:
    """Rewrite every generated file that is stale."""
    for name, write in GENERATED.items():
        path = ROOT / name
        fresh = write()
        if not path.exists() or path.read_text(encoding="utf-8") != fresh:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(fresh, encoding="utf-8")
            sys.stdout.write(f"rewritten: {name}\n")


def _profile_block() -> str:
    """The first profile of the shipped pack that is neither short nor long."""
    from persona_extract.packs.read import read_pack
    from persona_extract.profile.render import render

    pack = read_pack(ROOT / "profiles" / "demo").profiles
    one = next(profile for profile in pack if 8 <= len(profile.directives) <= 11)
    command = f"$ persona-extract pack show profiles/demo {one.id}"
    shown = f"```text\n{command}\n...\n{render(one)}...\n```"
    return f"<!-- profile -->\n{shown}\n<!-- end profile -->"


def _help_block(command: str) -> str:
    return f"<!-- help: {command} -->\n```text\n$ {command}\n{help_text(command)}```\n<!-- end -->"


def help_text(command: str) -> str:
    """What `persona-extract ... --help` prints, 100 columns wide and without colour."""
    plain = {"TERMINAL_WIDTH": str(WIDTH), "COLUMNS": str(WIDTH), "NO_COLOR": "1", "TERM": "dumb"}
    kept = {k: v for k, v in os.environ.items() if k not in ("FORCE_COLOR", "GITHUB_ACTIONS")}
    program = "from persona_extract.cli import main; main()"
    run = subprocess.run(
        [sys.executable, "-c", program, *shlex.split(command)[1:]],
        env={**kept, **plain, "PYTHONIOENCODING": "utf-8"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    lines = (line.rstrip() for line in run.stdout.strip().splitlines())
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
