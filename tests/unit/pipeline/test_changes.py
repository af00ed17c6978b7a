"""Between two runs somebody changes things: settings, source, or what the first run wrote."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from persona_extract.errors import StoreError, UsageError
from persona_extract.pipeline.job import FOLDERS, Job
from persona_extract.pipeline.run import run
from persona_extract.pipeline.steps import InProcess, Silent
from persona_extract.pipeline.summary import summarise
from persona_extract.records.settings import PullSettings, Settings
from persona_extract.store import atomic
from persona_extract.store.workspace import open_workspace
from tests.unit.pipeline import runs
from tests.unit.pipeline.runs import SALT, bytes_of, corpus, job

SETTINGS = Settings.model_validate(
    {
        **runs.SETTINGS.model_dump(),
        "curate": {"languages": None, "min_turns": 2},
        "simulate": {"cases": 3, "max_turns": 4},
    }
)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return corpus(tmp_path_factory.mktemp("source"), users=5)


@pytest.fixture(scope="module")
def whole(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished workspace. Nobody writes into it."""
    root = tmp_path_factory.mktemp("whole") / "w"
    again(source, root)
    return root


@pytest.fixture
def copy(whole: Path, tmp_path: Path) -> Path:
    shutil.copytree(whole, tmp_path / "w")
    return tmp_path / "w"


class Noting(Silent):
    """Notes which stages were skipped."""

    def __init__(self) -> None:
        self.skipped: set[str] = set()

    def end(self, stage: str, note: str) -> None:
        if note == "unchanged, skipped":
            self.skipped.add(stage)


def again(
    source: Path, root: Path, settings: Settings = SETTINGS, until: str = "report"
) -> set[str]:
    """Runs once more; returns the stages that were not skipped."""
    watcher = Noting()
    run(Job(open_workspace(root, SALT), str(source), settings), InProcess(watcher), watcher, until)
    return set(list(FOLDERS)[: list(FOLDERS).index(until) + 1]) - watcher.skipped


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def first(root: Path, pattern: str) -> Path:
    return sorted(root.glob(pattern))[0]


Change = Callable[[Path], object]

CHANGES: dict[str, tuple[Change, set[str]]] = {
    "a stage's table": (lambda r: flip(first(r, "02_curate/turns/*")), {"curate"}),
    "a stage's table gone": (lambda r: first(r, "01_pull/chunks/*.parquet").unlink(), {"pull"}),
    "a table more": (
        lambda r: shutil.copy(
            first(r, "01_pull/chunks/*.parquet"), r / "01_pull/chunks/chunk-99999.parquet"
        ),
        {"pull"},
    ),
    "a stage's note": (lambda r: flip(r / "08_ground/stage.json"), {"ground"}),
    "a stage's counts": (
        lambda r: (r / "02_curate/stage.json").write_text(
            (r / "02_curate/stage.json").read_text().replace('"kept": ', '"kept": 1')
        ),
        {"curate"},
    ),
    "a stage's note empty": (lambda r: (r / "03_measure/stage.json").write_text("[]"), {"measure"}),
    "a stage gone": (lambda r: shutil.rmtree(r / "06_label"), {"label"}),
    "two stages gone": (
        lambda r: (shutil.rmtree(r / "05_cluster"), shutil.rmtree(r / "10_simulate")),
        {"cluster", "simulate"},
    ),
    "pack gone": (lambda r: shutil.rmtree(r / "pack"), {"pack"}),
    "pack changed": (lambda r: flip(r / "pack/profiles.jsonl"), {"pack"}),
    "pack card changed": (lambda r: flip(r / "pack/README.md"), {"pack"}),
    "report gone": (lambda r: (r / "report.html").unlink(), {"report"}),
    "report changed": (lambda r: flip(r / "report.html"), {"report"}),
    "manifest gone": (lambda r: (r / "manifest.json").unlink(), set()),
    "manifest changed": (lambda r: (r / "manifest.json").write_text("x"), set()),
    "rests of a killed run": (
        lambda r: (
            (r / ".report.html.77.partial").write_text("x"),
            (r / ".pack.partial").mkdir(),
            shutil.rmtree(r / "pack"),
        ),
        {"pack"},
    ),
}


@pytest.mark.parametrize(("change", "redone"), CHANGES.values(), ids=CHANGES.keys())
def test_what_was_changed_is_made_again_and_nothing_else(
    change: Change, redone: set[str], source: Path, whole: Path, copy: Path
) -> None:
    change(copy)
    assert again(source, copy) == redone
    assert bytes_of(copy) == bytes_of(whole)
    assert not list(copy.glob(".pack*"))


@pytest.mark.parametrize("until", ["pull", "cluster", "simulate"])
def test_until_a_stage_and_then_on(until: str, source: Path, whole: Path, tmp_path: Path) -> None:
    again(source, tmp_path / "w", until=until)
    left = sorted(path.name for path in (tmp_path / "w").glob("??_*"))
    assert left == list(FOLDERS.values())[: len(left)] and left[-1] == FOLDERS[until]
    assert summarise(job(source, tmp_path / "w"), 0.0, until).report is None
    again(source, tmp_path / "w")
    assert bytes_of(tmp_path / "w") == bytes_of(whole)


def changed(**sections: object) -> Settings:
    return Settings.model_validate({**SETTINGS.model_dump(), **sections})


@pytest.mark.parametrize(
    ("settings", "until", "kept"),
    [
        (changed(report={"examples": True}), "report", {"pull", "measure", "cluster", "compare"}),
        (changed(profile={"directives": 3, "evidence": 2}), "compare", {"measure", "label"}),
        (changed(simulate={"cases": 2, "max_turns": 3}), "compare", {"measure", "cluster"}),
        # of other conversations: from the clusters on, ids are those of the run before
        (changed(pull={"chunk": 10, "limit": 12}), "measure", set[str]()),
        (changed(curate={"languages": None, "min_turns": 5}), "measure", {"pull"}),
    ],
    ids=["report", "profile", "simulate", "limit", "curate"],
)
def test_changed_settings_redo_only_what_they_touch_and_equal_a_fresh_run(
    settings: Settings, until: str, kept: set[str], source: Path, copy: Path, tmp_path: Path
) -> None:
    redone = again(source, copy, settings, until)
    assert redone and redone.isdisjoint(kept)
    again(source, tmp_path / "fresh", settings, until)
    assert_same(copy, tmp_path / "fresh")
    assert again(source, copy, settings, until) == set()


def test_a_summary_is_of_this_run_and_not_of_an_older_one(source: Path, copy: Path) -> None:
    small = changed(pull={"chunk": 10, "limit": 12})
    again(source, copy, small, "curate")
    found = summarise(Job(open_workspace(copy), str(source), small), 1.0, "curate")
    assert (found.n_conversations, found.pack, found.report, found.n_profiles) == (12,) + (
        None,
    ) * 3
    assert (copy / "pack").is_dir()


def test_a_changed_source_is_read_again(source: Path, copy: Path, tmp_path: Path) -> None:
    """Up to what is measured: clusters are called as they were in the run before."""
    other = tmp_path / "other" / source.name
    other.parent.mkdir()
    shutil.copy(source, other)
    again(other, copy, until="measure")
    other.write_bytes(b"".join(other.read_bytes().splitlines(keepends=True)[:-1]))
    assert "pull" in again(other, copy, until="measure")
    again(other, tmp_path / "fresh", until="measure")
    assert_same(copy, tmp_path / "fresh")


def assert_same(older: Path, fresh: Path) -> None:
    """All that the fresh run wrote, the older one has; later stages of it may be of another day."""
    left, wanted = bytes_of(older), bytes_of(fresh)
    assert {name: left.get(name) for name in wanted} == wanted


class Killed(BaseException):
    """Stands for kill -9."""


@pytest.mark.parametrize("at", [1, 2])
def test_killed_while_the_workspace_is_made(
    at: int, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = 0

    def killed(descriptor: int) -> None:
        nonlocal written
        written += 1
        if written == at:
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(atomic.os, "fsync", killed)
        with pytest.raises(Killed):
            open_workspace(tmp_path / "w")
    assert len(open_workspace(tmp_path / "w").salt) == 64


def test_a_lost_or_changed_salt_is_no_new_one(copy: Path, source: Path, whole: Path) -> None:
    for harm in (lambda: (copy / "salt").write_text("other"), (copy / "salt").unlink):
        harm()
        with pytest.raises(StoreError, match=r"salt is missing or was changed\. Put it back"):
            open_workspace(copy)
        assert again(source, copy) == set()  # given again, it is put back
        assert bytes_of(copy) == bytes_of(whole)
    with pytest.raises(UsageError, match="another salt"):
        open_workspace(copy, "another")
    assert (copy / "salt").stat().st_mode & 0o077 == 0


def test_a_damaged_part_of_an_unfinished_stage_is_one_line(source: Path, tmp_path: Path) -> None:
    settings = SETTINGS.model_copy(update={"pull": PullSettings(chunk=10)})
    again(source, tmp_path / "w", settings, "curate")
    for stage, pattern in (("01_pull", "chunks/*.json"), ("02_curate", "judged/*.json")):
        (tmp_path / "w" / stage / "stage.json").unlink()
        first(tmp_path / "w" / stage, pattern).write_text("{")
        with pytest.raises(StoreError, match=r"is damaged. Remove .* and run again"):
            again(source, tmp_path / "w", settings, "curate")
        shutil.rmtree(tmp_path / "w" / stage)
        again(source, tmp_path / "w", settings, "curate")
    (tmp_path / "w" / "02_curate" / "stage.json").unlink()
    first(tmp_path / "w" / "02_curate", "judged/kept/*").write_bytes(b"PAR1")
    with pytest.raises(StoreError, match=r"is damaged"):
        again(source, tmp_path / "w", settings, "curate")


def test_a_damaged_workspace_note_is_one_line(copy: Path) -> None:
    for text in ("", "[]", "{}", "5", '{"format": "x"}'):
        (copy / "workspace.json").write_text(text)
        with pytest.raises((StoreError, UsageError), match=r"is damaged|another version"):
            open_workspace(copy)
    assert json.loads((copy / "manifest.json").read_bytes())["stages"]
