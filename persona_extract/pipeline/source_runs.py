"""Runs of five words in a pack that stand in the source, found without holding the source.

The runs of the pack are few: they are held, and the turns of the workspace stream past them, part
by part. A run ends at "…", " / ", a bar of a table and the end of a line of a card: what stands on
both sides was not written in one go. In scripts without blanks every character counts as a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import polars as pl

from persona_extract.packs.findings import MAX_FINDINGS, Doubt, Finding, finding
from persona_extract.pipeline.job import Job
from persona_extract.pipeline.pack_texts import Placed
from persona_extract.pipeline.steps import Watcher
from persona_extract.records.tables import TURNS

WORDS = 5
"""Words in a row that may not be the source's."""

_TOKEN = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]|[\p{L}\p{N}\p{M}]+(?:['-][\p{L}\p{N}\p{M}]+)*"
_BREAK = re.compile(r"…|\.\.\.| / |\|")


@dataclass(frozen=True, slots=True)
class Copied:
    """What was compared, and what was found."""

    runs: int
    turns: int
    findings: list[Finding]


def runs_of_source(job: Job, texts: Sequence[Placed], watcher: Watcher) -> Copied:
    """Runs of five words in the texts that some user turn of the workspace has, too.

    The finding names the place and not the words: they are a user's.
    """
    runs = _runs(texts)
    found, turns, parts = set[str](), 0, job.parts()
    watcher.begin("5-word runs", len(parts))
    for part in parts:
        said = job.table("curate", "turns", part, TURNS).select("text")
        turns += said.height
        found.update(_held(said["text"], list(runs)))
        watcher.advance("5-word runs", 1)
    watcher.end("5-word runs", f"{len(runs):,} runs")
    places = (place for run in runs if run in found for place in runs[run])
    return Copied(len(runs), turns, [*_findings(places)])


def _runs(texts: Sequence[Placed]) -> dict[str, list[Placed]]:
    """Run -> the texts that have it."""
    pieces = [(i, piece) for i, one in enumerate(texts) for piece in _BREAK.split(one.text.text)]
    frame = pl.DataFrame(pieces, schema={"of": pl.Int64, "text": pl.String}, orient="row")
    told = frame.with_columns(words=_words(pl.col("text")))
    made: dict[str, list[Placed]] = {}
    rows = cast("Iterable[tuple[int, list[str]]]", told.select("of", "words").iter_rows())
    for of, words in rows:
        for at in range(len(words) - WORDS + 1):
            run = f" {' '.join(words[at : at + WORDS])} "
            made.setdefault(run, []).append(texts[of])
    return made


def _held(turns: pl.Series, runs: list[str]) -> Iterator[str]:
    """Those of the runs that the turns hold."""
    if not runs:
        return iter(())
    even = turns.to_frame("text").select(
        text=pl.format(" {} ", _words(pl.col("text")).list.join(" "))
    )
    hits = even.filter(pl.col("text").str.contains_any(runs))
    each = hits.select(pl.col("text").str.extract_many(runs, overlapping=True)).explode("text")
    return iter(each["text"].drop_nulls().unique().to_list())


def _words(text: pl.Expr) -> pl.Expr:
    return text.str.to_lowercase().str.replace_all("[’ʼ`]", "'").str.extract_all(_TOKEN)


def _findings(places: Iterator[Placed]) -> Iterator[Finding]:
    counted: dict[tuple[str, str, str], int] = {}
    for one in places:
        key = one.file, one.place, one.text.about
        counted[key] = counted.get(key, 0) + 1
    for (file, place, about), n in list(counted.items())[:MAX_FINDINGS]:
        what = f"{n} runs" if n > 1 else "a run"
        where = f"{about}: " if about else ""
        problem = f"{where}{what} of {WORDS} words in a row that a user wrote"
        yield finding(file, place, Doubt("5-word runs", problem))
