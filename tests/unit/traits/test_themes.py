from collections.abc import Sequence

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from persona_extract.encoders.lsa import Lsa
from persona_extract.records.settings import ClusterSettings
from persona_extract.records.tables import READ, STATEMENTS, TRAIT_MEMBERS, TRAIT_SUPPORT, conform
from persona_extract.traits.themes import (
    StatementClusters,
    cluster_statements,
    trait_facts,
    trait_support,
)

HABITS = {
    "thanks": (
        "courtesy",
        "ending",
        ["says thank you", "thanks the assistant warmly", "thanks it"],
    ),
    "short": ("length", "after a long answer", ["asks for a shorter answer", "wants it shorter"]),
    "wrong": (
        "disagreement",
        "after an error",
        ["points out a mistake", "says what the mistake is"],
    ),
    "code": ("information", "opening", ["pastes code first", "opens with pasted code"]),
    "steps": ("requests", "follow-up", ["demands numbered steps", "wants steps with numbers"]),
}
ENDS = [
    "",
    " at once",
    " every time",
    " in few words",
    " without being asked",
    " politely",
    " again",
]


def said(n_users: int = 60, seed: int = 0) -> pl.DataFrame:
    """Statements about made-up users; each shows two habits, and avoids one."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[object, ...]] = []
    for user in range(n_users):
        does = rng.choice(list(HABITS), 3, replace=False)
        for n in range(6):
            name = str(does[n % 3])
            group, situation, wordings = HABITS[name]
            text = wordings[int(rng.integers(len(wordings)))] + ENDS[int(rng.integers(len(ENDS)))]
            polarity = "avoids" if n % 3 == 2 else "does"
            key = f"u{user:02}", f"c{user:02}.{n // 2}", n
            rows.append((*key, group, text, polarity, situation, None, []))
    return pl.DataFrame(rows, schema=STATEMENTS, orient="row")


def found(statements: pl.DataFrame, k_users: int = 5, **options: float) -> StatementClusters:
    some = ClusterSettings.model_validate({"max_traits": 20, "bootstraps": 10} | options)
    return cluster_statements(statements, Lsa(), some, seed=0, k_users=k_users)


@pytest.fixture(scope="module")
def clusters() -> StatementClusters:
    return found(said())


def with_words(clusters: StatementClusters) -> pl.DataFrame:
    keys = ["user_key", "conversation_id", "statement"]
    return clusters.members.join(said(), on=keys).filter(pl.col("trait").is_not_null())


def test_every_statement_has_one_row(clusters: StatementClusters):
    assert conform(clusters.members, TRAIT_MEMBERS).height == said().height
    assert clusters.members.select("user_key", "statement").is_unique().all()


def test_planted_habits_are_kept_apart(clusters: StatementClusters):
    members = with_words(clusters)
    assert members.height > 0.7 * said().height
    most = members.group_by("trait", "group").len().group_by("trait").agg(pl.col("len").max())
    assert most["len"].sum() / members.height > 0.9
    assert members.filter(pl.col("polarity") == "does")["group"].n_unique() == len(HABITS)


def test_what_is_done_and_what_is_avoided_share_no_trait(clusters: StatementClusters):
    members = with_words(clusters)
    assert members.group_by("trait").agg(pl.col("polarity").n_unique())["polarity"].max() == 1
    assert members["polarity"].n_unique() == 2
    same = pl.concat(
        [said().with_columns(polarity=pl.lit(p), statement=pl.col("statement") + n)
         for n, p in ((0, "does"), (100, "avoids"))]
    ).with_columns(pl.col("statement").cast(pl.UInt32))  # fmt: skip
    both = found(same)
    ids = [
        set(both.members.filter(pl.col("statement").is_between(*side))["trait"].drop_nulls())
        for side in ((0, 99), (100, 200))
    ]
    assert ids[0]
    assert ids[1]
    assert not ids[0] & ids[1]


def test_each_trait_has_stability_centre_and_another_to_contrast_it_with(
    clusters: StatementClusters,
):
    groups = clusters.groups
    assert set(groups.ids) == set(clusters.members["trait"].drop_nulls()) == set(groups.stability)
    assert all(0.5 <= (value or 0) <= 1 for value in groups.stability.values())
    assert np.allclose(np.linalg.norm(groups.centroids, axis=1), 1, atol=1e-4)
    for name, near in groups.nearest.items():
        likeness = groups.centroids @ groups.centroids[groups.ids.index(name)]
        likeness[groups.ids.index(name)] = -1
        assert near == groups.ids[int(likeness.argmax())]


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 1000))
def test_the_order_of_the_input_changes_nothing(seed: int):
    statements = said(25)
    shuffled = statements.sample(fraction=1, shuffle=True, seed=seed)
    a, b = (found(rows, 3, bootstraps=4) for rows in (statements, shuffled))
    assert a.members.equals(b.members)
    assert (a.searches, a.left, a.groups.stability) == (b.searches, b.left, b.groups.stability)
    assert np.array_equal(a.groups.centroids, b.groups.centroids)


def test_traits_of_too_few_users_are_not_listed():
    strict = found(said(), k_users=61)
    assert strict.members["trait"].null_count() == said().height
    assert strict.groups.ids == ()
    assert (
        sum(left.n_members for left in strict.left if "merged" not in left.reason) == said().height
    )


def test_no_statements_no_traits():
    nothing = found(said().head(0))
    assert nothing.members.is_empty()
    assert nothing.groups.ids == ()


@pytest.mark.parametrize("n", [1, 2, 5])
def test_few_statements_make_no_crash(n: int):
    assert found(said().head(n)).members.height == n


def frame(rows: Sequence[tuple[object, ...]], schema: dict[str, pl.DataType]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=schema, orient="row")


def test_support_counts_conversations_in_which_the_trait_could_be_seen():
    texts = [("c1", 0, "a", "ending"), ("c1", 1, "a", "ending"), ("c2", 0, "a", "ending"),
             ("c3", 0, "b", "always"), ("c4", 0, None, "ending")]  # fmt: skip
    members = frame([("u", c, n, t and f"t_{t}", 0.0) for c, n, t, _ in texts], TRAIT_MEMBERS)
    statements = frame(
        [("u", c, n, "courtesy", "x", "does", s, None, []) for c, n, _, s in texts], STATEMENTS
    )
    read = frame(
        [
            ("u", "c1", ["ending"], 1, 0, 2, 0, 0),
            ("u", "c2", ["opening"], 1, 0, 1, 0, 0),  # seen though the rules saw no ending
            ("u", "c3", ["ending"], 1, 0, 1, 0, 0),
            ("u", "c4", ["opening"], 1, 0, 1, 0, 0),
            ("u", "c5", ["ending"], 1, 1, 0, 0, 0),  # no usable answer
            ("v", "c6", ["ending"], 1, 0, 0, 0, 0),  # another user
        ],
        READ,
    )
    found_support = conform(trait_support(members, statements, read), TRAIT_SUPPORT)
    assert found_support.rows() == [("u", "t_a", 2, 3), ("u", "t_b", 1, 4)]


def test_facts_of_a_trait_are_the_most_frequent_ones(clusters: StatementClusters):
    facts = trait_facts(clusters.members, said())
    assert facts["trait"].to_list() == list(clusters.groups.ids)
    one = facts.row(0, named=True)
    mine = with_words(clusters).filter(pl.col("trait") == one["trait"])
    for column in ("group", "polarity", "situation"):
        assert (mine[column] == one[column]).sum() == mine[column].value_counts()["count"].max()
