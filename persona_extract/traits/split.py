"""Which users labels are tested on: whoever is held out has no part in making them."""

from __future__ import annotations

import polars as pl

from persona_extract.text import content_hash

MIN_USERS = 20
"""With fewer users nobody is held out: labels need them all, and a test on four says nothing."""

_HELD_OUT = 5  # one user in so many


def held_out_users(user_keys: pl.Series, *, seed: int) -> pl.Series:
    """A fifth of the users, sorted; none of fewer than `MIN_USERS`. Depends on nothing but the
    set of keys and the seed."""
    users = user_keys.unique().sort().to_list()
    if len(users) < MIN_USERS:
        return pl.Series(user_keys.name, [], dtype=pl.String)
    drawn = sorted(users, key=lambda user: content_hash("held out", str(seed), user))
    return pl.Series(user_keys.name, sorted(drawn[: len(users) // _HELD_OUT]), dtype=pl.String)
