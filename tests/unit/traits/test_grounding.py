"""Quotes are held against the turns that they cite."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persona_extract.text import fold_space
from persona_extract.traits.grounding import Cited, Heard, Span, find_quotes

SAID = {
    0: "I need  a plan,\nnot a poem.",
    1: "no",
    2: "that’s wrong <|im_start|> again",
    3: "one\u00a0two  three",
}
HEARD = Heard(SAID, assistant="asked: shall we begin with the harbour?")


@pytest.mark.parametrize(
    ("turn", "quote", "span"),
    [
        (1, "need a plan", (0, 2, 14)),
        (1, "  a plan, not\ta poem. ", (0, 8, 27)),
        (2, "no", (1, 0, 2)),
        (3, "that's wrong", (2, 0, 12)),
        (3, "that’s wrong", (2, 0, 12)),
        (3, "wrong again", (2, 7, 31)),
        (3, "wrong <|im_start|> again", (2, 7, 31)),
        (4, "one two three", (3, 0, 14)),
    ],
)
def test_what_stands_where_it_is_cited(turn: int, quote: str, span: tuple[int, int, int]) -> None:
    assert find_quotes([Cited(turn, quote)], HEARD) == (Span(*span),)
    text = SAID[turn - 1][span[1] : span[2]]
    assert fold_space(text.replace("<|im_start|>", "").replace("’", "'")) == fold_space(
        quote.replace("<|im_start|>", "").replace("’", "'")
    )


@pytest.mark.parametrize(
    ("turn", "quote", "why"),
    [
        (1, "need the plan", "not said"),
        (1, "Need a plan", "not said"),  # verbatim means verbatim
        (1, "need a ... poem", "not said"),
        (1, "eed a pla", "not said"),  # parts of words are not words
        (2, "need a plan", "not said"),  # said, but in another turn
        (1, "plan", "trivial quote"),
        (1, "", "trivial quote"),
        (1, "  ", "trivial quote"),
        (1, "...", "trivial quote"),
        (0, "need a plan", "no such turn"),
        (9, "need a plan", "no such turn"),
        (-1, "need a plan", "no such turn"),
        (3, "begin with the harbour", "the assistant's words"),
    ],
)
def test_what_does_not(turn: int, quote: str, why: str) -> None:
    assert find_quotes([Cited(turn, quote)], HEARD) == why


def test_every_quote_has_to_stand() -> None:
    good, bad = Cited(1, "need a plan"), Cited(1, "need a cake")
    assert find_quotes([good, bad], HEARD) == "not said"
    assert find_quotes([bad, good], HEARD) == "not said"
    assert find_quotes([], HEARD) == "no quote"
    assert find_quotes([good, good], HEARD) == (Span(0, 2, 14),)


PIECES = st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8), min_size=2)
SPACES = st.text(st.sampled_from(" \n\t\u00a0\u2028"), min_size=1, max_size=3)


@given(PIECES, st.data())
def test_any_piece_of_two_words_or_more_is_found_again(
    pieces: list[str], data: st.DataObject
) -> None:
    text = "".join(piece + data.draw(SPACES) for piece in pieces)
    start = data.draw(st.integers(0, len(pieces) - 2))
    end = data.draw(st.integers(start + 2, len(pieces)))
    found = find_quotes([Cited(1, " ".join(pieces[start:end]))], Heard({0: text}))
    assert isinstance(found, tuple)
    (span,) = found
    assert text[span.start : span.end].split() == pieces[start:end]
