"""Archetypes: found where there are groups of users, refused where there are none."""

# scikit-learn ships no types:
# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from persona_extract.records.catalogue import Mark
from persona_extract.records.settings import ClusterSettings
from persona_extract.records.tables import MOVES, TRAIT_SUPPORT, USER_ARCHETYPES, conform, empty
from persona_extract.traits import user_groups
from persona_extract.traits.archetypes import Archetypes, cluster_users
from persona_extract.traits.groups import shown_by
from persona_extract.traits.kmeans import branches, settled, ward
from persona_extract.traits.mark_words import NO_MARKS, PHRASES, name_kinds
from persona_extract.traits.user_map import place_users, silhouettes
from persona_extract.traits.user_order import in_order_of_values
from persona_extract.traits.user_refits import UserRefits, cut, rand_indices
from persona_extract.traits.user_space import user_space
from persona_extract.traits.user_vectors import Axis, UserVectors, user_vectors

NAMES = sorted(name for name, (low, high) in PHRASES.items() if low and high)[:30]
SETTINGS = ClusterSettings(max_archetypes=5)


@pytest.fixture(autouse=True, scope="module")
def fewer_draws() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(user_groups, "_CLOUDS", (39, 39))
        patch.setattr(user_groups, "_REFITS", 40)
        yield


def people(kinds: int, each: int, noise: float = 0.4, seed: int = 0) -> UserVectors:
    """Made-up users of some kinds, each kind far out on six dimensions of its own."""
    rng = np.random.default_rng(seed)
    matrix = rng.normal(size=(kinds * each, len(NAMES))) * noise
    for kind in range(kinds):
        matrix[kind * each : (kind + 1) * each, 6 * kind : 6 * kind + 6] += 1.5
    return _vectors(matrix)


def noise(n: int, seed: int) -> UserVectors:
    """Made-up users who form no groups: a cloud that is longer in some directions."""
    rng = np.random.default_rng(seed)
    mixing = rng.normal(size=(4, len(NAMES)))
    return _vectors(rng.normal(size=(n, 4)) @ mixing + rng.normal(size=(n, len(NAMES))) * 0.5)


def _vectors(matrix: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> UserVectors:
    users = tuple(f"u{i:03}" for i in range(len(matrix)))
    return UserVectors(users, matrix, tuple(Axis("dimension", name) for name in NAMES))


def found(vectors: UserVectors, k_users: int = 5) -> Archetypes:
    return cluster_users(vectors, SETTINGS, k_users=k_users, seed=0)


def test_planted_kinds_of_people_are_found() -> None:
    kinds = found(people(3, 15))
    assert [one.n_users for one in kinds.found] == [15, 15, 15]
    assert [one.weight for one in kinds.found] == [0.3333, 0.3333, 0.3333]
    users = kinds.users["archetype"].to_list()
    assert len({tuple(users[i : i + 15]) for i in (0, 15, 30)}) == 3
    assert all(len(set(users[i : i + 15])) == 1 for i in (0, 15, 30))
    assert all(one.stability is not None and one.stability > 0.9 for one in kinds.found)
    assert (kinds.users["fit"] > 0.3).all()
    assert kinds.left == ()
    assert kinds.line.startswith("archetypes: 3, with 45 of 45 users")


def test_every_kind_is_marked_by_what_was_planted() -> None:
    kinds = found(people(3, 15))
    planted = [set(NAMES[6 * kind : 6 * kind + 6]) for kind in range(3)]
    for one in kinds.found:
        high = {mark.name for mark in one.marks if mark.side == "high"}
        assert high
        assert any(high <= names for names in planted)
        sizes = [abs(mark.z) for mark in one.marks]
        assert sizes == sorted(sizes, reverse=True)
    assert len({one.label.name for one in kinds.found}) == 3


@pytest.mark.parametrize("seed", range(4))
def test_users_who_form_no_groups_get_none(seed: int) -> None:
    kinds = found(noise(60, seed))
    assert kinds.found == ()
    assert kinds.users["archetype"].is_null().all()
    assert kinds.line.startswith("no archetypes: users form a continuum")
    assert kinds.places.is_empty()


def test_users_who_are_all_alike_get_none() -> None:
    kinds = found(_vectors(np.zeros((40, len(NAMES)))))
    assert kinds.found == ()
    assert "too few or too alike" in kinds.line
    assert kinds.users.height == 40


def test_too_few_users_for_two_groups_get_none() -> None:
    assert "too few" in found(people(3, 3), k_users=5).line


def test_an_archetype_of_too_few_users_is_left_out_and_said_to_be() -> None:
    small = people(4, 15)
    rows = np.arange(49)
    mixed = _vectors(small.matrix[rows])
    kinds = found(mixed, k_users=6)
    assert [one.n_users for one in kinds.found] == [15, 15, 15]
    assert [(left.reason, left.n_clusters, left.n_members) for left in kinds.left] == [
        ("too few users", 1, 4)
    ]
    alone = kinds.users.tail(4)
    assert alone["archetype"].is_null().all()
    assert alone["fit"].is_null().all()
    assert sum(one.weight for one in kinds.found) < 1


@settings(max_examples=3)
@given(st.permutations(range(24)))
def test_the_order_of_users_in_the_tables_changes_nothing(order: list[int]) -> None:
    vectors = people(2, 12)
    rows = [
        (user, name, float(z))
        for user, row in zip(vectors.users, vectors.matrix, strict=True)
        for name, z in zip(NAMES, row, strict=True)
    ]
    frame = pl.DataFrame(rows, schema=["user_key", "dimension", "z"], orient="row")
    mixed = pl.concat([frame.filter(pl.col("user_key") == vectors.users[i]) for i in order])
    moves, support = empty(MOVES), empty(TRAIT_SUPPORT)
    one, other = (user_vectors(table, moves, support) for table in (frame, mixed.reverse()))
    assert one.axes == other.axes
    a, b = found(one), found(other)
    assert a.found == b.found
    assert a.users.equals(b.users)
    assert a.places.equals(b.places)
    assert a.centres == b.centres


def test_the_tables_keep_their_schemas() -> None:
    kinds = found(people(2, 12))
    assert conform(kinds.users, USER_ARCHETYPES).height == 24
    assert set(kinds.centres) == {one.id for one in kinds.found}
    assert all(len(centre) == len(kinds.axes) for centre in kinds.centres.values())


def test_marks_stand_on_the_map_near_the_users_whom_they_mark() -> None:
    kinds = found(people(3, 15))
    for one in kinds.found:
        mine = kinds.users.filter(pl.col("archetype") == one.id).select(pl.col("x", "y").mean())
        centres = kinds.users.group_by("archetype").agg(pl.col("x", "y").mean())
        high = next(mark for mark in one.marks if mark.side == "high")
        place = kinds.places.filter(pl.col("name") == high.name).select("x", "y").row(0)
        away = ((centres["x"] - place[0]) ** 2 + (centres["y"] - place[1]) ** 2).arg_min()
        assert away is not None
        assert centres.row(away)[1:] == pytest.approx(mine.row(0))


def test_near_synonyms_mark_only_once() -> None:
    vectors = people(2, 15)
    matrix = vectors.matrix.copy()
    matrix[:, 1] = matrix[:, 0] * 0.9
    kinds = found(_vectors(matrix))
    for one in kinds.found:
        assert not {NAMES[0], NAMES[1]} <= {mark.name for mark in one.marks}


def test_rates_of_moves_are_shrunk_and_missing_is_typical() -> None:
    stands = pl.DataFrame({"user_key": list("abcd"), "dimension": "turn_words", "z": 0.5})
    said = [("a", "m_1", 30), ("b", "m_1", 2), ("b", "m_2", 28), ("c", "m_1", 1)]
    rows = [(u, "x", turn, move) for u, move, n in said for turn in range(n)]
    moves = pl.DataFrame(rows, schema=MOVES, orient="row")
    vectors = user_vectors(stands, moves, empty(TRAIT_SUPPORT))
    assert vectors.axes == (
        Axis("dimension", "turn_words"),
        Axis("move", "m_1"),
        Axis("move", "m_2"),
    )
    a, b, c, d = vectors.matrix[:, 1]
    assert a > c > 0 > b  # one turn of m_1 says less than thirty
    assert d == 0.0
    assert vectors.matrix[:, 2] == pytest.approx(-vectors.matrix[:, 1])


def test_a_user_who_was_read_without_the_trait_stands_below_and_the_unread_nowhere() -> None:
    stands = pl.DataFrame({"user_key": list("abcde"), "dimension": "turn_words", "z": 0.0})
    rows = [("a", "t_1", 8, 8), ("b", "t_2", 8, 8), ("c", "t_1", 7, 8), ("d", "t_2", 8, 8)]
    support = pl.DataFrame(rows, schema=TRAIT_SUPPORT, orient="row")
    vectors = user_vectors(stands, empty(MOVES), support)
    first = vectors.matrix[:, [axis.name for axis in vectors.axes].index("t_1")]
    assert first[0] > first[2] > 0 > first[1]
    assert first[4] == 0.0


def test_dimensions_that_describe_populations_only_do_not_count() -> None:
    stands = pl.DataFrame({"user_key": ["a"], "dimension": ["no_such_dimension"], "z": [9.0]})
    assert user_vectors(stands, empty(MOVES), empty(TRAIT_SUPPORT)).axes == ()


def test_columns_that_go_by_chance_make_no_direction() -> None:
    rng = np.random.default_rng(1)
    assert user_space(rng.normal(size=(80, 20)), rng).points.shape[1] <= 1
    assert user_space(people(3, 15).matrix, rng).points.shape[1] == 2


def test_silhouettes_are_those_of_scikit_learn() -> None:
    from sklearn.metrics import silhouette_samples

    points = np.random.default_rng(0).normal(size=(40, 3))
    groups = np.arange(40) % 3
    assert silhouettes(points, groups) == pytest.approx(
        silhouette_samples(points, groups), abs=1e-4
    )
    assert np.isnan(silhouettes(points, np.zeros(40, dtype=np.int64))).all()


def test_the_map_shows_the_widest_directions() -> None:
    points = np.random.default_rng(0).normal(size=(50, 3)) * np.array([1.0, 5.0, 3.0])
    plane, shares = place_users(points)
    assert abs(np.corrcoef(plane[:, 0], points[:, 1])[0, 1]) > 0.9
    assert 1 > shares[0] > shares[1] > 0
    assert place_users(np.zeros((3, 0)))[0].shape == (3, 2)


def test_the_rand_index_is_that_of_scikit_learn() -> None:
    from sklearn.metrics import adjusted_rand_score

    rng = np.random.default_rng(0)
    for k in (1, 2, 5):
        a, b = rng.integers(0, k, 50), rng.integers(0, 3, 50)
        table = np.bincount(a * 3 + b, minlength=3 * k).astype(np.float64).reshape(1, k, 3)
        assert rand_indices(table)[0] == pytest.approx(adjusted_rand_score(a, b))


def test_all_refits_at_once_are_those_of_each_sample_by_itself() -> None:
    from sklearn.metrics import adjusted_rand_score

    points = np.random.default_rng(0).normal(size=(60, 3))
    refits = UserRefits(points, 6, np.random.default_rng(1))
    for k in (2, 5, 9):
        alone = settled(points, np.ones(60), branches(ward(points), k))[0]
        assert adjusted_rand_score(alone, refits.whole(k)) == 1
        indices = [
            adjusted_rand_score(alone[some], again[some])
            for some, again in zip(refits.present, refits.again(k), strict=True)
        ]
        assert refits.rand_indices(k) == pytest.approx(indices)


@pytest.mark.parametrize("k", [1, 2, 7, 40, 50])
def test_a_cut_tree_is_that_of_scipy(k: int) -> None:
    tree = ward(np.random.default_rng(0).normal(size=(40, 3)))
    pairs = set(zip(cut(tree, k).tolist(), branches(tree, k).tolist(), strict=True))
    assert len(pairs) == min(k, 40)


def test_the_salt_has_no_part_in_what_is_found() -> None:
    rng = np.random.default_rng(3)
    loose = people(3, 14, noise=1.3)  # weak enough that other draws give other groups
    axes = tuple(
        Axis("move" if at > 20 else "dimension", a.name) for at, a in enumerate(loose.axes)
    )
    one = UserVectors(loose.users, loose.matrix, axes)
    rows, moves = rng.permutation(42), [*range(21), *(21 + rng.permutation(9))]
    matrix = loose.matrix[rows][:, moves] + rng.normal(size=(42, 30)) * 1e-15
    other = UserVectors(loose.users, matrix, axes)
    assert np.array_equal(in_order_of_values(one).matrix, in_order_of_values(other).matrix)
    a, b = found(one), found(other)
    assert a.criterion == b.criterion
    assert a.p == b.p
    groups = list(zip(_groups(a)[rows], _groups(b), strict=True))
    assert len(set(groups)) == len(set(_groups(a))) == len(set(_groups(b)))


def _groups(kinds: Archetypes) -> np.ndarray[tuple[int], np.dtype[np.str_]]:
    return np.array(kinds.users["archetype"].fill_null("").to_list())


def test_users_are_drawn_by_what_they_wrote_and_not_by_their_keys() -> None:
    wrote = {"a": "xy", "b": "z", "c": "yz", "d": "x", "e": "z"}
    texts = pl.DataFrame({"form": list("xyz")})
    renamed = dict(zip("abcde", "ceadb", strict=True))

    def shown(names: dict[str, str]) -> list[tuple[int, int]]:
        rows = [(names[user], form) for user, forms in wrote.items() for form in forms]
        frame = pl.DataFrame(rows, schema=["user_key", "form"], orient="row")
        by = shown_by(frame, texts, "form")
        return list(zip(by.rows.tolist(), by.users.tolist(), strict=True))

    assert shown(renamed) == shown({name: name for name in wrote})


def mark(name: str, side: str = "high") -> Mark:
    return Mark.model_validate({"kind": "dimension", "name": name, "side": side, "z": 1.0})


def test_names_are_plain_words_of_the_strongest_marks() -> None:
    marks = [mark("turn_words", "low"), mark("lowercase_start"), mark("open_ending")]
    assert name_kinds([marks]) == ["short messages, lower case, no closing mark"]


def test_names_are_distinct() -> None:
    one = [mark("turn_words"), mark("please"), mark("open_ending")]
    names = name_kinds([one, [*one, mark("ellipsis")], one, [], []])
    assert len(set(names)) == 5
    assert names[3:] == [NO_MARKS, f"{NO_MARKS} 2"]


def test_every_phrase_belongs_to_a_dimension() -> None:
    from persona_extract.dimensions import all_dimensions

    assert set(PHRASES) <= {dimension.name for dimension in all_dimensions()}
