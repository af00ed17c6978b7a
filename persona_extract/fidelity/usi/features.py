"""Features of the User-Sim Index, one row a conversation: counting, without a model.

Source: arXiv 2603.11245. All of it is polars expressions; memory grows with the frame that is
given, so large corpora are fed in parts and the rows put one below the other.
"""

from __future__ import annotations

import polars as pl

from persona_extract.fidelity.usi.patterns import (
    count_identifiers,
    fold_words,
    has_dash,
    has_phrase,
    is_acknowledgement,
    is_meta,
    with_any_phrase,
    without_markup,
    words_of,
)
from persona_extract.fidelity.usi.repeats import rows_that_repeat
from persona_extract.fidelity.usi.scores import scored_features
from persona_extract.fidelity.usi.variant import USI, Variant

SHORT_WORDS = 3
"""Most words of a short turn."""

PASSED_ON = ("conversation_id", "task_id", "trial", "batch", "user_id", "human", "reward")

_COMMON = ("politeness_rate", "info_q_rate")
_RARE = (
    "uncertainty_rate",
    "certainty_rate",
    "emotion_rate",
    "accusation_rate",
    "pivot_rate",
    "pushback_q_rate",
    "clarify_q_rate",
    "id_confuse_rate",
)
"""Lists that few turns match, or whose pattern is slow."""

_FLAGS = (*_COMMON, *_RARE[:-1], "short_msg_rate", "formality_rate", "ack_only_rate")


def usi_features(transcripts: pl.DataFrame, variant: Variant = USI) -> pl.DataFrame:
    """One row a conversation that has user turns, in the order of the transcripts.

    Args:
        transcripts: `TRANSCRIPTS`. `human` says which messages are meta messages; null or empty
            content and roles other than user and assistant are no messages of the conversation.
        variant: `USI` or `USI_FIXED`.

    Returns:
        conversation_id, task_id, trial, batch, user_id, human, reward, n_user_turns, the nineteen
        features, n_turns (messages of user and assistant) and variant (its name). Conversations
        without user turns are missing: `count_skipped`.
    """
    said = _said(transcripts)
    turns = _measure(said.filter(pl.col("role") == "user"), variant)
    repeating = rows_that_repeat(turns)
    rows = (
        turns.group_by("row")
        .agg(*_pooled())
        .join(said.group_by("row").agg(n_turns=pl.len().cast(pl.Float64)), on="row")
        .with_columns(repeat_rate=pl.col("row").is_in(repeating.implode()).cast(pl.Float64))
    )
    kept = transcripts.select(PASSED_ON).with_row_index("row")
    names = (*PASSED_ON, "n_user_turns", *scored_features(), "n_turns")
    joined = kept.join(rows, on="row", maintain_order="left")
    return joined.select(*names, variant=pl.lit(variant.name))


def usi_turns(transcripts: pl.DataFrame, variant: Variant = USI) -> pl.DataFrame:
    """One row a user turn, in order: what `usi_features` pools.

    Returns:
        conversation_id, turn (0-based), words, identifiers (matches of `id_density`), and a
        column a rate with whether the turn counts for it.
    """
    turns = _measure(_said(transcripts).filter(pl.col("role") == "user"), variant)
    ids = transcripts.select("conversation_id").with_row_index("row")
    return (
        ids.join(turns, on="row", maintain_order="left_right")
        .with_columns(turn=pl.int_range(pl.len(), dtype=pl.UInt32).over("row"))
        .select("conversation_id", "turn", "words", "identifiers", "id_confuse_rate", *_FLAGS)
    )


def count_skipped(transcripts: pl.DataFrame, features: pl.DataFrame) -> int:
    """How many conversations had no user turn."""
    return transcripts.height - features.height


def _said(transcripts: pl.DataFrame) -> pl.DataFrame:
    """Row of the transcripts, role, content: messages of user and assistant, meta ones dropped."""
    role, content, human = pl.col("role"), pl.col("content"), pl.col("human")
    kinds = transcripts["human"].unique().drop_nulls()
    meta = [(human == kind) & is_meta(content, human=kind) for kind in kinds]
    return (
        transcripts.select("human", "messages")
        .with_row_index("row")
        .explode("messages")
        .unnest("messages")
        .filter(role.is_in(["user", "assistant"]), content != "")
        .filter(~pl.any_horizontal(False, *meta))
        .select("row", "role", "content")
    )


def _measure(said: pl.DataFrame, variant: Variant) -> pl.DataFrame:
    """One row a message: words, identifiers, and what else counts."""
    lower, folded, rare = pl.col("lower"), pl.col("folded"), pl.col("rare")
    listed = pl.col("listed")
    return (
        said.select("row", text=without_markup(pl.col("content")))
        .with_columns(lower=_even_out(pl.col("text").str.to_lowercase(), variant))
        .with_columns(folded=fold_words(lower))
        .select(
            "row",
            words_of(lower).alias("listed"),
            *(has_phrase(folded, name).alias(name) for name in _COMMON),
            rare=with_any_phrase(folded, _RARE),
            formality_rate=has_dash(pl.col("text")),
            ack_only_rate=is_acknowledgement(lower),
            identifiers=count_identifiers(folded, variant),
        )
        .with_columns(
            *(has_phrase(rare, name).alias(name) for name in _RARE),
            words=pl.when(listed.list.first() == "").then(0).otherwise(listed.list.len()),
        )
        .with_columns(short_msg_rate=pl.col("words") <= SHORT_WORDS, **_one_label())
        .drop("rare")
    )


def _even_out(lower: pl.Expr, variant: Variant) -> pl.Expr:
    return lower.str.replace_all("\u2019", "'", literal=True) if variant.fold_apostrophes else lower


def _one_label() -> dict[str, pl.Expr]:
    """Questions: pushback, else clarification, else information."""
    pushback, clarify = pl.col("pushback_q_rate"), pl.col("clarify_q_rate")
    return {
        "clarify_q_rate": clarify & ~pushback,
        "info_q_rate": pl.col("info_q_rate") & ~pushback & ~clarify,
    }


def _pooled() -> list[pl.Expr]:
    words = pl.col("words").cast(pl.Int64)
    said = words.sum() > 0
    # In integers up to the root: the same digits whatever thread adds up which turns.
    spread = (pl.len().cast(pl.Int64) * (words * words).sum() - words.sum() ** 2).sqrt()
    return [
        pl.len().alias("n_user_turns"),
        *(pl.col(name).mean() for name in _FLAGS),
        pl.when(said).then(spread / words.sum()).otherwise(0.0).alias("verbosity_cv"),
        pl.col("id_confuse_rate").any().cast(pl.Float64),
        pl.when(said)
        .then(words.head(2).sum() / words.sum())
        .otherwise(0.0)
        .alias("info_frontload"),
        pl.col("identifiers").mean().alias("id_density"),
        words.mean().alias("user_words_per_turn"),
        words.first().cast(pl.Float64).alias("opening_words"),
    ]
