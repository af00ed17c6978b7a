"""Every claim of a profile against the conversations it cites. What does not hold is not kept."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from persona_extract.profile.check import run_check
from persona_extract.profile.compile import QuoteKey, with_directives
from persona_extract.records.profile import Directive, Evidence, Profile


@dataclass(frozen=True, slots=True)
class Ungrounded:
    """A directive that did not hold, and why."""

    profile: str
    dimension: str
    reason: str


def ground(
    profile: Profile, turns: pl.DataFrame, readings: pl.DataFrame, quote_key: QuoteKey
) -> tuple[Profile, tuple[Ungrounded, ...]]:
    """The profile with the directives that hold on this user's own turns.

    A directive holds if it cites a turn, every cited turn exists and its quote has the cited hash,
    its check passes over all turns, and it passes in at least half of the conversations in which
    the dimension is defined: one odd conversation is not a habit.

    Args:
        profile: as compiled.
        turns: this user's turns (`records.tables.TURNS`).
        readings: turn readings of those turns.
        quote_key: the keyed hash the profile was compiled with.
    """
    texts = {
        (conversation, turn): text
        for conversation, turn, text in turns.select("conversation_id", "turn", "text").iter_rows()
    }
    conversations = readings.partition_by("conversation_id", maintain_order=True)
    kept: list[Directive] = []
    refused: list[Ungrounded] = []
    for directive in profile.directives:
        reason = _misquoted(directive.evidence, texts, quote_key) or _unproven(
            directive, readings, conversations
        )
        if reason:
            refused.append(Ungrounded(profile.id, directive.dimension, reason))
        else:
            kept.append(directive)
    return with_directives(profile, kept) if refused else profile, tuple(refused)


def _misquoted(
    evidence: list[Evidence], texts: dict[tuple[str, int], str], quote_key: QuoteKey
) -> str | None:
    if not evidence:
        return "cites no turn"
    for cited in evidence:
        text = texts.get((cited.conversation, cited.turn))
        if text is None:
            return "cites a turn that does not exist"
        if quote_key(text[cited.start : cited.end]) != cited.quote_key:
            return "cites a quote that does not stand there"
    return None


def _unproven(
    directive: Directive, readings: pl.DataFrame, conversations: list[pl.DataFrame]
) -> str | None:
    if not run_check(directive.check, readings).followed:
        return "fails its own check"
    single = directive.check.model_copy(update={"min_turns": 1})
    outcomes = [run_check(single, one).followed for one in conversations]
    defined = [followed for followed in outcomes if followed is not None]
    if 2 * sum(defined) < len(defined):
        return "holds in fewer than half of the conversations"
    return None
