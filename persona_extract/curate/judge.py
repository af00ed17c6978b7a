"""Whether a conversation is kept, and if not, the one reason why."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from persona_extract.curate.bookends import at_an_end, bookend
from persona_extract.curate.language import in_language, language_name
from persona_extract.curate.reasons import REASONS
from persona_extract.curate.repair import REPAIRS, repair
from persona_extract.records.settings import CurateSettings
from persona_extract.records.tables import CONVERSATIONS, DROPPED, conform

MOSTLY = 0.8
"""Share of tellable turns in a kept language that a conversation without a label needs."""
MAJORITY = 0.5
"""Share that a conversation whose label says so has to exceed."""

_MARK = r"<PRESIDIO_ANONYMIZED_[A-Z_]+>"


@dataclass(frozen=True, slots=True)
class Judged:
    """What `judge` decided.

    Attributes:
        kept: rows of `CONVERSATIONS`, messages repaired, in the order of the input.
        dropped: rows of `DROPPED`, each with one reason of `REASONS`.
        repairs: messages repaired in what is kept, by kind of `REPAIRS`; kinds at 0 included;
            and `bookend_not_counted`, user turns that are a greeting or thanks at an end.
    """

    kept: pl.DataFrame
    dropped: pl.DataFrame
    repairs: dict[str, int]


def judge(conversations: pl.DataFrame, settings: CurateSettings) -> Judged:
    """Apply every rule that looks at one conversation alone.

    Rules are asked in the order of `REASONS`; the first that holds is the reason, so each
    conversation has exactly one and no rule depends on another conversation.

    Greeting and thanks bookends do not count as substantive turns, but stay in what is kept.
    RealUserSim (arXiv 2605.20204) cuts them off; we do not, because whether a person greets and
    thanks is a habit that the dimensions measure.

    Raises:
        ValueError: the frame is not `CONVERSATIONS`.
        UsageError: `settings.languages` names an unknown language.
    """
    raw = conform(conversations, CONVERSATIONS)
    repaired = repair(raw)
    turns = _user_text(repaired, settings.bookend_words)
    judged = repaired.join(
        _measures(turns), on="conversation_id", how="left", maintain_order="left"
    ).with_columns(pl.col("substantive", "bookends", "chars").fill_null(0))
    early = judged.select("conversation_id", _verdict(_early_rules(settings)).alias("found"))
    # the detector is slow: what has a reason already is not shown to it
    asked = early.filter(pl.col("found").is_null())["conversation_id"].implode()
    told = _languages(judged.filter(pl.col("conversation_id").is_in(asked)), turns, settings)
    found = judged.join(told, on="conversation_id", how="left", maintain_order="left").with_columns(
        _verdict([*_early_rules(settings), *_late_rules(settings)]).struct.unnest()
    )
    dropped = found.filter(pl.col("reason").is_not_null()).select(list(DROPPED))
    kept = found.filter(pl.col("reason").is_null())
    counts = {kind: int(kept[kind].sum()) for kind in REPAIRS}
    counts["bookend_not_counted"] = int(kept["bookends"].sum())
    return Judged(kept.select(list(CONVERSATIONS)), conform(dropped, DROPPED), counts)


Rule = tuple[str, pl.Expr, pl.Expr]
"""Reason, whether it holds, and the detail: a number or a name, never the user's text."""


def _early_rules(settings: CurateSettings) -> list[Rule]:
    col, lit = pl.col, pl.lit
    no_answer = (col("n_assistant") == 0) & (col("merged") + col("repeat_dropped") > 0)
    model = col("model").str.to_lowercase()
    asked = [model.str.starts_with(name.lower()) for name in settings.models or []]
    return [
        ("toxic", col("toxic") & settings.drop_toxic, lit("corpus flag")),
        ("redacted", col("redacted") & settings.drop_redacted, lit("corpus flag")),
        ("redacted", col("marked") & settings.drop_redacted, lit("mark in user text")),
        (
            "model",
            ~pl.any_horizontal(lit(settings.models is None), *asked).fill_null(False),
            col("model").fill_null("unknown"),
        ),
        ("alternation", col("strange") > 0, lit("unknown role")),
        ("empty", col("n_user") == 0, lit("0")),
        ("alternation", no_answer, lit("no answer")),
    ]


def _late_rules(settings: CurateSettings) -> list[Rule]:
    col = pl.col
    return [
        ("language", ~col("in_language"), col("language_detail")),
        ("turns", col("substantive") < settings.min_turns, col("substantive").cast(pl.String)),
        ("length", col("n_user") > settings.max_turns, pl.format("{} turns", col("n_user"))),
        ("length", col("chars") > settings.max_chars, pl.format("{} characters", col("chars"))),
    ]


def _verdict(rules: list[Rule]) -> pl.Expr:
    """Struct of reason and detail of the first rule that holds; nulls if none does."""
    assert {reason for reason, _, _ in rules} <= set(REASONS)
    first = [
        pl.when(holds).then(pl.struct(pl.lit(reason).alias("reason"), detail.alias("detail")))
        for reason, holds, detail in rules
    ]
    return pl.coalesce(first)


def _user_text(repaired: pl.DataFrame, bookend_words: int) -> pl.DataFrame:
    """One row a user turn: conversation_id, at, text, bookend (a greeting or thanks at an end)."""
    return (
        repaired.select("conversation_id", "messages")
        .filter(pl.col("messages").list.len() > 0)
        .explode("messages")
        .with_row_index("at")
        .select("conversation_id", "at", pl.col("messages").struct.unnest())
        .filter(pl.col("role") == "user")
        .select("conversation_id", "at", pl.col("content").alias("text"))
        .with_columns(bookend(pl.col("text"), bookend_words).alias("bookend"))
        .with_columns(at_an_end(pl.col("bookend"), "conversation_id", "at").alias("bookend"))
    )


def _measures(turns: pl.DataFrame) -> pl.DataFrame:
    return turns.group_by("conversation_id").agg(
        (~pl.col("bookend")).sum().alias("substantive"),
        pl.col("bookend").sum().alias("bookends"),
        pl.col("text").str.len_chars().sum().alias("chars"),
        pl.col("text").str.contains(_MARK).any().alias("marked"),
    )


def _languages(asked: pl.DataFrame, turns: pl.DataFrame, settings: CurateSettings) -> pl.DataFrame:
    """conversation_id, in_language, language_detail.

    A label of another language drops. A label of a kept language is confirmed by the detector,
    which overrules it where it finds no majority of the tellable turns in a kept language. Without
    a label `MOSTLY` of them must be. Where nothing can be told the benefit of the doubt keeps.
    """
    ids = asked.select("conversation_id", "language")
    if settings.languages is None:
        return ids.select(
            "conversation_id", in_language=pl.lit(True), language_detail=pl.lit(None, pl.String)
        )
    kept = [language_name(name, strict=True) for name in settings.languages]
    label = pl.col("language").map_elements(language_name, return_dtype=pl.String)
    other = label.is_not_null() & ~label.is_in(kept)
    unsure = ids.filter(~other).select("conversation_id")
    own = turns.filter(~pl.col("bookend")).join(unsure, on="conversation_id", how="semi")
    shares = _shares(own, kept)
    enough = (
        pl.when(label.is_null())
        .then(pl.col("share") >= MOSTLY)
        .otherwise(pl.col("share") > MAJORITY)
    )
    return ids.join(shares, on="conversation_id", how="left").select(
        "conversation_id",
        in_language=~other & enough.fill_null(True),
        language_detail=pl.when(other)
        .then(pl.format("label {}", label))
        .otherwise(pl.format("{} of {} turns", pl.col("inside"), pl.col("told"))),
    )


def _shares(turns: pl.DataFrame, kept: list[str]) -> pl.DataFrame:
    """conversation_id, inside, told, share: turns in a kept language among those that tell.

    A conversation none of whose turns tells is read as one text.
    """
    told = turns.with_columns(in_language(turns["text"], kept).alias("inside"))
    silent = pl.col("inside").is_null().all().over("conversation_id")
    whole = (
        told.filter(silent)
        .sort("at")
        .group_by("conversation_id", maintain_order=True)
        .agg(pl.col("text").str.head(300).str.join("\n"))
    )
    whole = whole.with_columns(in_language(whole["text"], kept).alias("inside"))
    both = pl.concat([told.filter(~silent), whole], how="diagonal_relaxed")
    return both.group_by("conversation_id").agg(
        pl.col("inside").sum(),
        pl.col("inside").count().alias("told"),
        pl.col("inside").mean().alias("share"),
    )
