"""Neutral wording: content stays, the manner goes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persona_extract.fidelity.neutral import neutralise

MANNERS = [
    "{}",
    "hi, {}",
    "{} thx!!",
    "pls {}",
    "um, {}...",
    "ok great, {} 🙂",
    "can you please {}?",
    "Could you {} :)",
    "so basically {} !",
    "I think {}",
]
CONTENTS = [
    ("sort the list by date", "Sort the list by date."),
    ("explain why it doesnt work", "Explain why it does not work."),
    ("use np.prod on x1 and `A b`", "Use np.prod on x1 and `A b`."),
]


@pytest.mark.parametrize("manner", MANNERS)
@pytest.mark.parametrize("said, meant", CONTENTS)
def test_one_content_in_many_manners_is_one_neutral_turn(
    manner: str, said: str, meant: str
) -> None:
    assert neutralise(manner.format(said)) == meant


@pytest.mark.parametrize(
    "text",
    ["", " ", "thanks!", "Thank you so much!!", "hi there", "ok great", "🙂 :)", "...", "lol"],
)
def test_turns_without_content(text: str) -> None:
    assert neutralise(text) == ""


@pytest.mark.parametrize(
    "text, neutral",
    [
        ("how do i do this", "How do I do this?"),
        ("WHY IS IT SO SLOW???", "Why is it so slow?"),
        ("do u know what im doing", "Do you know what I am doing?"),
        ("correct the code", "Correct the code."),
        ("don't you see it", "Don't you see it?"),
        ("kind of function that you know", "Kind of function that you know."),
        ("print it. from here on. for example:", "Print it. From here on. For example:"),
        ("i.e. the last one", "i.e. the last one."),
        ("wait... what?! no", "Wait. What? No."),
        ("Tell me:\nx = f(1)\nprint(x)\nwhy", "Tell me:\nx = f(1)\nprint(x)\nWhy?"),
    ],
)
def test_rules(text: str, neutral: str) -> None:
    assert neutralise(text) == neutral


@given(st.text())
def test_any_text_is_taken(text: str) -> None:
    neutral = neutralise(text)
    assert neutral == neutral.strip()
    assert not any(c < " " and c not in "\n\t" for c in neutral)


@given(st.lists(st.sampled_from(["4711", "`A  b`", '"Quoted!!"', "x_y", "u", "pls", "Go.", "i"])))
def test_facts_survive(pieces: list[str]) -> None:
    neutral = neutralise(" ".join(pieces))
    for kept in ("4711", "`A  b`", '"Quoted!!"', "x_y"):
        assert neutral.count(kept) == pieces.count(kept)
