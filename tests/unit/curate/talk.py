"""Conversations written in a line, for the tests of this folder."""

from datetime import UTC, datetime

import polars as pl

from persona_extract.records.tables import CONVERSATIONS

ROLES = {"u": "user", "a": "assistant", "s": "system", "t": "tool", "?": "narrator"}
Said = list[tuple[str, str | None]]


def conversation(name: str, said: Said, **columns: object) -> dict[str, object]:
    return {
        "conversation_id": name,
        "user_key": f"user-{name}",
        "user_known": False,
        "corpus": "test",
        "revision": "0",
        "licence": "CC0",
        "messages": [{"role": ROLES[role], "content": text} for role, text in said],
        **columns,
    }


def table(*rows: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=CONVERSATIONS)


def dialogue(*user_turns: str | None) -> Said:
    return [one for text in user_turns for one in (("u", text), ("a", "Certainly, here it is."))]


def day(number: int) -> datetime:
    return datetime(2024, 1, number, tzinfo=UTC)


ENGLISH = (
    "how do i boil an egg so that the yolk stays soft",
    "and what if my stove is really slow to heat up",
    "can you write that down as a list for my kitchen",
    "thank you, but please leave out the part about the salt",
)
