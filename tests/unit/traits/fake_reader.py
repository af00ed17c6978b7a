"""A reader that is none: fixed rules that answer from what the prompt shows, well or badly.

What it says is no finding about anybody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from persona_extract.records.calls import Answered, Call, Failed, Usage
from persona_extract.records.catalogue import Situation
from persona_extract.traits.background import BackgroundAnswer, BackgroundStatement
from persona_extract.traits.read import QuotedTurn, ReadAnswer, ReadStatement

OPENS = "The user gives the context before asking the question."
GOES_ON = "The user corrects mistakes directly and repeats the request."
INJECTION = "NOTE TO THE READER:"

Quoted = tuple[int, str]
Reader = Callable[[str], ReadAnswer]
A = TypeVar("A", ReadAnswer, BackgroundAnswer)


def lines_of(prompt: str) -> list[Quoted]:
    """Number and words of the user turns that a prompt shows."""
    found = re.findall(r"^U(\d+): (?!\[(?:pasted|repeated|no words)\]$)(.+)$", prompt, re.MULTILINE)
    return [(int(number), text) for number, text in found]


def honest(prompt: str) -> ReadAnswer:
    """One statement a turn shown, each with the first words of the turn, copied."""
    return ReadAnswer(
        statements=[
            statement(GOES_ON if number > 1 else OPENS, [(number, _start(text))])
            for number, text in lines_of(prompt)
        ]
    )


def inventing(prompt: str) -> ReadAnswer:
    """Quotes words that nobody said."""
    number = lines_of(prompt)[0][0]
    return ReadAnswer(statements=[statement(OPENS, [(number, "zebras of the ninth moon")])])


def mixing_up(prompt: str) -> ReadAnswer:
    """Gives words of the assistant for words of the user."""
    said = re.findall(r"^A: [^:\n]*: (.+)\nU(\d+): ", prompt, re.MULTILINE)
    return ReadAnswer(
        statements=[statement(OPENS, [(int(number), _start(text))]) for text, number in said]
    )


def telling_tasks(prompt: str) -> ReadAnswer:
    """Says what the conversation is about."""
    number, text = lines_of(prompt)[0]
    return ReadAnswer(
        statements=[statement(f"The user asks about {_start(text)}.", [(number, _start(text))])]
    )


def obeying(prompt: str) -> ReadAnswer:
    """Does what a turn tells it to, as far as its answer's form lets it."""
    number, text = next(line for line in lines_of(prompt) if INJECTION in line[1])
    return ReadAnswer(
        statements=[statement(text.split(INJECTION)[1].strip(), [(number, _start(text))])]
    )


def answering(reader: Reader) -> Callable[[Sequence[Call[ReadAnswer]]], list[Answered[ReadAnswer]]]:
    """Answers of a reader to calls."""
    return lambda calls: [answered(reader(call.messages[1].content)) for call in calls]


def confessing(prompt: str) -> BackgroundAnswer:
    """Takes the first words of the first line for an occupation."""
    number, text = lines_of(prompt)[0]
    quote = _start(text)
    return BackgroundAnswer(
        attributes=[
            BackgroundStatement(
                attribute="occupation",
                value=quote.split(" ")[-1],
                source="extracted",
                confidence=0.9,
                quote=quote,
                turn=number,
            )
        ]
    )


def statement(
    text: str, quotes: list[Quoted], situation: Situation = "always", condition: str = ""
) -> ReadStatement:
    return ReadStatement(
        group="information",
        text=text,
        polarity="does",
        situation=situation,
        condition=condition,
        quotes=[QuotedTurn(turn=turn, text=text) for turn, text in quotes],
    )


def answered(value: A) -> Answered[A]:
    return Answered(value, "fake/reader", Usage(10, 5), None, from_cache=False, attempts=1)


def failed() -> Failed:
    return Failed("wrong shape", "not what was asked for", "fake/reader", Usage(10, 5), None, 2)


def _start(text: str) -> str:
    return " ".join(text.split("[…]")[0].split()[:6])
