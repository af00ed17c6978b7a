"""Results cut to what one page can carry: thousands of dots tell no more than hundreds."""

from __future__ import annotations

from persona_extract.records.results import ClusterResult, DimensionResult, Results
from persona_extract.report.plain import short_source

MOST_USERS = 500
MOST_POINTS = 1500
DECIMALS = 5


def thin(results: Results) -> Results:
    """Every k-th user and map point, numbers to five decimals, the source without
    the folders above it. Counts and quantiles stay whole."""
    picked = _spread(len(results.users), MOST_USERS)
    return results.model_copy(
        update={
            "source": short_source(results.source),
            "users": [results.users[i] for i in picked],
            "dimensions": [_thin_dimension(d, picked) for d in results.dimensions],
            "clusters": _thin_points(results.clusters),
        }
    )


def _spread(n: int, most: int) -> list[int]:
    """At most `most` positions out of n, evenly apart, the first one always."""
    return list(range(n)) if n <= most else [i * n // most for i in range(most)]


def _thin_dimension(dimension: DimensionResult, picked: list[int]) -> DimensionResult:
    place = {old: new for new, old in enumerate(picked)}
    kept = [
        (place[user], round(value, DECIMALS))
        for user, value in zip(dimension.users, dimension.values, strict=True)
        if user in place
    ]
    return dimension.model_copy(
        update={"users": [user for user, _ in kept], "values": [value for _, value in kept]}
    )


def _thin_points(clusters: ClusterResult) -> ClusterResult:
    points = [
        clusters.points[i].model_copy(
            update={
                "x": round(clusters.points[i].x, DECIMALS),
                "y": round(clusters.points[i].y, DECIMALS),
            }
        )
        for i in _spread(len(clusters.points), MOST_POINTS)
    ]
    return clusters.model_copy(update={"points": points})
