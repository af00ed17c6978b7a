"""What a run says on its way."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from persona_extract.cli.progress import Bars, Lines, watching
from persona_extract.pipeline.steps import Silent


def console(*, terminal: bool) -> tuple[Console, io.StringIO]:
    text = io.StringIO()
    return Console(file=text, force_terminal=terminal, width=80, highlight=False), text


def test_a_log_gets_one_line_a_stage() -> None:
    where, text = console(terminal=False)
    times = iter([10.0, 12.5, 20.0, 20.0])
    lines = Lines(where, clock=lambda: next(times))
    lines.begin("pull", None)
    lines.advance("pull", 400)
    lines.advance("pull", 78)
    lines.end("pull", "")
    lines.say("encoder: lsa [auto]")
    lines.begin("curate", 478)
    lines.end("curate", "470 kept")
    assert text.getvalue() == "pull: 478, 2.5 s\nencoder: lsa [auto]\ncurate: 470 kept, 0.0 s\n"


def test_a_terminal_gets_bars_and_is_given_back() -> None:
    where, text = console(terminal=True)
    with pytest.raises(ValueError), watching(console=where) as watcher:
        assert isinstance(watcher, Bars)
        watcher.begin("pull", 10)
        watcher.advance("pull", 4)
        watcher.say("half way")
        raise ValueError
    written = text.getvalue()
    assert "pull" in written
    assert "half way" in written
    assert written.rfind("\x1b[?25h") > written.rfind("\x1b[?25l")  # the cursor is shown again


def test_quiet_is_silent() -> None:
    where, text = console(terminal=True)
    with watching(quiet=True, console=where) as watcher:
        assert isinstance(watcher, Silent)
        watcher.begin("pull", 10)
        watcher.advance("pull", 4)
        watcher.say("half way")
        watcher.end("pull", "done")
    assert text.getvalue() == ""


def test_no_terminal_is_a_log() -> None:
    where, _ = console(terminal=False)
    with watching(console=where) as watcher:
        assert isinstance(watcher, Lines)
