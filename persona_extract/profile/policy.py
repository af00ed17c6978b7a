"""What an executable simulator asks a profile: how long, how much at once, how it answers, when it
has had enough, how it ends."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from persona_extract.dimensions import find_dimension
from persona_extract.dimensions.directives import number_behind
from persona_extract.records.fields import DIGITS
from persona_extract.records.policy import ACTS, Act, Ending, Policy, Reaction, Reply

PATIENCE = 0.9
"""Share of a user's conversations that are over within `patience_turns`."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """Dimensions by which reactions to an act are read: the length (after refusals that of any
    follow-up), and each reply; `rest` is what is left over."""

    words: str
    replies: tuple[tuple[Reply, str], ...]
    rest: Reply | None


_SHOWN: dict[Act, _Shown] = {
    "question": _Shown(
        "words_after_question",
        (
            ("answers", "answers_fully"),
            ("answers vaguely", "answers_vaguely"),
            ("ignores it", "ignores_question"),
        ),
        None,
    ),
    "error": _Shown("words_after_error", (("objects", "doubts_after_error"),), "goes on"),
    "refusal": _Shown(
        "followup_words",
        (("objects", "doubts_after_refusal"), ("turns away", "turns_away_after_refusal")),
        "goes on",
    ),
    "long answer": _Shown(
        "words_after_long_answer",
        (("asks", "asks_after_long_answer"), ("takes it up", "takes_up_long_answer")),
        "goes on",
    ),
}

_ENDINGS = {
    "thanks": "closing_thanks",
    "wraps_up": "wraps_up",
    "silent": "silent_ending",
    "abandons": "abandonment",
}


def policies(
    turns: pl.DataFrame, readings: pl.DataFrame, standings: pl.DataFrame
) -> dict[str, Policy]:
    """One policy a user.

    Lengths, facts and endings are the user's own. Reactions rest on few turns, so each is drawn
    towards the other users' as far as its reliability falls short of 1. A user who never wrote a
    follow-up gets the opening's length for it, and the other way round.

    Args:
        turns: of the users (`records.tables.TURNS`).
        readings: turn readings of those turns.
        standings: `profile.standing.standings` of these users.
    """
    reactions = _reactions(standings)
    own = turns.group_by("user_key").agg(
        turns=pl.col("n_turns").filter(pl.col("turn") == 0).median(),
        patience=pl.col("n_turns").filter(pl.col("turn") == 0).quantile(PATIENCE, "linear").ceil(),
    )
    rows = own.join(_habits(readings), on="user_key").join(_pace(readings), on="user_key")
    return {
        row["user_key"]: Policy(
            opening_words=_words(row["opening_words"], row["followup_words"]),
            followup_words=_words(row["followup_words"], row["opening_words"]),
            words_spread=round(row["words_spread"] or 0.0, DIGITS),
            conversation_turns=max(1, round(row["turns"] or 1)),
            patience_turns=max(1, round(row["patience"] or 1)),
            opening_facts=round(row["opening_facts"] or 0.0, DIGITS),
            facts_per_turn=round(row["facts_per_turn"] or 0.0, DIGITS),
            opening_share=None
            if row["opening_share"] is None
            else round(row["opening_share"], DIGITS),
            reactions=reactions.get(row["user_key"], []),
            ending=_ending([row[name] for name in _ENDINGS]),
        )
        for row in rows.sort("user_key").iter_rows(named=True)
    }


def _habits(readings: pl.DataFrame) -> pl.DataFrame:
    """Mean lengths (logarithms), spread around them, facts, and how conversations end."""
    opening, length = pl.col("opening_words"), pl.col("turn_words")
    facts = pl.col("facts").exp() - 1
    around = length - pl.coalesce(
        opening.mean().over("user_key") * opening.is_not_null().replace(False, None),
        pl.col("followup_words").mean().over("user_key"),
    )
    return (
        readings.with_columns(around=around)
        .group_by("user_key")
        .agg(
            opening.mean(),
            pl.col("followup_words").mean(),
            words_spread=pl.col("around").std(ddof=0),
            opening_facts=facts.filter(pl.col("turn") == 0).mean(),
            facts_per_turn=facts.filter(pl.col("turn") > 0).mean(),
            **{name: pl.col(dimension).mean() for name, dimension in _ENDINGS.items()},
        )
    )


def _pace(readings: pl.DataFrame) -> pl.DataFrame:
    """Mean over conversations of the share of their facts that stand in the opening."""
    facts = pl.col("facts").exp() - 1
    conversations = readings.group_by("user_key", "conversation_id").agg(
        first=facts.filter(pl.col("turn") == 0).sum(), all=facts.sum(), turns=pl.len()
    )
    told = pl.when((pl.col("turns") > 1) & (pl.col("all") > 0.5)).then(
        pl.col("first") / pl.col("all")
    )
    return conversations.group_by("user_key").agg(opening_share=told.mean())


def _reactions(standings: pl.DataFrame) -> dict[str, list[Reaction]]:
    shrunk = pl.col("weight") * pl.col("value") + (1 - pl.col("weight")) * pl.col("centre")
    wanted = {name for one in _SHOWN.values() for name in (one.words, *dict(one.replies).values())}
    found: dict[str, dict[str, tuple[float, int]]] = {}
    rows = standings.filter(pl.col("dimension").is_in(sorted(wanted)))
    for user, dimension, value, n in rows.select(
        "user_key", "dimension", shrunk.alias("shrunk"), "n"
    ).iter_rows():
        found.setdefault(user, {})[dimension] = value, n
    return {user: list(_reacts(one)) for user, one in found.items()}


def _reacts(found: dict[str, tuple[float, int]]) -> Iterator[Reaction]:
    for act in ACTS:
        shown = _SHOWN[act]
        if shown.words not in found or any(name not in found for _, name in shown.replies):
            continue
        rates: dict[Reply, float] = {
            reply: max(0.0, found[name][0]) for reply, name in shown.replies
        }
        total = sum(rates.values())
        if shown.rest is not None:
            rates[shown.rest] = max(0.0, 1 - total)
            total += rates[shown.rest]
        if not total:
            continue
        words, n = found[shown.words][0], found[shown.replies[0][1]][1]
        yield Reaction(
            after=act,
            n=n,
            words=max(1, round(math.expm1(words))),
            rates={reply: round(rate / total, DIGITS) for reply, rate in rates.items()},
        )


def _ending(shares: list[float | None]) -> Ending | None:
    if all(share is None for share in shares):
        return None
    values = {
        name: round(share or 0.0, DIGITS) for name, share in zip(_ENDINGS, shares, strict=True)
    }
    return Ending(**values)


def _words(value: float | None, other: float | None) -> int:
    found = value if value is not None else other
    return max(1, round(number_behind(find_dimension("turn_words"), found or 0.0)))
