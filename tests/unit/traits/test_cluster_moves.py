from collections.abc import Sequence
from itertools import product

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from persona_extract.encoders.lsa import Lsa
from persona_extract.encoders.protocol import Vectors
from persona_extract.records.settings import ClusterSettings
from persona_extract.records.tables import MOVES, conform
from persona_extract.traits.cluster import MAP, MEMBERS, Clusters, cluster_moves
from persona_extract.traits.label import (
    TOPIC_ONLY,
    exemplars,
    key_phrases,
    public_exemplars,
)

WAYS = {
    "more": ["give me more", "give me another one", "give me one more", "another one please"],
    "shorter": ["make it shorter", "make it much shorter", "can you make it short", "too long"],
    "wrong": ["that is wrong", "no that is not right", "this is wrong again", "not right"],
    "why": ["why is that", "explain why", "why did you do that", "why not explain"],
}
TOPICS = ["zebra", "quark", "sonata", "bond", "yeast", "fjord", "opera", "tennis", "soup", "moss"]


def corpus(n_users: int = 40) -> pl.DataFrame:
    rng = np.random.default_rng(7)
    rows: list[tuple[str, str, int, str]] = []
    for user in range(n_users):
        for turn in range(1, 7):
            ways = WAYS[list(WAYS)[int(rng.integers(4))]]
            topic = TOPICS[int(rng.integers(len(TOPICS)))]
            text = ways[int(rng.integers(4))]
            tail = f" {topic}{user}" if rng.random() < 0.4 else ""
            rows.append((f"u{user:02}", f"c{user:02}", turn, text + tail))
    return frame(rows)


def frame(rows: Sequence[tuple[str, str, int, str]]) -> pl.DataFrame:
    schema = {
        "user_key": pl.String(),
        "conversation_id": pl.String(),
        "turn": pl.UInt32(),
        "text": pl.String(),
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def clustered(follow_ups: pl.DataFrame, **options: int) -> Clusters:
    return cluster_moves(follow_ups, Lsa(), ClusterSettings.model_validate(options), seed=0)


@pytest.fixture(scope="module")
def clusters() -> Clusters:
    return clustered(corpus(), min_clusters=4, max_clusters=6)


def test_every_follow_up_gets_one_move_of_the_catalogue(clusters: Clusters):
    follow_ups = corpus()
    assert conform(clusters.moves, MOVES).height == follow_ups.height
    ids = [move.id for move in clusters.catalogue]
    assert len(set(ids)) == len(ids)
    assert set(clusters.moves["move"]) == set(ids)
    assert sum(move.n_turns for move in clusters.catalogue) == follow_ups.height
    assert sum(move.share for move in clusters.catalogue) == pytest.approx(1, abs=0.01)
    sizes = [move.n_turns for move in clusters.catalogue]
    assert sizes == sorted(sizes, reverse=True)
    conform(clusters.members, MEMBERS)
    conform(clusters.map, MAP)


def test_planted_ways_of_speaking_are_kept_apart(clusters: Clusters):
    way_of = {text: way for way, texts in WAYS.items() for text in texts}
    planted = clusters.members.with_columns(
        way=pl.col("text").str.replace(r" [a-z]+\d+$", "").replace_strict(way_of)
    )
    same = planted.group_by("move", "way").len().group_by("move").agg(pl.col("len").max())
    assert same["len"].sum() / planted.height > 0.8  # k-means of one group: 0.25


def test_turns_that_differ_in_topic_only_are_the_same_move(clusters: Clusters):
    a = clusters.members.filter(pl.col("text").str.starts_with("make it shorter"))
    assert a["text"].n_unique() > 3
    assert a["move"].n_unique() == 1


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(order=st.permutations(range(60)))
def test_the_order_of_the_input_changes_nothing(order: list[int]):
    follow_ups = corpus(10)
    straight = clustered(follow_ups, min_clusters=2, max_clusters=4)
    shuffled = clustered(follow_ups[order], min_clusters=2, max_clusters=4)
    assert shuffled.moves.equals(straight.moves)
    assert shuffled.map.equals(straight.map)
    assert (shuffled.catalogue, shuffled.criterion) == (straight.catalogue, straight.criterion)
    assert shuffled.stability == straight.stability


def test_renaming_users_changes_no_cluster():
    follow_ups = corpus(12)
    renamed = follow_ups.with_columns(
        user_key=pl.format("z{}", 99 - pl.col("user_key").str.slice(1).cast(pl.Int32)),
        conversation_id=pl.format(
            "z{}", 99 - pl.col("conversation_id").str.slice(1).cast(pl.Int32)
        ),
    )
    a, b = clustered(follow_ups), clustered(renamed)
    assert a.catalogue == b.catalogue
    pairs = [c.members.select("text", "move").unique().sort("text") for c in (a, b)]
    assert pairs[0].equals(pairs[1])


@pytest.mark.parametrize("n", [0, 1, 2, 3, 7, 30])
def test_small_inputs_give_few_moves_and_no_crash(n: int):
    follow_ups = corpus(10)[:n]
    found = clustered(follow_ups)
    assert found.moves.height == n
    assert found.moves.schema == MOVES
    assert len(found.catalogue) <= max(1, n // 2) + 1


def test_equal_texts_are_one_move():
    follow_ups = frame([(f"u{n}", f"c{n}", 1, "continue") for n in range(50)])
    (move,) = clustered(follow_ups).catalogue
    assert (move.label.name, move.n_users, move.exemplars) == ("continue", 50, ["continue"])


def test_turns_of_topic_words_only_are_a_move_of_their_own():
    rows = [(f"u{n}", f"c{n}", 1, f"{t}{n}") for n, t in enumerate(TOPICS)]
    (move,) = clustered(frame(rows)).catalogue
    assert (move.label.name, move.phrases, move.exemplars) == (TOPIC_ONLY, [], [])


def test_forms_beyond_the_sample_go_to_the_nearest_centre():
    follow_ups = frame(
        [(f"u{u}", f"c{u}", t, f"{a} {b} {c}") for u in range(4) for t, (a, b, c) in enumerate(
            product(("more", "why", "stop", "wrong", "thanks", "go"), ("now", "again", "please",
            "ok", "then"), ("friend", "dear", "man", "bot", "you")), 1)]
    )  # fmt: skip
    assert clustered(follow_ups).members["form"].n_unique() > 100
    found = clustered(follow_ups, sample=100, min_clusters=2, max_clusters=4)
    assert found.moves.height == follow_ups.height


def test_vectors_of_nothing_but_zeros_make_one_move():
    class Zeros:
        name = "zeros"

        def encode(self, texts: Sequence[str], *, seed: int) -> Vectors:
            return np.zeros((len(texts), 1), dtype=np.float32)

    found = cluster_moves(corpus(8), Zeros(), ClusterSettings(), seed=0)
    assert len(found.catalogue) == 1


def test_nothing_that_one_person_wrote_is_in_the_catalogue(clusters: Clusters):
    secret = corpus().with_columns(
        text=pl.when(pl.col("user_key") == "u03")
        .then(pl.lit("make it xylophone xylophone please xylophone"))
        .otherwise("text")
    )
    found = clustered(secret)
    assert "xylophone" not in str(found.catalogue)
    assert "xylophone" not in str(found.map.rows())
    for move in clusters.catalogue:
        members = clusters.members.filter(pl.col("move") == move.id)
        for shown in move.exemplars:
            assert members.filter(pl.col("form") == shown)["user_key"].n_unique() >= 3


def test_phrases_have_three_users_and_some_content(clusters: Clusters):
    found = key_phrases(clusters.members)
    assert (found["n_users"] >= 3).all()
    assert not set(found["phrase"]) & {"the", "it", "is that", "you", "to"}
    few = key_phrases(clusters.members.filter(pl.col("user_key") < "u10"))
    assert few["n_users"].min() == 3
    assert key_phrases(clusters.members.filter(pl.col("user_key") < "u02")).is_empty()


def test_labels_say_what_their_move_says(clusters: Clusters):
    labels = " | ".join(move.label.name for move in clusters.catalogue)
    assert all(word in labels for word in ("give me", "short", "right", "why"))


def test_exemplars_are_texts_near_the_centre_and_public_ones_are_shared(clusters: Clusters):
    move = clusters.catalogue[0].id
    members = clusters.members.filter(pl.col("move") == move)
    near = exemplars(clusters.members, move, 3)
    assert len(near) == 3
    assert set(near) <= set(members["text"])
    assert public_exemplars(clusters.members.head(0), move, 3) == []
