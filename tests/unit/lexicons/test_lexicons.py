"""Word lists say where they come from, and their patterns find whole words only."""

from __future__ import annotations

from importlib.resources import files

import polars as pl
import pytest

from persona_extract.lexicons import load_columns, load_lexicon, one_of, starts_with_one_of

NAMES = sorted(
    f.name.removesuffix(".txt")
    for f in files("persona_extract.lexicons").iterdir()
    if f.name.endswith(".txt")
)


@pytest.mark.parametrize("name", NAMES)
def test_a_list_states_source_and_licence_and_has_no_repeats(name: str) -> None:
    raw = files("persona_extract.lexicons").joinpath(f"{name}.txt").read_text(encoding="utf-8")
    header = [line for line in raw.splitlines() if line.startswith("#")]
    assert any("Source" in line and "Licence" in line for line in header)
    entries = [x.strip() for x in raw.splitlines() if x.strip() and not x.startswith("#")]
    assert len(load_lexicon(name)) == len(entries) > 0
    lines = load_columns(name)
    assert len({len(line) for line in lines}) == 1
    assert all(line[0] == line[0].lower() for line in lines)


def test_patterns_find_whole_words() -> None:
    texts = pl.Series(["say hi  there", "this", "hi", "oh hi", "(hi) you", "what's up?"])
    assert texts.str.contains(one_of(("hi", "hi there", "what's"))).to_list() == [
        True,
        False,
        True,
        True,
        True,
        True,
    ]
    assert texts.str.contains(starts_with_one_of(("hi",))).to_list() == [
        False,
        False,
        True,
        False,
        True,
        False,
    ]
