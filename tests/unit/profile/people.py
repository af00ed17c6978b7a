"""Two kinds of invented users for tests: most write carefully, every third one types."""

from __future__ import annotations

import polars as pl

from persona_extract.curate import user_turns
from persona_extract.dimensions.read import pool_conversations, pool_users, turn_readings
from persona_extract.profile.compile import Part, compile_profiles
from persona_extract.profile.standing import standings
from persona_extract.records.profile import Profile, Provenance
from persona_extract.records.settings import ProfileSettings
from persona_extract.records.tables import CONVERSATIONS, MOVES, empty
from persona_extract.text import salted_key

PROVENANCE = Provenance(code="test", dimensions="d", encoder="none", settings="s")
CAREFUL = (
    "Could you please explain how a heat pump works in winter?",
    "I would like to know, please, whether it is noisy at night.",
    "Thank you. It is clear, but I do not see how the defrosting works.",
    "Please list the three brands that you would consider, with prices.",
)
TYPED = (
    "how do i get red wine out of a carpet",
    "tried that already it didnt work",
    "ok but what about the smell tho",
    "can u give me something without vinegar",
)


def quote_key(text: str) -> str:
    return salted_key(b"test", text)


def conversations(n_users: int = 12, per_user: int = 3) -> pl.DataFrame:
    """Users 1, 4, 7... type, the others are careful; no two conversations are quite alike."""
    rows = [_row(user, at) for user in range(n_users) for at in range(per_user)]
    return pl.DataFrame(rows, schema=CONVERSATIONS, orient="row")


def part(frame: pl.DataFrame) -> Part:
    turns = user_turns(frame)
    wide = turn_readings(turns)
    users = pool_users(pool_conversations(wide))
    return Part(frame, turns, wide, standings(users, users), empty(MOVES))


def profiles(frame: pl.DataFrame, settings: ProfileSettings | None = None) -> list[Profile]:
    return compile_profiles(part(frame), {}, settings or ProfileSettings(), PROVENANCE, quote_key)


def _row(user: int, at: int) -> tuple[object, ...]:
    said = (TYPED if user % 3 == 1 else CAREFUL)[at % 2 :]
    extra = f" number {user} and {at}" if user % 3 == 1 else f" My number is {user} and {at}."
    messages: list[dict[str, str]] = []
    for text in (said[0] + extra, *said[1:]):
        messages += [
            {"role": "user", "content": text},
            {"role": "assistant", "content": "Noted. Shall I go on?"},
        ]
    key = f"{user:016x}"
    identity = (f"{user:08x}{at:08x}", key, True)
    return (*identity, "test", "r1", "CC0", None, None, None, None, None, None, messages)
