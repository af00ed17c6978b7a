from collections.abc import Sequence

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from persona_extract.encoders.protocol import Vectors
from persona_extract.traits.accuracy import (
    CHOICES,
    Question,
    label_accuracy,
    pick_by_similarity,
    pose_questions,
)
from persona_extract.traits.split import MIN_USERS, held_out_users

CLUSTERS = [f"m_{n:08x}" for n in range(6)]
NEAREST = {one: CLUSTERS[n - 1] for n, one in enumerate(CLUSTERS)}
WORDS = dict(zip(CLUSTERS, ("more", "why", "wrong", "thanks", "shorter", "next"), strict=True))


class FirstWord:
    """Encodes a text by which of the words it holds."""

    name = "first word"

    def encode(self, texts: Sequence[str], *, seed: int) -> Vectors:
        rows = [[float(word in text.split()) for word in WORDS.values()] for text in texts]
        return np.array(rows, dtype=np.float32)


def members(n_users: int = 30) -> pl.DataFrame:
    rows = [
        (f"u{user:02}", cluster, f"{WORDS[cluster]} {user}")
        for user in range(n_users)
        for cluster in CLUSTERS
    ]
    return pl.DataFrame(rows, schema=["user_key", "cluster", "text"], orient="row")


def test_questions_offer_the_right_the_nearest_and_others():
    questions = pose_questions(members(), NEAREST, seed=0)
    assert len(questions) == 180
    for question in questions:
        own = question.options[question.right]
        assert WORDS[own] in question.text
        assert NEAREST[own] in question.options
        assert len(set(question.options)) == CHOICES
    assert {question.right for question in questions} == set(range(CHOICES))


def test_clusters_are_asked_about_evenly_and_not_more_than_allowed():
    questions = pose_questions(members(), NEAREST, seed=0, most=30)
    own = [question.options[question.right] for question in questions]
    assert [own.count(one) for one in CLUSTERS] == [5] * 6


def test_order_of_the_rows_changes_nothing_and_the_seed_does():
    shuffled = members().sample(fraction=1.0, shuffle=True, seed=5)
    assert pose_questions(members(), NEAREST, seed=0) == pose_questions(shuffled, NEAREST, seed=0)
    assert pose_questions(members(), NEAREST, seed=0) != pose_questions(members(), NEAREST, seed=1)


def test_few_clusters_give_fewer_choices_and_one_no_test():
    two = members().filter(pl.col("cluster").is_in(CLUSTERS[:2]))
    questions = pose_questions(two, {}, seed=0)
    assert {len(question.options) for question in questions} == {2}
    assert pose_questions(members().filter(pl.col("cluster") == CLUSTERS[0]), {}, seed=0) == []
    assert pose_questions(members().head(0), NEAREST, seed=0) == []


def test_good_labels_are_picked_and_labels_that_say_nothing_are_at_chance():
    questions = pose_questions(members(), NEAREST, seed=0)
    good = pick_by_similarity(questions, WORDS, FirstWord(), seed=0)
    assert good == [1.0] * len(questions)
    empty = dict.fromkeys(CLUSTERS, "something else")
    blind = pick_by_similarity(questions, empty, FirstWord(), seed=0)
    assert blind == [1 / CHOICES] * len(questions)
    wrong = {one: WORDS[NEAREST[one]] for one in CLUSTERS}
    assert sum(pick_by_similarity(questions, wrong, FirstWord(), seed=0)) < 0.2 * len(questions)


def test_accuracy_has_an_interval_over_users_and_leaves_out_what_was_not_answered():
    questions = [Question(f"u{n % 4}", "x", ("a", "b"), 0) for n in range(40)]
    points = [float(n % 4 < 3) for n in range(40)]  # three users always right, one never
    found = label_accuracy("move", "j", questions, points, seed=0)
    assert found is not None
    assert (found.n, found.choices, found.accuracy) == (40, 2, 0.75)
    assert found.low <= 0.5 and found.high == 1.0, "few users: a wide interval"
    half = label_accuracy("move", "j", questions, [1.0, None] * 20, seed=0)
    assert half is not None
    assert (half.n, half.accuracy) == (20, 1.0)
    assert label_accuracy("move", "j", questions, [None] * 40, seed=0) is None


@given(st.sets(st.text("ab0", min_size=1, max_size=6), max_size=60), st.integers(0, 3))
def test_a_fifth_of_the_users_is_held_out(users: set[str], seed: int):
    held = held_out_users(pl.Series("user_key", sorted(users), dtype=pl.String), seed=seed)
    assert set(held) <= users
    assert len(held) == (len(users) // 5 if len(users) >= MIN_USERS else 0)


@pytest.mark.parametrize("n", [MIN_USERS, 57])
def test_who_is_held_out_depends_on_keys_and_seed_alone(n: int):
    users = pl.Series("user_key", [f"u{i}" for i in range(n)])
    assert held_out_users(users, seed=0).equals(held_out_users(users.reverse(), seed=0))
    assert set(held_out_users(users, seed=0)) != set(held_out_users(users, seed=1))
