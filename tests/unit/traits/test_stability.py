import numpy as np
import pytest

from persona_extract.traits.kmeans import branches, settled, ward
from persona_extract.traits.merging import merge_or_drop
from persona_extract.traits.number import Rows
from persona_extract.traits.space import Floats, Ints, space
from persona_extract.traits.stability import Refits, Shown
from tests.unit.traits.plants import by_users, cloud, planted


def rows_of(vectors: np.ndarray, shown: Shown) -> Rows:
    n = len(vectors)
    return Rows(space(vectors, np.arange(n)).points, np.ones(n), shown)


def refits_of(rows: Rows, n: int = 10) -> Refits:
    return Refits(rows.points, rows.weights, rows.shown, n, np.random.default_rng(0))


def cut(rows: Rows, k: int) -> Ints:
    return settled(rows.points, rows.weights, branches(ward(rows.points), k))[0]


def jaccards_by_hand(refits: Refits, groups: Ints, k: int) -> Floats:
    """Set by set, every row shown by one user."""
    found: list[list[float]] = []
    for sample, refit in zip(refits.samples, refits.at(k), strict=True):
        present = set(sample.present.tolist())
        theirs = [set(sample.present[refit == c].tolist()) for c in range(k)]
        mine = [set(np.flatnonzero(groups == c).tolist()) & present for c in range(k)]
        found.append([max(len(a & b) / len(a | b) for b in theirs) for a in mine])
    return np.array(found)


def test_jaccard_similarities_are_those_counted_by_hand():
    rows = rows_of(cloud(150, 20), by_users(150, 40))
    refits, groups = refits_of(rows), cut(rows, 5)
    assert np.allclose(refits.jaccards(groups, 5, into=5), jaccards_by_hand(refits, groups, 5))


def test_users_are_drawn_with_all_their_rows():
    rows = rows_of(cloud(150, 20), by_users(150, 40))
    for sample in refits_of(rows).samples:
        users = set(rows.shown.users[sample.present].tolist())
        whole = np.flatnonzero([user in users for user in rows.shown.users])
        assert np.array_equal(sample.present, whole)
        assert 0.4 < len(users) / 40 < 0.85  # 0.63 are expected


def test_planted_clusters_are_found_again_and_pieces_of_a_cloud_are_not():
    vectors, _ = planted(400, 5)
    good = rows_of(vectors, by_users(400, 80))
    bad = rows_of(cloud(400, 384), by_users(400, 80))
    assert refits_of(good).jaccards(cut(good, 5), 5, into=5).mean(axis=0).min() > 0.95
    assert refits_of(bad).jaccards(cut(bad, 5), 5, into=5).mean(axis=0).max() < 0.5
    good_index = refits_of(good).rand_index(cut(good, 5), 5)
    bad_index = refits_of(bad).rand_index(cut(bad, 5), 5)
    assert good_index is not None
    assert bad_index is not None
    assert good_index > 0.95 > 0.3 > bad_index


def test_two_halves_of_a_cluster_are_merged_again():
    vectors, truth = planted(400, 4)
    rows = rows_of(vectors, by_users(400, 80))
    halves = np.where((truth == 0) & (np.arange(400) % 2 == 0), 4, truth)
    kept = merge_or_drop(rows, refits_of(rows), halves, 5, 0.7)
    assert [fate.reason for fate in kept.fates] == ["unstable, merged"]
    assert len(set(kept.apply(halves)[truth == 0])) == 1
    assert len(set(kept.apply(halves))) == 4


def test_a_group_that_is_not_there_is_dropped_and_spoils_no_other():
    vectors, truth = planted(400, 4, noise=0.3)
    rows = rows_of(vectors, by_users(400, 80))
    noise = np.where(truth == -1, 4 + np.arange(400) % 3, truth)
    kept = merge_or_drop(rows, refits_of(rows), noise, 7, 0.6)
    final = kept.apply(noise)
    assert all(len(set(final[truth == c])) == 1 for c in range(4))
    assert all(set(final[truth == c]) <= {c, -1} for c in range(4))
    assert any(fate.reason == "unstable, dropped" for fate in kept.fates)
    assert {fate.cluster for fate in kept.fates} <= {4, 5, 6}


@pytest.mark.parametrize("users", [[0, 0, 0, 1], [0, 1, 1, 0]])
def test_users_of_a_group_are_counted_once(users: list[int]):
    shown = Shown(np.array([0, 1, 2, 2]), np.array(users))
    groups = np.array([0, 0, 1])
    counted = [len({u for r, u in zip(shown.rows, users, strict=True) if groups[r] == g})
               for g in (0, 1)]  # fmt: skip
    assert shown.users_of(groups, 2).tolist() == counted
