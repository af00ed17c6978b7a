"""Every claim of a profile against the conversations it cites. What does not hold is not kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from persona_extract.profile.check import CheckOutcome, run_checks
from persona_extract.profile.compile import with_claims
from persona_extract.profile.evidence import QuoteKey
from persona_extract.records.directives import Directive, Evidence, MeasuredDirective, ReadDirective
from persona_extract.records.profile import Profile, TraitSeen, measured

Texts = dict[tuple[str, int], str]
"""Conversation and turn -> text."""


@dataclass(frozen=True, slots=True)
class Ungrounded:
    """A claim that did not hold, and why.

    Attributes:
        profile: id before the claim was taken out.
        kind: what was claimed.
        about: dimension of the directive, or id of the trait.
        reason: one of a few, the same for all users.
    """

    profile: str
    kind: Literal["directive", "trait"]
    about: str
    reason: str


def ground(
    profile: Profile, turns: pl.DataFrame, readings: pl.DataFrame, quote_key: QuoteKey
) -> tuple[Profile, tuple[Ungrounded, ...]]:
    """The profile with the directives and traits that hold on this user's own turns.

    A directive holds if it cites a turn, every cited turn exists and its quote has the cited hash,
    its check passes over the turns that it cites and over all turns, and it passes in at least half
    of the conversations in which the dimension is defined: one odd conversation is not a habit. A
    trait holds if it cites a quote, every quote stands where it is cited, and it was seen in some
    of the conversations in which it could have been, which are no more than there are; what it
    tells a simulator to do goes with it.

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
    refused: list[Ungrounded] = []
    kept: list[Directive] = []
    told = measured(profile)
    for directive, unmet in zip(told, _unproven(told, readings), strict=True):
        if reason := _misquoted(directive.evidence, texts, quote_key) or unmet:
            refused.append(Ungrounded(profile.id, "directive", directive.dimension, reason))
        else:
            kept.append(directive)
    traits: list[TraitSeen] = []
    for trait in profile.traits:
        unmet = _unsupported(trait, len(profile.source.conversations))
        if reason := _misquoted(trait.evidence, texts, quote_key) or unmet:
            refused.append(Ungrounded(profile.id, "trait", trait.trait, reason))
        else:
            traits.append(trait)
    held = {trait.trait for trait in traits}
    kept += [d for d in profile.directives if isinstance(d, ReadDirective) and d.trait in held]
    return with_claims(profile, kept, traits) if refused else profile, tuple(refused)


def _misquoted(evidence: list[Evidence], texts: Texts, quote_key: QuoteKey) -> str | None:
    if not evidence:
        return "cites no turn"
    for cited in evidence:
        text = texts.get((cited.conversation, cited.turn))
        if text is None:
            return "cites a turn that does not exist"
        if not cited.start <= cited.end <= len(text):
            return "cites characters that its turn does not have"
        if quote_key(text[cited.start : cited.end]) != cited.quote_key:
            return "cites a quote that does not stand there"
    return None


def _unsupported(trait: TraitSeen, n_conversations: int) -> str | None:
    support = trait.support
    if any(cited.start == cited.end for cited in trait.evidence):
        return "cites an empty quote"
    if not 1 <= support.n <= support.of:
        return "was seen in no conversation, or in more than it could have been"
    if support.of > n_conversations:
        return "could have been seen in more conversations than there are"
    return None


def _unproven(directives: Sequence[MeasuredDirective], readings: pl.DataFrame) -> list[str | None]:
    """Of each directive, why its check does not bear it out; None if it does."""
    checks = [directive.check for directive in directives]
    single = [check.model_copy(update={"min_turns": 1}) for check in checks]
    overall = run_checks(checks, readings)
    parts = readings.partition_by("conversation_id", maintain_order=True)
    # of a single one the outcome is known: it is all there is
    by_conversation = [run_checks(single, one) for one in parts] if len(parts) > 1 else []
    cited = [run_checks([single[i]], _cited(one, readings))[0] for i, one in enumerate(directives)]
    return [
        _unmet(whole, cited[i], [outcomes[i] for outcomes in by_conversation])
        for i, whole in enumerate(overall)
    ]


def _cited(directive: MeasuredDirective, readings: pl.DataFrame) -> pl.DataFrame:
    """Readings of the turns that a directive cites."""
    at = [(one.conversation, one.turn) for one in directive.evidence]
    schema = {name: readings.schema[name] for name in ("conversation_id", "turn")}
    return readings.join(pl.DataFrame(at, schema=schema, orient="row"), on=list(schema), how="semi")


def _unmet(
    whole: CheckOutcome, cited: CheckOutcome, conversations: Sequence[CheckOutcome]
) -> str | None:
    if not whole.followed:
        return "fails its own check"
    if not cited.followed:
        return "fails its own check on the turns that it cites"
    defined = [one.followed for one in conversations if one.followed is not None]
    if 2 * sum(defined) < len(defined):
        return "holds in fewer than half of the conversations"
    return None
