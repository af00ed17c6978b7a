"""The calls of a batch run: waiting, under way, or with a result."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Generic

from persona_extract.errors import BudgetSpent, ModelRefused, ModelUnavailable, UsageError
from persona_extract.llm._batch_answers import judge, most_usage, together
from persona_extract.llm._batch_api import BatchApi, State
from persona_extract.llm._batch_lines import Line, read_lines
from persona_extract.llm._batch_notes import Note, new_note, read_notes, remove_note, write_note
from persona_extract.llm.answers import reparse
from persona_extract.llm.door import Door
from persona_extract.llm.ledger import NOT_SENT
from persona_extract.llm.many import ask_all
from persona_extract.llm.protocol import Account, Answers, Kept, Prices
from persona_extract.llm.questions import call_key
from persona_extract.records.calls import Answer, Answered, Call, Failed, Usage
from persona_extract.records.models import ModelSettings

MOST_LINES = 50_000
MOST_BYTES = 100 * 2**20
"""Of one batch; OpenAI takes 50,000 lines and 200 MB."""
_MOST_SILENT = 10
"""Looks in a row that a provider may leave unanswered."""


@dataclass(frozen=True)
class Paper:
    """What all batches of a run share."""

    settings: ModelSettings
    api: BatchApi
    account: Account
    prices: Prices
    answers: Answers | None
    notes: Path | None

    @property
    def model(self) -> str:
        return self.settings.model or ""


class Work(Generic[Answer]):
    """The calls, by key: `waiting` to be sent, in a batch `under_way`, or with a result."""

    def __init__(
        self,
        paper: Paper,
        calls: Sequence[Call[Answer]],
        line_of: Callable[[str, Call[Answer]], bytes],
        advance: Callable[[int], None],
    ) -> None:
        self._paper = paper
        self._keys = [call_key(paper.settings, call) for call in calls]
        self._all = calls
        self._calls = dict(zip(self._keys, calls, strict=True))
        self._line_of = line_of
        self._advance = advance
        self._times = Counter(self._keys)
        self._fresh: set[str] = set()
        self._tickets: dict[str, int] = {}
        self._results: dict[str, Answered[Answer] | Failed] = {}
        self.waiting: dict[str, None] = dict.fromkeys(self._keys)
        self.under_way: list[Note] = []

    def take_kept(self) -> None:
        """Finds what is in the cache."""
        answers = self._paper.answers
        for key in list(self.waiting) if answers is not None else []:
            kept, call = answers.look_up(key) if answers else None, self._calls[key]
            value = reparse(kept.text, call.answer) if kept is not None else None
            if kept is not None and value is not None:
                self._paper.account.free(call.stage, self._paper.model, call.prompt, kept.usage)
                self._done(key, Answered(value, kept.model, Usage(), 0.0, True, 0, kept.cost))

    def pick_up(self) -> None:
        """Finds batches of an earlier run that answer these calls. What they cost was spent when
        they were sent: no budget keeps their answers away."""
        paper = self._paper
        for note in read_notes(paper.notes, paper.model, paper.settings.base_url):
            ours = [key for key in note.keys if key in self.waiting]
            batch = (note.batch or paper.api.find(note.mark)) if ours else None
            if batch is None and (ours or all(key in self._results for key in note.keys)):
                remove_note(paper.notes, note)  # never sent, or nothing of it is still needed
            if batch is not None:
                self._send_off(note.model_copy(update={"batch": batch}), ours)
                for key in ours:
                    self._tickets[key] = paper.account.reserve(self._stage(key), paper.model, 0.0)

    def submit(self) -> bool:
        """Sends what is waiting, as far as one batch and the budget hold; whether it was any.

        Raises:
            BudgetSpent: it was none, and no batch is under way that might give money back.
        """
        lines = b"".join(self._payable())
        keys = [key for key in self.waiting if key in self._tickets]
        if not keys:
            return False
        paper = self._paper
        note = new_note(paper.model, paper.settings.base_url, keys, str(time.time_ns()))
        try:
            file = paper.api.upload(lines)
            write_note(paper.notes, note)
            note = note.model_copy(update={"batch": self._started(file, note)})
        except BaseException:
            for key in keys:
                self._settle(key, Usage(), 0.0, NOT_SENT)
            raise
        self._fresh.add(note.mark)
        self._send_off(note, keys)
        write_note(paper.notes, note)
        return True

    def collect(self, poll_seconds: float, sleep: Callable[[float], None]) -> None:
        """Waits until a batch has ended, and takes its answers."""
        silent = 0
        while self.under_way:
            for note in list(self.under_way):
                try:
                    state = self._paper.api.look(note.batch or "")
                    silent = 0
                except ModelUnavailable:
                    silent += 1
                    if silent >= _MOST_SILENT:
                        raise
                    continue
                if state is None or state.ended:
                    self.under_way.remove(note)
                    self._take(note, state)
            if self.under_way:
                sleep(poll_seconds)

    def ask_again(self, door: Door) -> None:
        """Asks the door what the batches could not answer."""
        failed = {key: one for key, one in self._results.items() if isinstance(one, Failed)}
        again = ask_all(door, [self._calls[key] for key in failed])
        for (key, first), second in zip(failed.items(), again, strict=True):
            self._results[key] = together(first, second)

    def in_order(self) -> list[Answered[Answer] | Failed]:
        """Results in the order of the calls; the second of two equal calls cost nothing."""
        seen: set[str] = set()
        return [
            self._told(key, call, seen) for key, call in zip(self._keys, self._all, strict=True)
        ]

    def _told(self, key: str, call: Call[Answer], seen: set[str]) -> Answered[Answer] | Failed:
        result = self._results[key]
        if key not in seen:
            seen.add(key)
            return result
        if isinstance(result, Failed):
            return replace(result, usage=Usage(), cost=0.0, attempts=0)
        self._paper.account.free(call.stage, self._paper.model, call.prompt, result.usage)
        return replace(result, usage=Usage(), cost=0.0, from_cache=True, attempts=0)

    def _payable(self) -> Iterator[bytes]:
        """Lines of the calls that the budget holds for; each is set aside."""
        paper, size, number = self._paper, 0, 0
        for key in self.waiting:
            line = self._line_of(key, self._calls[key])
            if number and (number == MOST_LINES or size + len(line) > MOST_BYTES):
                return
            try:
                most = paper.prices.cost(most_usage(paper.settings, self._calls[key]), batch=True)
                self._tickets[key] = paper.account.reserve(self._stage(key), paper.model, most)
            except BudgetSpent as error:
                if number or self.under_way:
                    return
                raise BudgetSpent(self._reached(error)) from None
            size, number = size + len(line), number + 1
            yield line

    def _started(self, file: str, note: Note) -> str:
        try:
            return self._paper.api.start(file, note.mark)
        except UsageError:
            remove_note(self._paper.notes, note)  # surely not started; else the next run looks
            raise

    def _send_off(self, note: Note, keys: Sequence[str]) -> None:
        self.under_way.append(note)
        for key in keys:
            del self.waiting[key]

    def _take(self, note: Note, state: State | None) -> None:
        """Answers of a batch that has ended; None if it is gone, and its questions wait again."""
        if state is None:
            self._gone(note)
            return
        api = self._paper.api
        lines = {line.key: line for file in state.files for line in read_lines(api.read(file))}
        ours = [key for key in note.keys if key in self._tickets]
        refused = state.status == "failed" and not lines
        for key in ours:
            if refused:
                self._settle(key, Usage(), 0.0, NOT_SENT)
            else:
                self._answer(key, lines.get(key) or _missing(key, state))
        left = tuple(key for key in note.keys if key in lines and key not in ours)
        self._keep_note(note, left, state)
        if refused:
            said = ", ".join(sorted(set(state.errors))) or "no reason given"
            raise ModelRefused(f"{self._paper.model}: the provider refused the batch ({said}).")

    def _gone(self, note: Note) -> None:
        if note.mark in self._fresh:  # to send it again and again would cost again and again
            raise ModelUnavailable(f"{self._paper.model}: the provider has lost a batch.")
        for key in [key for key in note.keys if key in self._tickets]:
            self._settle(key, Usage(), 0.0, NOT_SENT)
            self.waiting[key] = None
        remove_note(self._paper.notes, note)

    def _keep_note(self, note: Note, left: tuple[str, ...], state: State) -> None:
        """Answers to calls that are not asked today are left for the run that asks them."""
        if left:
            write_note(self._paper.notes, note.model_copy(update={"keys": left}))
            return
        remove_note(self._paper.notes, note)
        for file in (state.questions, *state.files):
            self._paper.api.remove(file)

    def _answer(self, key: str, line: Line) -> None:
        paper, call = self._paper, self._calls[key]
        result, text = judge(paper.settings, paper.prices, call, line)
        if isinstance(result, Answered) and paper.answers is not None:
            kept = Kept(text, result.model, result.usage, result.cost)
            paper.answers.keep(key, call.stage, call.prompt, kept)
        outcome = result.reason if isinstance(result, Failed) else "answered"
        self._settle(key, result.usage, result.cost, outcome)
        self._done(key, result)

    def _settle(self, key: str, usage: Usage, cost: float | None, outcome: str) -> None:
        ticket, prompt = self._tickets.pop(key), self._calls[key].prompt
        self._paper.account.settle(ticket, prompt, usage, cost, outcome)

    def _done(self, key: str, result: Answered[Answer] | Failed) -> None:
        self.waiting.pop(key, None)
        self._results[key] = result
        self._advance(self._times[key])

    def _stage(self, key: str) -> str:
        return self._calls[key].stage

    def _reached(self, error: BudgetSpent) -> str:
        answered = sum(isinstance(each, Answered) for each in self._results.values())
        return f"{error}. {answered:,} of {len(self._calls):,} calls are answered and kept"


def _missing(key: str, state: State) -> Line:
    return Line(key, None, None, "timed out", f"the batch ended without it: {state.status}")
