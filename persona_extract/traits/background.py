"""What users tell of their person. Only where it is asked for, and only with a quote."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import polars as pl
from pydantic import AfterValidator, BaseModel, ConfigDict

from persona_extract.dimensions._prose import LOWER, PROSE
from persona_extract.prompts import Prompt, load_prompt
from persona_extract.records.calls import Answered, Call, Failed
from persona_extract.records.settings import ReadSettings
from persona_extract.text import fold_space
from persona_extract.traits.grounding import Cited, Heard, find_quotes
from persona_extract.traits.schema import at_most, lean, share
from persona_extract.traits.vocabulary import grammar, stem, words

Attribute = Literal[
    "age", "gender", "education", "occupation", "location", "income", "marital_status"
]

MOST_TURNS = 40
"""Turns of a user that are looked through at the most, those of most conversations first."""

MOST_INFERRED = 0.9
"""An inference is never certain, whatever a model says of its own certainty."""

_SELF = (
    r"(?-u:\b)(?:i'm|im|i am|i was|i have been|i've been|i live|i work|i study|i studied|i earn|i"
    r" make|i teach|i graduated|i moved|i grew|as an? |my (?:age|job|work|boss|company|degree|"
    r"salary|income|wife|husband|partner|girlfriend|boyfriend|fianc|kids?|child|son|daughter|"
    r"mother|father|mom|mum|dad|parents|family|school|college|university|class|professor|teacher|"
    r"city|town|country|house|apartment|home|students?|patients?|clients?|customers?|career)|"
    r"years? old|married|divorced|in my (?:teens|twenties|thirties|forties|fifties|sixties))"
)
_IDENTIFIES = re.compile(r"\d{4,}|@|https?:|www\.|[<>{}\n]")


class BackgroundStatement(BaseModel):
    """One attribute, as the reader gives it."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra=lean)
    attribute: Attribute
    value: Annotated[str, AfterValidator(at_most(80))]
    source: Literal["extracted", "inferred"]
    confidence: Annotated[float, AfterValidator(share)]
    quote: Annotated[str, AfterValidator(at_most(400))]
    turn: int


class BackgroundAnswer(BaseModel):
    """What the reader is to answer about one user."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra=lean)
    attributes: Annotated[list[BackgroundStatement], AfterValidator(at_most(20))]


@dataclass(frozen=True, slots=True)
class SelfTold:
    """Turns in which a user speaks of themselves: what one call is shown, and whence it is.

    Attributes:
        text: "U1: ..." a line.
        places: conversation and turn (0-based) of each line.
        turns: text of each line's turn.
    """

    user_key: str
    text: str
    places: tuple[tuple[str, int], ...]
    turns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """One attribute as in `records.tables.DEMOGRAPHICS`."""

    user_key: str
    conversation_id: str
    attribute: Attribute
    value: str
    source: Literal["extracted", "inferred"]
    confidence: float


def self_told(turns: pl.DataFrame, settings: ReadSettings) -> Iterator[SelfTold]:
    """For each user of `records.tables.TURNS` who speaks of themselves, the turns that do.

    A rule picks them ("I am", "my wife", "as a"), so most users cost nothing. Only the prose
    around the place is shown, `settings.user_chars` of it.
    """
    about = turns.with_columns(_lower=LOWER, _prose=PROSE).filter(
        pl.col("_lower").str.contains(_SELF).fill_null(False)
    )
    spread = (
        about.select("user_key", "conversation_id", "turn", "text", prose="_prose", lower="_lower")
        .sort("user_key", "conversation_id", "turn")
        .with_columns(round=pl.int_range(pl.len()).over("user_key", "conversation_id"))
        .sort("user_key", "round", "conversation_id", "turn")
        .group_by("user_key", maintain_order=True)
        .head(MOST_TURNS)
    )
    for one in spread.partition_by("user_key", maintain_order=True):
        rows = one.to_dicts()
        lines = [f"U{i + 1}: {_around(r['prose'], settings)}" for i, r in enumerate(rows)]
        yield SelfTold(
            user_key=str(rows[0]["user_key"]),
            text="\n".join(lines),
            places=tuple((str(r["conversation_id"]), int(r["turn"])) for r in rows),
            turns=tuple(str(r["text"]) for r in rows),
        )


def background_prompt() -> Prompt:
    """The template of the call."""
    return load_prompt("demographics", 1)


def background_call(told: SelfTold) -> Call[BackgroundAnswer]:
    """The question about one user."""
    prompt = background_prompt()
    return Call("read", prompt.id, prompt.messages(messages=told.text), BackgroundAnswer)


def take_background(
    asked: Sequence[SelfTold], answers: Sequence[Answered[BackgroundAnswer] | Failed]
) -> tuple[list[Told], Counter[str]]:
    """What is accepted, one of an attribute a user and conversation; and why the rest is not.

    Nothing is taken without a quote that stands in the turn it cites. "extracted" also needs a word
    of the value in the quote; else it is "inferred".
    """
    found: dict[tuple[str, str, str], Told] = {}
    counts = Counter[str]()
    for told, answer in zip(asked, answers, strict=True):
        if isinstance(answer, Failed):
            counts[f"failed: {answer.reason}"] += 1
            continue
        for one in answer.value.attributes:
            taken = _taken(one, told)
            if isinstance(taken, str):
                counts[taken] += 1
                continue
            key = (taken.user_key, taken.conversation_id, taken.attribute)
            if key not in found or taken.confidence > found[key].confidence:
                found[key] = taken
    return [found[key] for key in sorted(found)], counts


def _taken(one: BackgroundStatement, told: SelfTold) -> Told | str:
    turns: Mapping[int, str] = dict(enumerate(told.turns))
    spans = find_quotes([Cited(one.turn, one.quote)], Heard(turns))
    if isinstance(spans, str):
        return f"ungrounded: {spans}"
    value = fold_space(one.value)
    if not value or _IDENTIFIES.search(value) or _IDENTIFIES.search(one.value.strip()):
        return "refused: not a plain value"
    said = {stem(word) for word in words(one.quote)} - grammar()
    extracted = one.source == "extracted" and any(stem(word) in said for word in words(value))
    conversation, _ = told.places[spans[0].turn]
    return Told(
        user_key=told.user_key,
        conversation_id=conversation,
        attribute=one.attribute,
        value=value,
        source="extracted" if extracted else "inferred",
        confidence=one.confidence if extracted else min(one.confidence, MOST_INFERRED),
    )


def _around(prose: str, settings: ReadSettings) -> str:
    """The prose from a little before the place where the user first speaks of themselves."""
    text = fold_space(prose)
    place = re.search(_SELF.replace("(?-u:\\b)", r"\b"), text.lower())
    start = max(0, (place.start() if place else 0) - settings.user_chars // 3)
    piece = text[start : start + settings.user_chars].strip()
    before = "[…] " if start else ""
    return before + piece + (" […]" if start + settings.user_chars < len(text) else "")
