"""Character n-grams."""

from __future__ import annotations

import numpy as np

from persona_extract.fidelity.handwriting import similarities

HANDS = ["i dont know why it wont work", "I do not know why it will not work.", "HELP ME!!! NOW!!!"]


def test_every_hand_is_most_like_itself() -> None:
    scores = similarities(HANDS, HANDS)
    assert np.allclose(np.diag(scores), 1)
    assert (scores.argmax(axis=1) == np.arange(3)).all()


def test_letters_count_and_case_marks_digits_and_space_do_not() -> None:
    small, spaced, other = similarities(
        ["help me now", "HELP  ME!!!\nNOW!!! 99", "halp meh naw"], HANDS
    )[:, 2]
    assert small > 0.99
    assert spaced > 0.99
    assert other < 0.7


def test_nothing_is_like_nothing() -> None:
    assert (similarities(["", "a"], HANDS) == 0).all()
    assert (similarities(HANDS, ["", ""]) == 0).all()
