"""How the program ends, what it says then, and what it does not load to say it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable

import pytest
import typer

from persona_extract.cli import app as shell
from persona_extract.cli import main
from persona_extract.errors import (
    GateRefused,
    PersonaExtractError,
    SourceUnavailable,
    StoreError,
    UsageError,
)

HEAVY = ("torch", "sentence_transformers", "litellm", "prefect", "sklearn", "datasets", "polars")


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException | None], None]:
    """Makes the program one command that raises what it is given."""

    def install(error: BaseException | None) -> None:
        app = typer.Typer(pretty_exceptions_enable=False)

        @app.command()
        def only() -> None:
            if error:
                raise error

        monkeypatch.setattr(shell, "app", app)

    monkeypatch.setattr(sys, "excepthook", sys.__excepthook__)
    return install


def ending(arguments: list[str]) -> int:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    return int(caught.value.code or 0)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (None, 0),
        (StoreError("disk full"), 1),
        (UsageError("no such thing"), 2),
        (GateRefused("too low"), 3),
        (KeyboardInterrupt(), 130),
    ],
)
def test_exit_codes(
    command: Callable[[BaseException | None], None], error: BaseException | None, code: int
) -> None:
    command(error)
    assert ending([]) == code


def test_an_error_is_one_line_without_a_traceback(
    command: Callable[[BaseException | None], None], capsys: pytest.CaptureFixture[str]
) -> None:
    command(PersonaExtractError("cannot read [a]/b.jsonl, line 3: " + "long " * 60 + "end"))
    ending([])
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: cannot read [a]/b.jsonl, line 3: long")
    assert err.count("\n") == 1


def test_what_may_work_later_says_so(
    command: Callable[[BaseException | None], None], capsys: pytest.CaptureFixture[str]
) -> None:
    command(SourceUnavailable("the hub does not answer"))
    ending([])
    assert "may work later" in capsys.readouterr().err


def test_an_interrupted_run_says_how_to_go_on(
    command: Callable[[BaseException | None], None], capsys: pytest.CaptureFixture[str]
) -> None:
    command(KeyboardInterrupt())
    ending([])
    assert capsys.readouterr().err == "interrupted; run the same command again to continue\n"


def test_a_bug_keeps_its_traceback_and_says_where_to_report() -> None:
    program = (
        "import typer\n"
        "from persona_extract.cli import app as shell, main\n"
        "app = typer.Typer(pretty_exceptions_enable=False)\n"
        "@app.command()\n"
        "def only(): 1 / 0\n"
        "shell.app = app\n"
        "main([])\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert run.returncode == 1
    assert "ZeroDivisionError" in run.stderr
    assert "Please report it" in run.stderr.splitlines()[-1]


@pytest.mark.parametrize("wrong", [["no-such-command"], ["doctor", "--no-such-option"]])
def test_wrong_usage_is_2_and_teaches(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert ending(wrong) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "Usage:" in err


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert ending(["--version"]) == 0
    assert capsys.readouterr().out.startswith("persona-extract 0.")


def test_help_loads_nothing_heavy() -> None:
    program = (
        "import json, sys\n"
        "from persona_extract.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print(json.dumps(sorted(sys.modules)), file=sys.stderr)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert "doctor" in run.stdout
    loaded = set(json.loads(run.stderr.splitlines()[-1]))
    assert loaded.isdisjoint(HEAVY)
