"""What a fake reader and labeler said of the people of `people.py`: made up, and no finding."""

from __future__ import annotations

import polars as pl

from persona_extract.profile.seen import Seen
from persona_extract.records.catalogue import Archetype, Catalogue, Label, Mark, Trait
from persona_extract.records.tables import (
    DEMOGRAPHICS,
    STATEMENTS,
    TRAIT_MEMBERS,
    TRAIT_SUPPORT,
    USER_ARCHETYPES,
)

POLITE, TRIED, SHY = "t_aaaaaaaa", "t_bbbbbbbb", "t_cccccccc"
CALM, HASTY = "a_aaaaaaaa", "a_bbbbbbbb"
NOTHING = Catalogue(moves=[], traits=[], archetypes=[], k_users=3, left=[], changes=[], accuracy=[])


def catalogue(users: int = 12, k_users: int = 3) -> Catalogue:
    """The careful are polite and calm; every third user has tried things and is hasty."""
    hasty = len(range(1, users, 3))
    return Catalogue(
        moves=[],
        traits=[
            trait(POLITE, "asks politely", "Ask politely.", None, users - hasty, users),
            trait(
                TRIED,
                "says what was tried",
                "Say that you tried it.",
                "when the advice is old.",
                hasty,
                users,
            ),
        ],
        archetypes=[
            archetype(CALM, "calm", users - hasty, users),
            archetype(HASTY, "hasty", hasty, users),
        ],
        k_users=k_users,
        left=[],
        changes=[],
        accuracy=[],
    )


def trait(
    name: str, label: str, directive: str, condition: str | None, n: int, users: int
) -> Trait:
    return Trait(
        id=name,
        label=Label(name=label, directive=directive, condition=condition, made_by="fake"),
        group="politeness",
        polarity="does",
        situation="other" if condition else "always",
        phrases=[],
        n_statements=n,
        n_conversations=n,
        n_users=n,
        share=round(n / users, 4),
        stability=0.8,
    )


def archetype(name: str, label: str, n: int, users: int) -> Archetype:
    return Archetype(
        id=name,
        label=Label(name=label),
        n_users=n,
        weight=round(n / users, 4),
        stability=None,
        marks=[Mark(kind="trait", name=POLITE if name == CALM else TRIED, side="high", z=1.5)],
    )


def seen(frame: pl.DataFrame, turns: pl.DataFrame, found: Catalogue | None = None) -> Seen:
    """One statement a conversation, on two quotes: of the first turn and of the last."""
    listed = found or catalogue(frame["user_key"].n_unique())
    statements: list[tuple[object, ...]] = []
    members: list[tuple[object, ...]] = []
    demographics: list[tuple[object, ...]] = []
    for user, conversation in frame.select("user_key", "conversation_id").iter_rows():
        hasty = int(user, 16) % 3 == 1
        texts = turns.filter(pl.col("conversation_id") == conversation).sort("turn")["text"]
        quotes = [{"turn": at, "start": 2, "end": len(texts[at]) - 1} for at in (0, len(texts) - 1)]
        statements.append(
            (user, conversation, 0, "politeness", "Behaves so.", "does", "always", None, quotes)
        )
        members.append((user, conversation, 0, TRIED if hasty else POLITE, 0.25))
        demographics.append((user, conversation, "age", "about thirty", "inferred", 0.5))
    per_user = frame.group_by("user_key").len().sort("user_key")
    support = [
        (user, TRIED if int(user, 16) % 3 == 1 else POLITE, n, n) for user, n in per_user.rows()
    ]
    kinds = [
        (user, HASTY if int(user, 16) % 3 == 1 else CALM, 0.5, 0.0, 0.0)
        for user in per_user["user_key"]
    ]
    return Seen(
        traits=tuple(listed.traits),
        archetypes=tuple(listed.archetypes),
        support=pl.DataFrame(support, schema=TRAIT_SUPPORT, orient="row"),
        members=pl.DataFrame(members, schema=TRAIT_MEMBERS, orient="row"),
        statements=pl.DataFrame(statements, schema=STATEMENTS, orient="row"),
        kinds=pl.DataFrame(kinds, schema=USER_ARCHETYPES, orient="row"),
        demographics=pl.DataFrame(demographics, schema=DEMOGRAPHICS, orient="row"),
    )
