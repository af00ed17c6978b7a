"""read: conversations -> statements about behaviour, by the reader model; nothing without one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

import polars as pl

from persona_extract.errors import BudgetSpent, ModelRefused, ModelUnavailable, ModelUnfit
from persona_extract.pipeline.job import Job, add_up, read_counts
from persona_extract.pipeline.models import ask, cost_of, spent
from persona_extract.pipeline.steps import Steps
from persona_extract.records.calls import Answered, Call, Failed
from persona_extract.records.settings import ReadSettings, Settings
from persona_extract.records.tables import DEMOGRAPHICS, READ, STATEMENTS, TURNS, empty
from persona_extract.store.atomic import write_json, write_table
from persona_extract.store.workspace import Counts
from persona_extract.traits.background import (
    SelfTold,
    Told,
    background_call,
    background_prompt,
    self_told,
    take_background,
)
from persona_extract.traits.read import ReadConversation, read_call, read_prompt, take_answers
from persona_extract.traits.select import Sheet, sheets

AT_ONCE = 200
"""Calls that are handed to the door together, at the least; progress is told after each lot."""

TRIED = 20
"""Calls after which it is said if most of them fail."""

Say = Callable[[str], None]
Failures = list[Answered[Any] | Failed]


@dataclass(frozen=True, slots=True)
class Asking:
    """The questions about the users of one part, and what they are about."""

    turns: pl.DataFrame
    sheets: list[Sheet]
    selves: list[SelfTold]
    settings: ReadSettings

    @property
    def calls(self) -> list[Call[Any]]:
        """The calls on the sheets, then those on persons."""
        about = [read_call(sheet, self.settings) for sheet in self.sheets]
        return [*about, *(background_call(told) for told in self.selves)]


def read(job: Job, steps: Steps) -> Counts:
    """Reads the kept conversations of all users.

    Raises:
        ModelUnfit: more than half of the calls failed.
        ModelUnavailable, ModelRefused, BudgetSpent: as the reader's door says.
    """
    parts = job.parts()
    if read_settings(job) is None:
        return add_up(steps.each("read", read_nothing, job, parts))
    total = sum(len(questions(job, part).calls) for part in parts)
    try:
        steps.stream("read", partial(read_parts, say=steps.say), job, total)
    except (ModelUnavailable, ModelRefused, BudgetSpent) as stop:
        raise type(stop)(f"{stop}. In this run, {_answered(job):,} of {total:,} were.") from stop
    notes = [job.folder("read") / f"{part}.json" for part in parts]
    counts = add_up([read_counts(note) for note in notes])
    if (line := verdict(counts)) is not None:
        for note in notes:
            note.unlink()  # the next run asks again what failed; what was answered is kept
        raise ModelUnfit(line)
    return counts


def _answered(job: Job) -> int:
    """Calls of this stage that were answered, or had a kept answer, in this run."""
    mine = [one for one in spent(job, job.run) if one.stage == "read"]
    return sum(one.calls - one.failed + one.from_cache for one in mine)


def read_settings(job: Job) -> object:
    """What the statements depend on."""
    reader = job.settings.models.outcome("reader")
    return reader and (reader, job.settings.read, read_prompts(job.settings))


def read_prompts(settings: Settings) -> list[str]:
    """Ids of the prompts that the stage asks with; none without a reader."""
    if not settings.models.reader.model:
        return []
    background = [background_prompt().id] if settings.read.demographics else []
    return [read_prompt().id, *background]


def read_calls(job: Job, part: str) -> Iterator[Call[Any]]:
    """The calls that reading a part would make, without making them."""
    yield from questions(job, part).calls


def questions(job: Job, part: str) -> Asking:
    """What is asked about the users of one part."""
    turns, settings = job.table("curate", "turns", part, TURNS), job.settings.read
    selves = list(self_told(turns, settings)) if settings.demographics else []
    return Asking(turns, sheets(turns, settings), selves, settings)


def read_nothing(job: Job, part: str) -> Counts:
    """Writes the tables of one part without asking anybody."""
    _write(job, part, empty(STATEMENTS), empty(READ), empty(DEMOGRAPHICS))
    return {"statements": 0}


def read_parts(job: Job, say: Say) -> Iterator[int]:
    """Reads part after part; yields how many calls were made just now. Whole parts of an
    interrupted run are not asked about again."""
    watch = Watch(say)
    for part in job.parts():
        asking = questions(job, part)
        if (job.folder("read") / f"{part}.json").exists():
            yield len(asking.calls)
            continue
        answers: Failures = []
        for lot in _lots(asking.calls, job, first=watch.made == 0):
            made = ask(job, "reader", lot)
            watch.see(made)
            answers.extend(made)
            yield len(lot)
        _take(job, part, asking, answers)


class Watch:
    """Tells once, after the first calls, if most of them fail."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self.made = 0
        self._reasons = Counter[str]()
        self._told = False

    def see(self, answers: Failures) -> None:
        """Counts answers."""
        self.made += len(answers)
        self._reasons.update(one.reason for one in answers if isinstance(one, Failed))
        failed = self._reasons.total()
        if not self._told and self.made >= TRIED and 2 * failed > self.made:
            self._told = True
            self._say(_mostly_failed(failed, f"first {self.made}", self._reasons))


def verdict(counts: Counts) -> str | None:
    """A line about a reading that mostly failed; None if it did not."""
    failed = counts.get("failed", 0)
    if 2 * failed <= counts.get("calls", 0):
        return None
    reasons = {k.removeprefix("failed: "): n for k, n in counts.items() if k.startswith("failed: ")}
    return _mostly_failed(failed, str(counts["calls"]), reasons)


def _mostly_failed(failed: int, made: str, reasons: dict[str, int] | Counter[str]) -> str:
    told = ", ".join(f"{k} {n}" for k, n in sorted(reasons.items(), key=lambda r: (-r[1], r[0])))
    return (
        f"{failed} of the {made} calls to the reader failed ({told}). Try another model for the "
        'reader, or `structured = "prompt"` in [models.reader]; answers so far are kept.'
    )


def _lots(calls: list[Call[Any]], job: Job, *, first: bool) -> Iterator[list[Call[Any]]]:
    """The calls in lots: a small one first, so that a reader that fails is noticed early. All at
    once where they go to a provider's batch API."""
    reader = job.settings.models.reader
    size = len(calls) if reader.batch else max(AT_ONCE, 8 * reader.concurrency)
    start = 0
    while start < len(calls):
        lot = TRIED if first and start == 0 and not reader.batch else size
        yield calls[start : start + lot]
        start += lot


def _take(job: Job, part: str, asking: Asking, answers: Failures) -> None:
    """Writes what is accepted of the answers on a part, and then its counts."""
    n = len(asking.sheets)
    found = list(_conversations(asking, answers[:n]))
    told, reasons = take_background(asking.selves, answers[n:])
    _write(job, part, _statements(found), _read(found), _demographics(told))
    counts = _counts([one for _, _, one in found])
    if asking.settings.demographics:
        counts = add_up([counts, _background_counts(len(asking.selves), len(told), reasons)])
    counts = add_up([counts, cost_of(answers)])
    write_json(job.folder("read") / f"{part}.json", counts)


Found = tuple[str, str, ReadConversation]


def _conversations(asking: Asking, answers: Failures) -> Iterator[Found]:
    """user_key, conversation_id and what came of it, for each conversation asked about."""
    wanted = [sheet.conversation_id for sheet in asking.sheets]
    rows = asking.turns.filter(pl.col("conversation_id").is_in(wanted))
    texts: dict[tuple[str, str], dict[int, str]] = {}
    columns = rows.select("user_key", "conversation_id", "turn", "text")
    for user, conversation, turn, text in columns.iter_rows():
        texts.setdefault((user, conversation), {})[turn] = text
    pairs = zip(asking.sheets, answers, strict=True)
    for key, group in groupby(pairs, lambda pair: (pair[0].user_key, pair[0].conversation_id)):
        asked, got = zip(*group, strict=True)
        yield *key, take_answers(asked, got, texts[key], asking.settings)


def _counts(found: list[ReadConversation]) -> Counts:
    counts = {"conversations": len(found), "calls": sum(one.calls for one in found)}
    counts["statements"] = sum(len(one.statements) for one in found)
    for what in ("failed", "ungrounded", "refused"):
        reasons = add_up([dict(getattr(one, what)) for one in found])
        counts[what] = sum(reasons.values())
        counts.update({f"{what}: {reason}": n for reason, n in reasons.items()})
    return counts


def _background_counts(calls: int, told: int, reasons: Counter[str]) -> Counts:
    """Failed calls count among all failed calls; what else was not taken is told apart."""
    failures = {reason: n for reason, n in reasons.items() if reason.startswith("failed: ")}
    rest = {f"background {r}": n for r, n in reasons.items() if r not in failures}
    all_failed = {"failed": sum(failures.values()), **failures}
    return {"calls": calls, "background": told, **all_failed, **rest}


def _statements(found: list[Found]) -> pl.DataFrame:
    rows = [
        {
            "user_key": user,
            "conversation_id": conversation,
            "statement": i,
            "group": said.group,
            "text": said.text,
            "polarity": said.polarity,
            "situation": said.situation,
            "condition": said.condition,
            "quotes": [{"turn": q.turn, "start": q.start, "end": q.end} for q in said.quotes],
        }
        for user, conversation, one in found
        for i, said in enumerate(one.statements)
    ]
    return pl.DataFrame(rows, STATEMENTS).sort("user_key", "conversation_id", "statement")


def _read(found: list[Found]) -> pl.DataFrame:
    rows = [
        {
            "user_key": user,
            "conversation_id": conversation,
            "situations": sorted(one.situations),
            "calls": one.calls,
            "failed": one.failed.total(),
            "accepted": len(one.statements),
            "ungrounded": one.ungrounded.total(),
            "refused": one.refused.total(),
        }
        for user, conversation, one in found
    ]
    return pl.DataFrame(rows, READ).sort("user_key", "conversation_id")


def _demographics(told: list[Told]) -> pl.DataFrame:
    rows = [{name: getattr(one, name) for name in DEMOGRAPHICS} for one in told]
    return pl.DataFrame(rows, DEMOGRAPHICS).sort("user_key", "conversation_id", "attribute")


def _write(
    job: Job, part: str, statements: pl.DataFrame, read: pl.DataFrame, persons: pl.DataFrame
) -> None:
    folder = job.folder("read")
    write_table(folder / "statements" / f"{part}.parquet", statements, STATEMENTS)
    write_table(folder / "conversations" / f"{part}.parquet", read, READ)
    write_table(folder / "demographics" / f"{part}.parquet", persons, DEMOGRAPHICS)
