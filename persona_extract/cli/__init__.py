"""The command line. Results go to stdout, progress and messages to stderr.

Exit codes: 0 ok, 1 the work failed, 2 wrong usage or configuration, 3 a gate said no,
130 interrupted.
"""

from __future__ import annotations

import io
import os
import sys
import traceback
from collections.abc import Sequence
from types import TracebackType

from persona_extract import __version__
from persona_extract.errors import PersonaExtractError, UsageError

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; `arguments` default to those of the process. Ends in SystemExit."""
    sys.excepthook = _report_bug
    _print_whatever_is_said()
    try:
        _refuse_strange_names(sys.argv[1:] if arguments is None else arguments)
        from typer.main import get_command

        from persona_extract.cli.app import app

        get_command(app)(arguments, prog_name="persona-extract")
    except PersonaExtractError as error:
        later = " (the same command may work later)" if error.retryable else ""
        _say(f"[red]error:[/red] {_plain(str(error))}{later}")
        sys.exit(error.exit_code)
    except BrokenPipeError:
        _leave_unread()
    except OSError as error:
        _say(f"[red]error:[/red] {_plain(_refusal(error))}")
        sys.exit(PersonaExtractError.exit_code)
    except MemoryError:
        _say("[red]error:[/red] out of memory; a smaller pull.chunk or --limit takes less")
        sys.exit(PersonaExtractError.exit_code)
    except KeyboardInterrupt:
        _interrupted()
    except SystemExit as ending:
        if ending.code == INTERRUPTED:
            _interrupted()
        raise


def _print_whatever_is_said() -> None:
    """A terminal that lacks a character shows its number; it is no reason to fail."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _refuse_strange_names(arguments: Sequence[str]) -> None:
    for said in arguments:
        try:
            said.encode()
        except UnicodeEncodeError:
            raise UsageError(f"{said!a} is not UTF-8; rename the file or folder") from None


def _refusal(error: OSError) -> str:
    """What the system refused, and of which file; without one it is what is printed to."""
    return f"{error.filename or 'output'}: {error.strerror or error}"


def _leave_unread() -> None:
    """Nobody reads on, as with `| head`. Else Python complains when it flushes at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(PersonaExtractError.exit_code)


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

    from persona_extract.cli.output import inert

    return escape(inert(text))


def _say(line: str) -> None:
    from rich.console import Console

    Console(stderr=True, highlight=False).print(line, soft_wrap=True)
