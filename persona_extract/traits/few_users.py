"""How many users must show something before it is listed."""

from __future__ import annotations

from persona_extract.records.settings import ClusterSettings

USUAL = 10
LEAST = 3
"""No default goes below: with one or two users a cluster describes persons, not a kind of people.
Hence nothing is listed of a corpus of fewer users."""


def k_users(settings: ClusterSettings, n_users: int) -> int:
    """Users that a move, trait or archetype needs to be listed.

    `settings.min_users` where it is set; else 10, or, of fewer than 100 users, a tenth (rounded
    up) but at least 3.

    Args:
        settings: `min_users`.
        n_users: users of the corpus.
    """
    if settings.min_users is not None:
        return settings.min_users
    return min(USUAL, max(LEAST, -(-n_users // 10)))


def warning(k: int, n_users: int) -> str | None:
    """A line for whoever watches the run, where k is below the usual; else None."""
    if k >= USUAL:
        return None
    if k < LEAST:
        return (
            f"groups of {k} user{'s' * (k > 1)} are listed (cluster.min_users): what is published "
            "may show single people"
        )
    return (
        f"moves, traits and archetypes are listed from {k} users on (of {n_users}), fewer than the "
        f"usual {USUAL}: look at them before you pass them on, or set cluster.min_users"
    )
