"""The numbers of a profile's policy against simulated conversations."""

from __future__ import annotations

import math
from collections.abc import Iterator

import polars as pl

from persona_extract.records.checks import Kept, PolicyKept
from persona_extract.records.fields import DIGITS
from persona_extract.records.policy import Policy

NEAR = 1.5
"""Within this factor, up or down, a length or a number of turns is kept."""

NEAR_FACTS = 0.5
NEAR_SHARE = 0.25
"""Facts, and share of the facts, within which a number is kept even where the factor is larger."""

MIN_TURNS = 3
MIN_CONVERSATIONS = 3


def check_policy(policy: Policy, readings: pl.DataFrame) -> list[PolicyKept]:
    """Lengths, turns, facts and patience as simulated, next to what the policy says.

    Args:
        policy: of the profile.
        readings: turn readings (`dimensions.read.turn_readings`) of whoever plays the user, whole
            conversations.
    """
    return [_row(policy, *measured) for measured in _measured(readings)]


def _measured(readings: pl.DataFrame) -> Iterator[tuple[str, float | None, int, int]]:
    """Field, value, turns or conversations behind it, and how many are needed."""
    later = pl.col("turn") > 0
    facts = pl.col("facts").exp() - 1
    row = readings.select(
        opening_words=pl.col("opening_words").mean(),
        followup_words=pl.col("followup_words").mean(),
        opening_facts=facts.filter(~later).mean(),
        facts_per_turn=facts.filter(later).mean(),
        openings=(~later).sum(),
        later=later.sum(),
    ).row(0, named=True)
    for field, n in (("opening_words", row["openings"]), ("followup_words", row["later"])):
        mean: float | None = row[field]
        yield field, None if mean is None else math.expm1(mean), n, MIN_TURNS
    turns = readings.group_by("conversation_id").len()["len"]
    yield "conversation_turns", _float(turns.median()), turns.len(), MIN_CONVERSATIONS
    longest = turns.quantile(0.9, "linear")
    yield "patience_turns", longest, turns.len(), MIN_CONVERSATIONS
    yield "opening_facts", row["opening_facts"], row["openings"], MIN_TURNS
    yield "facts_per_turn", row["facts_per_turn"], row["later"], MIN_TURNS
    yield "opening_share", *_share(readings), MIN_CONVERSATIONS


def _share(readings: pl.DataFrame) -> tuple[float | None, int]:
    """Mean share of a conversation's facts that its opening tells, as `policy.policies` has it."""
    facts = pl.col("facts").exp() - 1
    own = readings.group_by("conversation_id").agg(
        first=facts.filter(pl.col("turn") == 0).sum(), all=facts.sum(), turns=pl.len()
    )
    told = own.filter((pl.col("turns") > 1) & (pl.col("all") > 0.5))
    return _float((told["first"] / told["all"]).mean()), told.height


def _row(policy: Policy, field: str, value: float | None, n: int, least: int) -> PolicyKept:
    asked: float | None = getattr(policy, field)
    verdict: Kept = "too few turns"
    if asked is not None and value is not None and n >= least:
        verdict = _kept(field, float(asked), value)
    return PolicyKept(
        field=field,
        asked=asked,
        value=None if value is None else round(value, DIGITS),
        n=n,
        verdict=verdict,
    )


def _kept(field: str, asked: float, value: float) -> Kept:
    room = NEAR_SHARE if field == "opening_share" else NEAR_FACTS
    if abs(value - asked) <= (room if "facts" in field or "share" in field else 0):
        return "kept"
    if asked / NEAR <= value <= asked * NEAR:
        return "kept"
    if field == "patience_turns" and value < asked:
        return "kept"  # nobody has to use up all patience
    return "below" if value < asked else "above"


def _float(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
