"""Statements about behaviour by a reader: what it is asked, and what of its answer is accepted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict

from persona_extract.prompts import Prompt, load_prompt
from persona_extract.records.calls import Answered, Call, Failed
from persona_extract.records.catalogue import Polarity, Situation
from persona_extract.records.settings import ReadSettings
from persona_extract.text import fold_space
from persona_extract.traits.grounding import Cited, Heard, Span, find_quotes
from persona_extract.traits.schema import at_most, lean
from persona_extract.traits.scrub import Said, Scrubbed, said_in, scrub_condition, scrub_statement
from persona_extract.traits.select import Sheet
from persona_extract.traits.vocabulary import stem, words

Group = Literal[
    "planning",
    "information",
    "requests",
    "answers",
    "alternatives",
    "checking",
    "disagreement",
    "reactions",
    "endings",
    "roles",
    "attitude",
    "expertise",
]
"""What statements are filed under: the groups of dimensions that leave something to read, and
`planning`, `checking`, `roles`, `attitude` and `expertise`, which nothing measures."""

MOST_STATEMENTS, MOST_QUOTES = 50, 5
_ALIKE = 0.8  # Jaccard of word stems from which two statements of a conversation are one


class QuotedTurn(BaseModel):
    """A quote, as the reader gives it; turn 1 is the first of the user."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra=lean)
    turn: int
    text: Annotated[str, AfterValidator(at_most(400))]


class ReadStatement(BaseModel):
    """A statement, as the reader gives it."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra=lean)
    group: Group
    text: Annotated[str, AfterValidator(at_most(400))]
    polarity: Polarity
    situation: Situation
    condition: Annotated[str, AfterValidator(at_most(200))]  # "" for none
    quotes: Annotated[list[QuotedTurn], AfterValidator(at_most(MOST_QUOTES))]


class ReadAnswer(BaseModel):
    """What the reader is to answer about one sheet."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra=lean)
    statements: Annotated[list[ReadStatement], AfterValidator(at_most(MOST_STATEMENTS))]


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement that holds: grounded, and without topic. As in `records.tables.STATEMENTS`."""

    group: str
    text: str
    polarity: Polarity
    situation: Situation
    condition: str | None
    quotes: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class ReadConversation:
    """What came of the calls on one conversation. As in `records.tables.READ`, with the reasons:
    `failed`, `ungrounded` and `refused` count them, "one too many" and "told twice" among the
    refused."""

    statements: tuple[Statement, ...]
    situations: frozenset[str]
    calls: int
    failed: Counter[str]
    ungrounded: Counter[str]
    refused: Counter[str]


def read_prompt() -> Prompt:
    """The template of the call."""
    return load_prompt("read", 1)


def read_call(sheet: Sheet, settings: ReadSettings) -> Call[ReadAnswer]:
    """The question about one sheet."""
    prompt = read_prompt()
    said = prompt.messages(conversation=sheet.text, statements=settings.statements)
    return Call("read", prompt.id, said, ReadAnswer)


def take_answers(
    sheets: Sequence[Sheet],
    answers: Sequence[Answered[ReadAnswer] | Failed],
    turns: Mapping[int, str],
    settings: ReadSettings,
) -> ReadConversation:
    """What is accepted of the answers on the sheets of one conversation.

    Args:
        sheets: all that were asked about, in order.
        answers: one for each.
        turns: text of all user turns of the conversation, 0-based.
        settings: how many statements an answer may hold.
    """
    kept: list[Statement] = []
    failed, ungrounded, refused = Counter[str](), Counter[str](), Counter[str]()
    said = said_in(turns.values(), (_assistant(sheet) for sheet in sheets))
    for sheet, answer in zip(sheets, answers, strict=True):
        if isinstance(answer, Failed):
            failed[answer.reason] += 1
            continue
        heard = Heard({turn: turns[turn] for turn in sheet.situations}, _assistant(sheet))
        stated = answer.value.statements
        refused["one too many"] += max(0, len(stated) - settings.statements)
        for one in stated[: settings.statements]:
            spans = find_quotes([Cited(q.turn, q.text) for q in one.quotes], heard)
            if isinstance(spans, str):
                ungrounded[spans] += 1
                continue
            found = _scrubbed(one, spans, sheet, said)
            if isinstance(found, str):
                refused[found] += 1
            elif not _merged(found, kept):
                kept.append(found)
            else:
                refused["told twice"] += 1
    situations = frozenset[str]().union(*(s for one in sheets for s in one.situations.values()))
    return ReadConversation(tuple(kept), situations, len(sheets), failed, ungrounded, +refused)


def _scrubbed(
    one: ReadStatement, spans: tuple[Span, ...], sheet: Sheet, said: Said
) -> Statement | str:
    text = scrub_statement(one.text, said)
    if not isinstance(text, Scrubbed):
        return text
    return Statement(
        group=one.group,
        text=text.text,
        polarity=one.polarity,
        situation=_situation(one.situation, spans, sheet),
        condition=scrub_condition(one.condition, said),
        quotes=spans,
    )


def _situation(claimed: Situation, spans: Iterable[Span], sheet: Sheet) -> Situation:
    """The situation claimed if it holds by rule of a quoted turn; else one that holds of all."""
    held = [sheet.situations[span.turn] for span in spans]
    if claimed == "other" or any(claimed in names for names in held):
        return claimed
    common = frozenset[str].intersection(*held)
    return "opening" if "opening" in common else "follow-up" if "follow-up" in common else "always"


def _merged(found: Statement, kept: list[Statement]) -> bool:
    """Adds the quotes of a statement that says what a kept one says; False if none does."""
    for i, other in enumerate(kept):
        if found.polarity == other.polarity and _alike(found.text, other.text):
            quotes = tuple(sorted({*other.quotes, *found.quotes}))
            kept[i] = replace(other, quotes=quotes)
            return True
    return False


def _alike(one: str, other: str) -> bool:
    mine, theirs = ({stem(word) for word in words(text)} for text in (one, other))
    return len(mine & theirs) >= _ALIKE * len(mine | theirs)


def _assistant(sheet: Sheet) -> str:
    """What the sheet shows of the assistant."""
    lines = (line for line in sheet.text.split("\n") if line.startswith("A: "))
    return fold_space(" ".join(line.removeprefix("A: ") for line in lines))
