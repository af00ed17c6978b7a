import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from persona_extract.records.settings import ClusterSettings
from persona_extract.traits.partition import Partition, partition
from tests.unit.traits.plants import by_users, cloud, planted


def parted(vectors: np.ndarray, n_users: int = 60, k_users: int = 1, **options: float) -> Partition:
    n = len(vectors)
    some = ClusterSettings.model_validate({"min_clusters": 2, "max_clusters": 20} | options)
    shown = by_users(n, n_users)
    return partition(vectors, np.ones(n), some, seed=0, shown=shown, k_users=k_users)


def agreement(groups: np.ndarray, truth: np.ndarray) -> float:
    from sklearn.metrics import adjusted_rand_score

    return float(adjusted_rand_score(truth, groups))


@pytest.mark.parametrize("k", [2, 3, 7, 15])
@pytest.mark.parametrize("cosine", [0.3, 0.5])
def test_planted_clusters_are_found_with_their_members(k: int, cosine: float):
    vectors, truth = planted(600, k, cosine)
    found = parted(vectors, k_users=5)
    assert found.groups.max() + 1 == k
    assert agreement(found.groups, truth) > 0.97
    assert found.stability is not None
    assert found.stability > 0.9
    assert all(one is not None and one > 0.9 for one in found.stabilities)
    assert not found.gone
    assert dict(found.criterion)[k] == max(value for _, value in found.criterion)


@pytest.mark.parametrize(
    ("n", "d", "slope"), [(600, 384, 0.0), (600, 384, 0.7), (600, 20, 0.0), (200, 384, 0.0)]
)
def test_in_a_cloud_there_is_one_group_and_no_claim_that_it_is_stable(n: int, d: int, slope: float):
    found = parted(cloud(n, d, slope))
    assert set(found.groups) == {0}
    assert found.stabilities == (None,)
    assert (found.stability, found.silhouette) == (None, None)


def test_noise_beside_planted_clusters_does_not_hide_them():
    vectors, truth = planted(900, 8, noise=0.25)
    found = parted(vectors, k_users=5)
    listed = (truth >= 0) & (found.groups >= 0)
    assert listed.sum() > 0.95 * (truth >= 0).sum()
    assert agreement(found.groups[listed], truth[listed]) > 0.95


def test_a_group_of_too_few_users_is_in_none_and_said_to_be():
    vectors, truth = planted(400, 4)
    shown = by_users(400, 60)
    users = np.where(truth == 2, shown.users % 3, shown.users)  # three persons, a hundred rows
    some = ClusterSettings(min_clusters=2, max_clusters=8)
    args = vectors, np.ones(400), some
    found = partition(*args, seed=0, shown=type(shown)(shown.rows, users), k_users=4)
    assert set(found.groups[truth == 2]) == {-1}
    assert (found.groups[truth != 2] >= 0).all()
    (gone,) = found.gone
    assert gone.reason == "too few users"
    assert np.array_equal(gone.rows, np.flatnonzero(truth == 2))
    three = partition(*args, seed=0, shown=type(shown)(shown.rows, users), k_users=3)
    assert (three.groups >= 0).all()


def test_rows_beyond_the_sample_go_to_their_planted_cluster():
    vectors, truth = planted(4_000, 6)
    found = parted(vectors, n_users=800, k_users=10, sample=500)
    assert found.groups.max() + 1 == 6
    assert agreement(found.groups, truth) > 0.97


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10_000), n=st.integers(1, 120), k=st.integers(1, 6))
def test_every_row_is_in_a_listed_group_or_said_to_have_gone(seed: int, n: int, k: int):
    vectors, _ = planted(n, k, 0.3, noise=0.3, seed=seed)
    found = parted(vectors, n_users=20, k_users=3, bootstraps=5)
    assert len(found.stabilities) == found.groups.max() + 1
    out = set(np.flatnonzero(found.groups == -1).tolist())
    said = [set(g.rows.tolist()) for g in found.gone if g.reason != "unstable, merged"]
    assert out == set().union(*said)
    assert sum(map(len, said)) == len(out)
    assert found.plane.shape == (n, 2)
    assert np.isfinite(found.distances).all()


def test_one_thread_and_two_give_the_same_bytes():
    vectors, _ = planted(700, 5, noise=0.2)
    results: list[tuple[bytes, ...]] = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            found = parted(vectors, k_users=3)
        results.append((found.groups.tobytes(), found.distances.tobytes(), found.plane.tobytes()))
    assert results[0] == results[1]


SCRIPT = """
import polars as pl
from persona_extract.encoders.lsa import Lsa
from persona_extract.records.settings import ClusterSettings
from persona_extract.text import content_hash
from persona_extract.traits.cluster import cluster_moves
from tests.unit.traits.test_cluster_moves import corpus
found = cluster_moves(corpus(), Lsa(), ClusterSettings(), seed=0, k_users=3)
print(pl.thread_pool_size(), content_hash(repr(found.members.rows()), repr(found.groups.stability),
    repr(found.groups.centroids.tobytes()), repr(found.criterion), repr(found.map.rows())))
"""


def test_the_number_of_workers_changes_nothing():
    said: dict[str, str] = {}
    for threads in ("1", "2"):
        env = dict.fromkeys(
            ("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), threads
        )
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env={**os.environ, **env, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        )
        used, digest = done.stdout.split()
        said[used] = digest
    assert len(said) == 2
    assert len(set(said.values())) == 1
