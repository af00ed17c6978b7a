"""What must survive letter by letter does, whatever the voice."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from persona_extract.dimensions import all_dimensions
from persona_extract.simulators import spans
from persona_extract.simulators.pace import count_words, join, pack, sentences
from persona_extract.simulators.spans import protect, restore
from persona_extract.simulators.voice import Place, voice_of
from tests.unit.simulators.people import profile

ENACTED = [d.name for d in all_dimensions() if d.enact is not None]
KEPT = [
    "`for x in y:`",
    "```\nDEF f(X):\n    return  X\n```",
    '"Do Not touch this!!"',
    "https://Example.org/A?b=C",
    "anna.k@Example.org",
    "W1234567",
    "snake_Case_name",
    "camelCaseName",
    "3,450.75",
    "2024-05-01",
    "np.prod",
    "[EMAIL]",
]
WORDS = st.sampled_from(
    ["please", "I", "do not", "thanks", "maybe", "you", "it is", "Write", "Why", "well", "you know"]
)
ENDS = st.sampled_from([".", "?", "", "..."])


@given(st.text())
def test_putting_back_is_exact(text: str) -> None:
    masked = protect(text)
    assert restore(masked.text, masked.spans) == text


@given(st.text(alphabet=st.sampled_from("\U000f0000\U0010fffda1 ")))
def test_stand_ins_that_were_there_before_are_not_mixed_up(text: str) -> None:
    masked = protect(text)
    assert restore(masked.text, masked.spans) == text


@pytest.mark.parametrize("kept", KEPT)
def test_what_is_protected(kept: str) -> None:
    assert kept in protect(f"I see {kept} here").spans


@settings(max_examples=150)
@given(
    st.lists(st.one_of(WORDS, st.sampled_from(KEPT)), min_size=1, max_size=12),
    ENDS,
    st.lists(st.sampled_from([0.0, 0.3, 1.0]), min_size=len(ENACTED), max_size=len(ENACTED)),
    st.integers(0, 2**32 - 1),
)
def test_no_voice_changes_what_is_protected(
    pieces: list[str], end: str, values: list[float], seed: int
) -> None:
    who = profile(**dict(zip(ENACTED, values, strict=True)))
    text = " ".join(pieces) + end
    fact = "My NAME is o'Hara"
    said = voice_of(who, np.random.default_rng(seed)).word(
        f"{text} {fact}", [fact], Place(opening=False, last=False)
    )
    at = 0
    for piece in [*(p for p in pieces if p in KEPT), fact]:
        at = said.find(piece, at)
        assert at >= 0, piece
        at += len(piece)


@given(st.lists(st.sampled_from([*KEPT, "Tell me.", "Why?", "x = f(1)\ny = 2", "and so"])))
def test_sentences_lose_nothing(pieces: list[str]) -> None:
    text = " ".join(pieces)
    assert join(sentences(text)).split() == text.split()


def test_code_lines_stay_together() -> None:
    code = "x = f(1)\ny = g(x)\nprint(y)"
    assert any(code in part for part in sentences(f"Fix this.\n{code}\nIt fails. Why?"))


@given(st.lists(st.sampled_from(["One two.", "One.", "One two three four five."])), st.integers(1))
def test_packing_keeps_order_and_words(parts: list[str], target: int) -> None:
    packed = pack(parts, target)
    assert " ".join(packed) == " ".join(parts)
    assert all(count_words([piece]) <= 2 * target + 5 for piece in packed)


WORDED = st.lists(
    st.sampled_from(
        [*KEPT, "word", "I", "it's", "e.g.", "U", "x2", "(a)", "b,", "no-one", "é", "end."]
    ),
    max_size=12,
)


@given(WORDED, st.sampled_from([" ", "  ", "\n", ", ", ":", "@", ""]))
def test_passing_over_plain_words_changes_nothing(words: list[str], between: str) -> None:
    text = between.join(words)
    slow = re.compile(spans._KEPT.pattern.replace(f"{spans._PLAIN}|", ""), re.MULTILINE)
    assert slow.groups == 0
    found = [m[0] for m in slow.finditer(text) if m[0]]
    assert list(protect(text).spans) == found
