"""The command line. Results go to stdout, progress and messages to stderr.

Exit codes: 0 ok, 1 the work failed, 2 wrong usage or configuration, 3 a gate said no,
130 interrupted.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence
from types import TracebackType

from persona_extract import __version__
from persona_extract.errors import PersonaExtractError

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; `arguments` default to those of the process. Ends in SystemExit."""
    sys.excepthook = _report_bug
    try:
        from typer.main import get_command

        from persona_extract.cli.app import app

        get_command(app)(arguments, prog_name="persona-extract")
    except PersonaExtractError as error:
        later = " (the same command may work later)" if error.retryable else ""
        _say(f"[red]error:[/red] {_plain(str(error))}{later}")
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        _interrupted()
    except SystemExit as ending:
        if ending.code == INTERRUPTED:
            _interrupted()
        raise


def _interrupted() -> None:
    _say("interrupted; run the same command again to continue")
    sys.exit(INTERRUPTED)


def _report_bug(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    traceback.print_exception(kind, error, trace)
    _say(
        f"[red]bug:[/red] persona-extract {__version__} did not expect this. Please report it where"
        " you got the program: the lines above, and what `persona-extract doctor` prints."
    )


def _plain(text: str) -> str:
    from rich.markup import escape

    return escape(text)


def _say(line: str) -> None:
    from rich.console import Console

    Console(stderr=True, highlight=False).print(line, soft_wrap=True)
