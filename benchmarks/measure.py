"""How many user turns a second are measured, and how that compares with a plain Python loop.

    python benchmarks/measure.py [--turns 100000] [--json]

The turns are those of the made-up people, repeated with edits. The loop cleans the text in the same
way and computes the eight simplest dimensions with `re`; its values must be those of the library.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
import time
from collections.abc import Callable
from typing import TypeVar

import polars as pl
from machine import describe_machine

from persona_extract.curate import user_turns
from persona_extract.curate.repair import repair
from persona_extract.dimensions import all_dimensions
from persona_extract.dimensions._prose import (
    _CODE_LINES,  # pyright: ignore[reportPrivateUsage]
    _FENCED,  # pyright: ignore[reportPrivateUsage]
    _INLINE,  # pyright: ignore[reportPrivateUsage]
    HEAD_CHARS,
    RAW_CHARS,
)
from persona_extract.dimensions.read import turn_readings
from persona_extract.lexicons import load_lexicon
from persona_extract.pipeline.pull import salted
from persona_extract.records.tables import CONVERSATIONS
from persona_extract.sources import open_source
from persona_extract.sources.protocol import SourceOptions

BLANKS = " \t\n\f\v\u00a0"
LETTER = r"[^\W\d_]"
LEAST_AGREEMENT = 0.999
EDITS = ("really", "first", "new", "other", "same", "main", "small", "whole", "last", "usual")

FENCED = re.compile(_FENCED.replace(r"\z", r"\Z"))
CODE_LINES = [re.compile(pattern) for pattern in _CODE_LINES]
INLINE = re.compile(_INLINE)
WORD = re.compile(rf"{LETTER}(?:{LETTER}|')*")
IDENTIFIER = re.compile(
    rf"[\w.]*(?:_\w|\w\(|\d{LETTER}|{LETTER}\d|[a-zß-öø-ÿ][A-ZÀ-ÖØ-Þ])[\w.()\[\],']*"
)
FIRST = re.compile(rf"^[\s\"'(\[*-]*({LETTER}(?:{LETTER}|')*)")
NO_NAME = re.compile(r"(?:[iI](?:'?m|'?ve|'ll|'d)?|[A-ZÀ-ÖØ-Þ]{2,}|[A-ZÀ-ÖØ-Þ]+s)\Z")
SMILE = "(?:\\s*(?:[:;]-?[()DPp]|[\U0001f300-\U0001faff\u2600-\u27bf\ufe0f]))*"
CLOSED = re.compile(rf"[.!?…:;。！？][\"'”)\]*]*{SMILE}\Z")
EXCLAIMS = re.compile(rf"{LETTER}\s?[?!]*!")
DOUBLED = re.compile(r"[!?][!?]")
TRAILS = re.compile(rf"(?:{LETTER}|\s)(?:\.{{2,}}|…)")
EMOJI = re.compile("[\U0001f300-\U0001faff\U0001f1e6-\U0001f1ff\u2600-\u26ff❤✨✌✋]")
PLEASE = re.compile(rf"\b(?:{'|'.join(map(re.escape, load_lexicon('please')))})\b", re.ASCII)

Values = dict[str, float | None]
Result = TypeVar("Result")


def main() -> None:
    asked = _arguments()
    turns = make_turns(asked.turns)
    megabytes = float(turns["text"].str.len_bytes().sum()) / 1e6
    turn_readings(turns.head(100))  # lays out the expressions
    wide, seconds, cpu = _timed(lambda: turn_readings(turns))
    texts = turns["text"].to_list()
    loop, loop_seconds, loop_cpu = _timed(lambda: [measure(text) for text in texts])
    agreement = {name: _agreement(wide[name], loop, name) for name in NAMES}
    found: dict[str, object] = {
        "n_turns": turns.height,
        "megabytes": round(megabytes, 1),
        "n_dimensions": len(all_dimensions()),
        "seconds": round(seconds, 2),
        "cpu_seconds": round(cpu, 2),
        "turns_per_second": round(turns.height / seconds),
        "megabytes_per_second": round(megabytes / seconds, 2),
        "loop_dimensions": len(loop[0]),
        "loop_turns_per_second": round(turns.height / loop_seconds),
        "loop_cpu_seconds": round(loop_cpu, 2),
        "times_as_fast": round(loop_seconds / seconds, 1),
        "times_less_cpu": round(loop_cpu / cpu, 1),
        "agreement": agreement,
        "machine": describe_machine(),
    }
    print(json.dumps(found, indent=2) if asked.json else "\n".join(map(_line, found.items())))
    if min(agreement.values()) < LEAST_AGREEMENT:
        sys.exit("the loop and the library disagree: the comparison means nothing")


def make_turns(least: int) -> pl.DataFrame:
    """`TURNS` of the made-up people, so often that there are at least so many, each time edited."""
    frames = [batch.frame for batch in open_source("demo", SourceOptions()).batches(size=1000)]
    known = salted(pl.concat(frames), b"benchmark")
    turns = user_turns(repair(known).select(list(CONVERSATIONS)))
    copies = -(-least // turns.height)
    return pl.concat(
        turns.with_columns(
            pl.format("{}-{}", "conversation_id", pl.lit(copy)).alias("conversation_id"),
            pl.col("text").str.replace(r"\b(the|my|a) ", f"$1 {EDITS[copy % len(EDITS)]} "),
        )
        for copy in range(copies)
    )


def measure(text: str) -> Values:
    """The eight dimensions of one turn, None where a dimension is not defined."""
    even = text[:RAW_CHARS].replace("’", "'").replace("\r", "").strip(BLANKS)
    prose = FENCED.sub("\n", even)
    for pattern in CODE_LINES:
        prose = pattern.sub("", prose)
    prose = INLINE.sub(" ", prose).strip(BLANKS)
    if not re.search(LETTER, prose):
        return dict.fromkeys(NAMES)
    head = prose[:HEAD_CHARS]
    nameless = IDENTIFIER.sub("#", head)
    first = FIRST.match(nameless)
    word = first[1] if first else ""
    ends_in_prose = len(text) <= RAW_CHARS and even[-6:] == prose[-6:]
    return {
        "lowercase_start": float(word[0].islower()) if word and not NO_NAME.match(word) else None,
        "open_ending": float(not CLOSED.search(prose[-12:])) if ends_in_prose else None,
        "exclamation": float(bool(EXCLAIMS.search(head))),
        "ellipsis": float(bool(TRAILS.search(head))),
        "doubled_marks": float(bool(DOUBLED.search(head))),
        "emoji": float(bool(EMOJI.search(head))),
        "turn_words": math.log1p(len(WORD.findall(prose))),
        "please": float(bool(PLEASE.search(nameless.lower()))),
    }


NAMES = (
    *("lowercase_start", "open_ending", "exclamation", "ellipsis"),
    *("doubled_marks", "emoji", "turn_words", "please"),
)


def _agreement(values: pl.Series, loop: list[Values], name: str) -> float:
    """Share of turns on which both have the same value, or none."""
    other = pl.Series([row[name] for row in loop], dtype=pl.Float64)
    same = ((values - other).abs() < 1e-9).fill_null(False) | (values.is_null() & other.is_null())
    return round(float(same.sum()) / len(same), 5)


def _timed(work: Callable[[], Result]) -> tuple[Result, float, float]:
    """The result, seconds and CPU seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    return result, time.perf_counter() - wall, time.process_time() - cpu


def _line(item: tuple[str, object]) -> str:
    return f"{item[0]:28} {item[1]}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Time the measuring of turns.")
    parser.add_argument("--turns", type=int, default=100_000, help="turns at the least")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser.parse_args()


if __name__ == "__main__":
    main()
