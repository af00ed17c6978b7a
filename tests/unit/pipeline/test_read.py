"""The stage that reads, with a fake reader: what it writes, counts, resumes and says."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from persona_extract.errors import ModelUnavailable, ModelUnfit
from persona_extract.pipeline import curate, models, read
from persona_extract.pipeline.job import Job
from persona_extract.pipeline.run import run
from persona_extract.pipeline.steps import InProcess, Silent
from persona_extract.records.calls import Answered, Call, Failed
from persona_extract.records.models import ModelSettings, ModelsSettings, Role
from persona_extract.records.settings import ReadSettings, Settings
from persona_extract.records.tables import DEMOGRAPHICS, READ, STATEMENTS, TURNS
from persona_extract.store.atomic import read_table
from persona_extract.traits.background import BackgroundAnswer
from tests.unit.pipeline.runs import SETTINGS, bytes_of, corpus, job, run_to
from tests.unit.traits.fake_reader import answered, confessing, failed, honest, inventing

Answer = Answered[Any] | Failed
READER = ModelsSettings(reader=ModelSettings(model="fake/reader"))
WITH_READER = SETTINGS.model_copy(update={"models": READER})


class FakeDoor:
    """Answers by a rule; remembers what it was asked."""

    def __init__(self, reader: Callable[[str], Any] = honest) -> None:
        self.reader = reader
        self.asked: list[Call[Any]] = []

    def __call__(
        self, job: Job, role: Role, calls: Sequence[Call[Any]], advance: models.Advance | None
    ) -> list[Answer]:
        assert role == "reader"
        self.asked.extend(calls)
        return [self.answer(call) for call in calls]

    def answer(self, call: Call[Any]) -> Answer:
        prompt = call.messages[1].content
        rule = confessing if call.answer is BackgroundAnswer else self.reader
        return answered(rule(prompt))


class Failing(FakeDoor):
    """Answers every third call only."""

    def answer(self, call: Call[Any]) -> Answer:
        return failed() if len(call.messages[1].content) % 3 else super().answer(call)


class Going(FakeDoor):
    """Is there for some lots and then no more."""

    def __init__(self, lots: int) -> None:
        super().__init__()
        self.lots = lots

    def __call__(self, *asked: Any) -> list[Answer]:
        if self.lots == 0:
            raise ModelUnavailable("the provider is down.")
        self.lots -= 1
        return super().__call__(*asked)


class Listening(Silent):
    """Keeps what a watcher is told."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.total: int | None = None
        self.steps: list[int] = []

    def begin(self, stage: str, total: int | None) -> None:
        if stage == "read":
            self.total = total

    def advance(self, stage: str, n: int) -> None:
        if stage == "read":
            self.steps.append(n)

    def say(self, line: str) -> None:
        self.lines.append(line)


@pytest.fixture(scope="module")
def curated(tmp_path_factory: pytest.TempPathFactory) -> Job:
    """A run that got as far as `curate`."""
    source = corpus(tmp_path_factory.mktemp("source"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(curate, "PER_PART", 15)
        return run_to(source, tmp_path_factory.mktemp("curated") / "w", "curate")


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(curate, "PER_PART", 15)
    monkeypatch.setattr(read, "TRIED", 5)
    door = models.asker
    yield
    models.asker = door


def read_with(
    door: models.Asker,
    curated: Job,
    out: Path,
    settings: Settings = WITH_READER,
    watcher: Listening | None = None,
) -> Job:
    models.asker = door
    if not out.exists():
        shutil.copytree(curated.workspace.root, out)
    made, watcher = job(curated.spec, out, settings), watcher or Listening()
    run(made, InProcess(watcher), watcher, "read")
    return made


def test_what_is_read_is_grounded_in_what_was_said(curated: Job, tmp_path: Path) -> None:
    watcher = Listening()
    done = read_with(FakeDoor(), curated, tmp_path / "w", watcher=watcher)
    said = done.tables("read", "statements", STATEMENTS)
    turns = done.tables("curate", "turns", TURNS)
    assert said.height > 20
    quotes = said.explode("quotes").select(
        "user_key", "conversation_id", pl.col("quotes").struct.unnest()
    )
    found = quotes.join(turns, on=["user_key", "conversation_id", "turn"], how="left")
    for text, start, end in found.select("text", "start", "end").iter_rows():
        assert 0 <= start < end <= len(text)
        assert 1 <= len(text[start:end].split()) <= 6
    read_rows = done.tables("read", "conversations", READ)
    counts = done.workspace.finished("04_read")
    assert counts is not None
    assert counts.counts["statements"] == said.height == read_rows["accepted"].sum()
    assert counts.counts["conversations"] == read_rows.height
    assert counts.counts["calls"] == read_rows["calls"].sum() == watcher.total
    assert sum(watcher.steps) == watcher.total
    assert len(watcher.steps) > len(done.parts()) > 1  # told of more often than by part
    assert watcher.lines == []
    assert done.tables("read", "demographics", DEMOGRAPHICS).is_empty()


def test_the_forecast_names_the_calls_that_are_made(curated: Job, tmp_path: Path) -> None:
    door = FakeDoor()
    done = read_with(door, curated, tmp_path / "w")
    models.asker = None
    forecast = [call for part in done.parts() for call in read.read_calls(done, part)]
    assert forecast == door.asked
    assert {call.stage for call in forecast} == {"read"}


def test_invented_quotes_are_counted_and_leave_nothing(curated: Job, tmp_path: Path) -> None:
    done = read_with(FakeDoor(inventing), curated, tmp_path / "w")
    assert done.tables("read", "statements", STATEMENTS).is_empty()
    rows = done.tables("read", "conversations", READ)
    assert rows["ungrounded"].sum() == rows["calls"].sum() > 0


def test_a_reader_that_mostly_fails_ends_the_stage_and_is_asked_again(
    curated: Job, tmp_path: Path
) -> None:
    watcher = Listening()
    with pytest.raises(ModelUnfit, match=r"calls to the reader failed \(wrong shape \d+\)"):
        read_with(Failing(), curated, tmp_path / "w", watcher=watcher)
    assert len(watcher.lines) == 1  # early
    done = read_with(FakeDoor(), curated, tmp_path / "w")
    finished = done.workspace.finished("04_read")
    assert finished is not None
    assert finished.counts["failed"] == 0 < finished.counts["statements"]


def test_few_failures_are_not_made_a_fuss_of() -> None:
    heard: list[str] = []
    watch = read.Watch(heard.append)
    watch.see([failed()] * 3)
    watch.see([answered(honest("U1: one two three")) for _ in range(3)])
    assert heard == []  # half of them
    watch.see([failed()])
    watch.see([failed()])
    assert len(heard) == 1
    assert read.verdict({"calls": 20, "failed": 10}) is None
    assert read.verdict({"statements": 0}) is None


def test_an_interrupted_reading_goes_on_where_it_was(curated: Job, tmp_path: Path) -> None:
    whole = FakeDoor()
    undisturbed = read_with(whole, curated, tmp_path / "whole")
    first = Going(2)  # the whole first part
    with pytest.raises(ModelUnavailable):
        read_with(first, curated, tmp_path / "w")
    rest = FakeDoor()
    done = read_with(rest, curated, tmp_path / "w")
    assert bytes_of(done.folder("read")) == bytes_of(undisturbed.folder("read"))
    assert len(first.asked) > 0
    assert len(rest.asked) + len(first.asked) == len(whole.asked)


def test_a_finished_reading_is_not_asked_again_but_other_settings_are(
    curated: Job, tmp_path: Path
) -> None:
    read_with(FakeDoor(), curated, tmp_path / "w")
    again = FakeDoor()
    read_with(again, curated, tmp_path / "w")
    assert again.asked == []
    fewer = WITH_READER.model_copy(update={"read": ReadSettings(conversations=1)})
    done = read_with(again, curated, tmp_path / "w", fewer)
    assert len(again.asked) > 0
    rows = done.tables("read", "conversations", READ)
    assert rows.group_by("user_key").len()["len"].max() == 1


def test_nobody_is_asked_without_a_reader(curated: Job, tmp_path: Path) -> None:
    def nobody(*_: object) -> list[Answer]:
        raise AssertionError("asked")

    done = read_with(nobody, curated, tmp_path / "w", SETTINGS)
    folder = done.folder("read")
    for part in done.parts():
        assert read_table(folder / "statements" / f"{part}.parquet", STATEMENTS).is_empty()
        assert read_table(folder / "conversations" / f"{part}.parquet", READ).is_empty()
        assert read_table(folder / "demographics" / f"{part}.parquet", DEMOGRAPHICS).is_empty()
    other = read_with(nobody, curated, tmp_path / "other", SETTINGS)
    assert bytes_of(folder) == bytes_of(other.folder("read"))


def nobody(*_: object) -> list[Any]:
    raise ModelUnavailable("nobody is there")


def test_a_reader_that_nobody_can_reach_is_an_error(curated: Job, tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable):
        read_with(nobody, curated, tmp_path / "w")


def test_persons_are_read_only_where_it_was_asked_for(curated: Job, tmp_path: Path) -> None:
    settings = WITH_READER.model_copy(update={"read": ReadSettings(demographics=True)})
    door = FakeDoor()
    done = read_with(door, curated, tmp_path / "w", settings)
    finished = done.workspace.finished("04_read")
    assert finished is not None
    about_persons = [call for call in door.asked if call.answer is BackgroundAnswer]
    rows = done.tables("read", "demographics", DEMOGRAPHICS)
    assert len(about_persons) > 0
    assert {call.prompt.split("@")[0] for call in about_persons} == {"demographics.v1"}
    assert finished.counts["background"] == rows.height > 0
    assert finished.counts["calls"] == len(door.asked)
    assert set(rows["source"]) <= {"extracted", "inferred"}
    users = done.tables("curate", "turns", TURNS)["user_key"].n_unique()
    assert len(about_persons) <= users
