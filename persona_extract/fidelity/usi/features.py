"""Features of the User-Sim Index, one row a conversation: counting, without a model.

Source: arXiv 2603.11245. All of it is polars expressions; memory grows with the frame that is
given, so large corpora are fed in parts and the rows put one below the other.
"""

from __future__ import annotations

import polars as pl

from persona_extract.fidelity.usi.patterns import (
    DASH,
    MARKUP,
    count_identifiers,
    even_spaces,
    fold_words,
    has_phrase,
    is_acknowledgement,
)
from persona_extract.fidelity.usi.scores import scored_features
from persona_extract.fidelity.usi.variant import USI, Variant

SHORT_WORDS = 3
REPEATS = 10
"""A run of three words that occurs more often than this in a conversation is a repetition."""

PASSED_ON = ("conversation_id", "task_id", "trial", "batch", "user_id", "human", "reward")

_SHARES = (
    "politeness_rate",
    "uncertainty_rate",
    "certainty_rate",
    "emotion_rate",
    "accusation_rate",
    "pivot_rate",
)
_QUESTIONS = ("pushback_q_rate", "clarify_q_rate", "info_q_rate")
_FLAGS = (*_SHARES, *_QUESTIONS, "short_msg_rate", "formality_rate", "ack_only_rate")
_META_HUMAN = r"^\\tau |^\\reward|<\|(?:canvas|highlight|survey)\|>"
_SPACE = pl.lit("".join(chr(c) for c in range(0x3001) if chr(c).isspace()))


def usi_features(transcripts: pl.DataFrame, variant: Variant = USI) -> pl.DataFrame:
    """One row a conversation that has user turns, in the order of the transcripts.

    Args:
        transcripts: `TRANSCRIPTS`. `human` says which messages are meta messages; null content and
            roles other than user and assistant are no messages of the conversation.
        variant: `USI` or `USI_FIXED`.

    Returns:
        conversation_id, task_id, trial, batch, user_id, human, reward, n_user_turns, the nineteen
        features, n_turns (messages of user and assistant) and variant (its name). Conversations
        without user turns are missing: `count_skipped`.
    """
    said = _said(transcripts)
    turns = _measure(said.filter(pl.col("role") == "user"), variant)
    repeating = _repeating(turns)
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
        conversation_id, turn (0-based), words, identifiers (matches of `id_density`), id_confuse,
        and a column a rate with whether the turn counts for it.
    """
    turns = _measure(_said(transcripts).filter(pl.col("role") == "user"), variant)
    ids = transcripts.select("conversation_id").with_row_index("row")
    return (
        ids.join(turns, on="row", maintain_order="left_right")
        .with_columns(turn=pl.int_range(pl.len(), dtype=pl.UInt32).over("row"))
        .select("conversation_id", "turn", "words", "identifiers", "id_confuse", *_FLAGS)
    )


def count_skipped(transcripts: pl.DataFrame, features: pl.DataFrame) -> int:
    """How many conversations had no user turn."""
    return transcripts.height - features.height


def _said(transcripts: pl.DataFrame) -> pl.DataFrame:
    """Row of the transcripts, role, content: messages of user and assistant, meta ones dropped."""
    content = pl.col("content")
    stripped = content.str.strip_chars(_SPACE)
    meta = (
        pl.when("human")
        .then(content.str.contains(_META_HUMAN) | (stripped == "/stop"))
        .otherwise(stripped == "###STOP###")
    )
    return (
        transcripts.lazy()
        .select("human", "messages")
        .with_row_index("row")
        .explode("messages")
        .unnest("messages")
        .filter(
            pl.col("role").is_in(["user", "assistant"]),
            content.is_not_null() & ((content != "") | (pl.col("role") == "user")),
            ~meta,
        )
        .select("row", "role", "content")
        .collect()
    )


def _measure(said: pl.DataFrame, variant: Variant) -> pl.DataFrame:
    text = pl.col("content").str.replace_all(MARKUP, "")
    lower = pl.col("text").str.to_lowercase()
    if variant.fold_apostrophes:
        lower = lower.str.replace_all("\u2019", "'", literal=True)
    folded, evened = pl.col("folded"), pl.col("evened")
    return (
        said.lazy()
        .select("row", text=text)
        .with_columns(lower=lower)
        .with_columns(folded=fold_words(pl.col("lower")), evened=even_spaces(pl.col("lower")))
        .with_columns(
            words=pl.when(evened == "")
            .then(0)
            .otherwise(evened.str.count_matches(" ", literal=True) + 1)
        )
        .with_columns(
            *(has_phrase(folded, name).alias(name) for name in (*_SHARES, *_QUESTIONS)),
            short_msg_rate=pl.col("words") <= SHORT_WORDS,
            formality_rate=pl.col("text").str.contains(DASH),
            ack_only_rate=is_acknowledgement(pl.col("lower")),
            id_confuse=has_phrase(folded, "id_confuse_rate"),
            identifiers=count_identifiers(folded, variant),
        )
        .with_columns(*_first_of(_QUESTIONS))
        .drop("text", "lower", "folded")
        .collect()
    )


def _first_of(names: tuple[str, ...]) -> list[pl.Expr]:
    """Each flag, but false where an earlier one is true."""
    return [
        pl.all_horizontal(name, *(~pl.col(earlier) for earlier in names[:at])).alias(name)
        for at, name in enumerate(names)
    ]


def _pooled() -> list[pl.Expr]:
    words = pl.col("words")
    mean = words.mean()
    return [
        pl.len().alias("n_user_turns"),
        *(pl.col(name).mean() for name in _FLAGS),
        pl.when(mean > 0).then(words.std(ddof=0) / mean).otherwise(0.0).alias("verbosity_cv"),
        pl.col("id_confuse").any().cast(pl.Float64).alias("id_confuse_rate"),
        pl.when(mean > 0)
        .then(words.head(2).sum() / words.sum())
        .otherwise(0.0)
        .alias("info_frontload"),
        pl.col("identifiers").mean().alias("id_density"),
        mean.alias("user_words_per_turn"),
        words.first().cast(pl.Float64).alias("opening_words"),
    ]


def _repeating(turns: pl.DataFrame) -> pl.Series:
    """Rows in which some run of three words within turns occurs more than `REPEATS` times.

    Hashes name the few rows worth a look, the words themselves decide.
    """
    runs = (pl.col("words").cast(pl.Int64) - 2).clip(0)
    enough = turns.filter(runs.sum().over("row") > REPEATS)
    suspects = _frequent(enough, hashed=True)
    return _frequent(enough.filter(pl.col("row").is_in(suspects.implode())), hashed=False)


def _frequent(turns: pl.DataFrame, *, hashed: bool) -> pl.Series:
    word = pl.col("evened").str.split(" ")
    words = (
        turns.lazy()
        .with_row_index("turn")
        .select("row", "turn", word)
        .explode("evened")
        .with_columns(word=pl.col("evened").hash() if hashed else pl.col("evened"))
    )
    parts = [pl.col("word"), pl.col("word").shift(-1), pl.col("word").shift(-2)]
    run = parts[0] * 31 + parts[1] * 1_000_003 + parts[2] if hashed else pl.struct(
        a=parts[0], b=parts[1], c=parts[2]
    )
    return (
        words.select("row", run=run, whole=pl.col("turn") == pl.col("turn").shift(-2))
        .filter("whole")
        .group_by("row", "run")
        .len()
        .filter(pl.col("len") > REPEATS)
        .select(pl.col("row").unique().sort())
        .collect()["row"]
    )
