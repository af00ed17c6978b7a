"""How fast statements are clustered, and how well planted clusters are found.

    python benchmarks/cluster.py [--sizes 10000 50000 200000] [--json]

Made-up statements are vectors of 384 dimensions and length 1: 40 planted clusters of very
different sizes (Zipf, exponent 0.7; cosine with their centre about 0.7), a fifth of them noise,
five statements a user. In a process of its own for each size: the whole way from vectors to
clusters with their stability (`traits.partition`), on one thread, against scikit-learn's KMeans on
the same vectors, also on one thread, which is told the true number of clusters: once as it is, and
once with as many refits on samples as the stability takes, which still tries no other number. The
refits are timed on two samples and scaled up. `ari` is the adjusted Rand index with what was
planted, of the planted statements that are listed. Exits with 1 if 200,000 statements take more
than 5 minutes or 8 GB, or if what is found agrees with what was planted by less than 0.9.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from machine import describe_machine, peak_megabytes

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from persona_extract.records.settings import ClusterSettings
from persona_extract.traits.partition import partition
from persona_extract.traits.stability import Shown

SIZES = (10_000, 50_000, 200_000)
DIMENSIONS = 384
PLANTED = 40
NOISE = 0.2
COSINE = 0.5
PER_USER = 5
K_USERS = 10
REFITS_TIMED = 2

MOST_SECONDS = 300.0
MOST_MEGABYTES = 8_000.0
LEAST_ARI = 0.9


def main() -> None:
    asked = _arguments()
    if asked.one:
        print(json.dumps(one(asked.one)))
        return
    found = {str(size): _in_own_process(size) for size in asked.sizes}
    if asked.json:
        print(json.dumps({"sizes": found, "machine": describe_machine()}, indent=2))
    else:
        print("\n".join(_line(size, figures) for size, figures in found.items()))
        print(describe_machine())
    problems = [f"{size}: {what}" for size, figures in found.items() for what in _wrong(figures)]
    if problems:
        sys.exit("\n".join(problems))


def one(size: int) -> dict[str, float]:
    """Seconds, memory and agreement for so many statements, and of the baseline."""
    vectors, planted = statements(size)
    users = np.random.default_rng(1).integers(0, size // PER_USER, size)
    settings = ClusterSettings(min_clusters=2, max_clusters=60)
    shown = Shown(np.arange(size), users)
    began = time.perf_counter()
    found = partition(vectors, np.ones(size), settings, seed=0, shown=shown, k_users=K_USERS)
    seconds = time.perf_counter() - began
    megabytes = peak_megabytes(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    listed = (planted >= 0) & (found.groups >= 0)
    plain, refit, groups = baseline(vectors, settings.bootstraps)
    return {
        "statements": size,
        "seconds": round(seconds, 1),
        "peak_megabytes": round(megabytes),
        "clusters": int(found.groups.max()) + 1,
        "ari": _ari(planted[listed], found.groups[listed]),
        "planted_listed": round(float(listed.sum() / (planted >= 0).sum()), 3),
        "kmeans_seconds": round(plain, 1),
        "kmeans_with_refits_seconds": round(plain + refit, 1),
        "kmeans_ari": _ari(planted[planted >= 0], groups[planted >= 0]),
        "times_as_fast_as_kmeans_with_refits": round((plain + refit) / seconds, 1),
    }


def statements(size: int) -> tuple[np.ndarray, np.ndarray]:
    """float32 (size, 384), and the planted cluster of each, -1 for noise."""
    rng = np.random.default_rng(0)
    centres = rng.standard_normal((PLANTED, DIMENSIONS), dtype=np.float32)
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    share = 1 / np.arange(1, PLANTED + 1) ** 0.7
    planted = rng.choice(PLANTED, size, p=share / share.sum())
    planted[rng.random(size) < NOISE] = -1
    vectors = rng.standard_normal((size, DIMENSIONS), dtype=np.float32)
    vectors *= np.sqrt((1 / COSINE - 1) / DIMENSIONS)
    vectors[planted >= 0] += centres[planted[planted >= 0]]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors, planted


def baseline(vectors: np.ndarray, refits: int) -> tuple[float, float, np.ndarray]:
    """Seconds of KMeans, of so many refits of it on samples, and its clusters."""
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    rng = np.random.default_rng(0)
    with threadpool_limits(1):
        began = time.perf_counter()
        groups = KMeans(PLANTED, random_state=0).fit(vectors).labels_
        plain = time.perf_counter() - began
        began = time.perf_counter()
        for _ in range(REFITS_TIMED):
            drawn = np.unique(rng.integers(0, len(vectors), len(vectors)))
            KMeans(PLANTED, random_state=0).fit(vectors[drawn])
        return plain, (time.perf_counter() - began) * refits / REFITS_TIMED, groups


def _ari(planted: np.ndarray, found: np.ndarray) -> float:
    from sklearn.metrics import adjusted_rand_score

    return round(float(adjusted_rand_score(planted, found)), 3)


def _in_own_process(size: int) -> dict[str, float]:
    command = [sys.executable, __file__, "--one", str(size)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    return json.loads(done.stdout)


def _wrong(figures: dict[str, float]) -> list[str]:
    wrong: list[str] = []
    if figures["ari"] < LEAST_ARI:
        wrong.append(f"agreement with what was planted is {figures['ari']}")
    if figures["statements"] >= SIZES[-1] and figures["seconds"] > MOST_SECONDS:
        wrong.append(f"took {figures['seconds']} s, allowed are {MOST_SECONDS}")
    if figures["statements"] >= SIZES[-1] and figures["peak_megabytes"] > MOST_MEGABYTES:
        wrong.append(f"took {figures['peak_megabytes']} MB, allowed are {MOST_MEGABYTES}")
    return wrong


def _line(size: str, figures: dict[str, float]) -> str:
    return "\n".join(f"{size:>7} {name:36} {value}" for name, value in figures.items())


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Time the clustering of statements.")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="statements")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser.parse_args()


if __name__ == "__main__":
    main()
