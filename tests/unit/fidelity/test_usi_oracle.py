"""The library's expressions equal the straightforward implementation on any text."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from persona_extract.fidelity.usi.features import usi_features, usi_turns
from persona_extract.fidelity.usi.phrases import phrases
from persona_extract.fidelity.usi.scores import scored_features
from persona_extract.records.tables import TRANSCRIPTS
from tests.unit.fidelity.usi_oracle import (
    conversation_features,
    count_identifiers,
    is_meta,
    turn_flags,
)

LISTS = (
    "politeness_rate",
    "emotion_rate",
    "ack_only_rate",
    "uncertainty_rate",
    "certainty_rate",
    "pushback_q_rate",
    "clarify_q_rate",
    "info_q_rate",
    "accusation_rate",
    "pivot_rate",
    "id_confuse_rate",
)
SPOKEN = [
    phrase.replace("<any 0-many>", gap).replace("<any 0-30>", gap).replace("<any 1-1>", "’")
    for name in LISTS
    for phrase in phrases(name)
    for gap in ("", "é", "a b", "\n", "x" * 30, "x" * 31, "\u2028", "İ" * 16)
    if "<any" in phrase or gap == ""
]
SHARP = [
    *" \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u2009\u2028\u3000\u200b\u00ad\ufeff\x00",
    *"’'‘“”-–—_!?.,#@/\\ÉéßİıΣσςſKÅñ中٣²½Ⅷ_ªº‿\u0301\u0307\u200d😀",
    *"az019",
    *("abcde", "abcdef", "12345", "1234", "a1b2c3", "x_y_123", "gift_card_", "paypal_1", "a@b.c"),
    *("###STOP###", "/stop", "\\tau ", "\\reward", "<|canvas|>", "<|survey|>"),
    *("<|think|>", "<|/think|>", "<function=", "</function>", "<|tool|>", "<|/tool|>"),
    *("no no no ", "one two three ", "one two three\n"),
]
# Characters that this Python's tables do not know may be letters to the regex engine's newer ones.
ANY = st.characters(exclude_categories=("Cs", "Cn"))
PIECES = st.one_of(
    st.sampled_from(SPOKEN),
    st.sampled_from(SPOKEN).map(str.upper),
    st.sampled_from(SPOKEN).map(lambda s: s.replace("'", "’")),
    st.sampled_from(SHARP),
    st.sampled_from([" ", " ", ". ", "\n"]),
    st.text(ANY, max_size=3),
)
TEXTS = st.lists(PIECES, max_size=10).map("".join)
MESSAGES = st.lists(
    st.tuples(
        st.sampled_from(["user", "user", "user", "assistant", "system", "tool"]),
        st.one_of(st.none(), TEXTS, TEXTS, TEXTS),
    ),
    max_size=14,
)


def transcripts(
    conversations: Sequence[tuple[bool, Sequence[tuple[str, str | None]]]],
) -> pl.DataFrame:
    """The conversations as a table; ids are c0, c1, ..."""
    return pl.DataFrame(
        [
            {
                **dict.fromkeys(TRANSCRIPTS),
                "conversation_id": f"c{at}",
                "human": human,
                "messages": [{"role": role, "content": content} for role, content in messages],
            }
            for at, (human, messages) in enumerate(conversations)
        ],
        schema=TRANSCRIPTS,
    )


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.booleans(), MESSAGES), max_size=6))
def test_conversations_equal_the_oracle(
    conversations: list[tuple[bool, list[tuple[str, str | None]]]],
) -> None:
    frame = transcripts(conversations)
    expected = {
        f"c{at}": found
        for at, (human, messages) in enumerate(conversations)
        if (found := conversation_features(_dicts(messages), human=human))
    }
    features = usi_features(frame)
    assert features["conversation_id"].to_list() == list(expected)
    names = [*scored_features(), "n_turns", "n_user_turns"]
    for row in features.to_dicts():
        wanted = expected[row["conversation_id"]]
        assert {n: row[n] for n in names} == pytest.approx(wanted, abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=40))
def test_turns_equal_the_oracle(texts: list[str]) -> None:
    kept = [text for text in texts if text and "<" not in text and not is_meta(text, human=False)]
    turns = usi_turns(transcripts([(False, [("user", text) for text in kept])]))
    for row, text in zip(turns.to_dicts(), kept, strict=True):
        flags = turn_flags(text)
        assert {name: row[name] for name in flags} == flags, text
        assert row["words"] == len(text.split()), text
        assert row["identifiers"] == count_identifiers(text), text


@pytest.mark.parametrize("name", LISTS)
def test_every_phrase_is_found_alone_and_not_inside_words(name: str) -> None:
    spoken = [p.replace("<any 0-many>", "it").replace("<any 0-30>", "it") for p in phrases(name)]
    spoken = [p.replace("<any 1-1>", "'") for p in spoken]
    texts = [
        x for p in spoken for x in (p, f"({p})", f"{p}a", f"é{p}", f"a{p}é", p.upper(), p + "٣")
    ]
    turns = usi_turns(transcripts([(False, [("user", text) for text in texts])]))
    assert turns[name].to_list() == [turn_flags(text)[name] for text in texts]
    assert turns[name].any() and not turns[name].all()


def test_every_white_space_and_letter_of_python_counts_as_in_python() -> None:
    marks = [chr(c) for c in range(0x20000) if unicodedata.category(chr(c)) not in ("Cs", "Cn")]
    texts = [f"a{m}please{m}b {m}12345 a{m}a@{m}.{m} ok" for m in marks]
    turns = usi_turns(transcripts([(False, [("user", text) for text in texts])]))
    wrong = [
        hex(ord(mark))
        for mark, text, row in zip(marks, texts, turns.iter_rows(named=True), strict=True)
        if row["words"] != len(text.split())
        or row["identifiers"] != count_identifiers(text)
        or row["politeness_rate"] != turn_flags(text)["politeness_rate"]
    ]
    assert wrong == []


def _dicts(messages: Sequence[tuple[str, str | None]]) -> list[dict[str, str | None]]:
    return [{"role": role, "content": content} for role, content in messages]
