"""What of each turn a reader would be shown, and what the assistant did before it."""

from __future__ import annotations

import polars as pl

from persona_extract.dimensions import all_dimensions
from persona_extract.dimensions._acts import ASKED, ERRED, LONG, REFUSED
from persona_extract.dimensions._prose import (
    IS_LAST,
    KEYWORDS,
    LOOKED_BACK,
    N_WORDS,
    PROSE,
    common_with_earlier,
)
from persona_extract.records.settings import ReadSettings

CUT = "[…]"
"""Stands where text was left out."""

_ALIKE = 0.8  # Jaccard of longer words from which a turn says nothing new
_BARE_WORDS = 3
_MOSTLY = 0.6  # share of a turn's words in its prose below which the rest is pasted
_OWN_WORDS = 5  # fewer words around a paste say next to nothing
_HEAD_SHARE = 2 / 3


def shown_turns(turns: pl.DataFrame, settings: ReadSettings) -> pl.DataFrame:
    """One row a user turn of `records.tables.TURNS`, by user, conversation and turn.

    Returns:
        user_key, conversation_id, domain, turn; `kind`: "shown", or why not: "no words" (figures,
        marks), "pasted" (next to no prose), "repeated" (says what an earlier turn said, or merely
        asks to go on once more); `words` of its prose; `line`, the user's words with white space
        folded, the middle of long ones cut; `before`, what is told of the assistant's message
        before it, null if nothing; `situations`, those of `records.catalogue.Situation` that hold
        of the turn.
    """
    return (
        turns.sort("user_key", "conversation_id", "turn")
        .with_columns(_prose=PROSE, _words=N_WORDS.fill_null(0), _keywords=KEYWORDS)
        .with_columns(_kind=_kind())
        .select(
            "user_key",
            "conversation_id",
            "domain",
            "turn",
            kind=pl.col("_kind"),
            words=pl.col("_words").cast(pl.UInt32),
            line=_line(settings.user_chars),
            before=_before(settings.assistant_chars),
            situations=_situations(),
        )
    )


def _kind() -> pl.Expr:
    key = _folded(pl.col("text")).str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]+", " ")
    again = ~pl.struct("conversation_id", key.alias("key")).is_first_distinct()
    go_on = (_continues() == 1).fill_null(False) & (pl.col("_words") <= _BARE_WORDS)
    went_on = go_on & (go_on.cast(pl.UInt32).cum_sum().over("conversation_id") > 1)
    return (
        pl.when(~pl.col("text").str.contains(r"\p{L}"))
        .then(pl.lit("no words"))
        .when(pl.col("_prose").is_null() | (_mostly_pasted() & (pl.col("_words") < _OWN_WORDS)))
        .then(pl.lit("pasted"))
        .when(again | went_on | (_likeness() >= _ALIKE))
        .then(pl.lit("repeated"))
        .otherwise(pl.lit("shown"))
    )


def _mostly_pasted() -> pl.Expr:
    return pl.col("_words") < _MOSTLY * pl.col("text").str.count_matches(r"\S+")


def _continues() -> pl.Expr:
    return next(d.expr for d in all_dimensions() if d.name == "continues")


def _likeness() -> pl.Expr:
    """Jaccard similarity of the longer words with the nearest of the last four turns."""
    mine = pl.col("_keywords").list.len()
    alike: list[pl.Expr] = []
    for back in LOOKED_BACK:
        common = common_with_earlier(back)
        theirs = mine.shift(back).over("conversation_id", order_by="turn")
        alike.append(pl.when(common >= 3).then(common / (mine + theirs - common)).otherwise(0.0))
    return pl.max_horizontal(alike)


def _line(chars: int) -> pl.Expr:
    """Long turns and those with pasted code by their prose only; the rest as typed."""
    typed = pl.col("text")
    fenced = typed.str.contains("```", literal=True)
    prose = fenced | _mostly_pasted() | (typed.str.len_chars() > chars)
    text = _folded(pl.when(prose).then(pl.col("_prose")).otherwise(typed).fill_null(""))
    head = round(chars * _HEAD_SHARE)
    cut = pl.format(
        "{} {} {}",
        text.str.head(head).str.strip_chars(),
        pl.lit(CUT),
        text.str.tail(chars - head).str.strip_chars(),
    )
    return pl.when(text.str.len_chars() > chars).then(cut).otherwise(text)


def _before(chars: int) -> pl.Expr:
    """E.g. "asked: For how many?", "412 words". Words of the assistant only where it wants
    something of the user: else what it did tells enough of what the user reacts to."""
    said = _folded(pl.col("assistant_before").fill_null(""))
    acts = pl.concat_list(
        pl.when(LONG).then(pl.format("{} words", said.str.count_matches(" ") + 1)),
        pl.when(REFUSED).then(pl.lit("refused")),
        pl.when(ERRED).then(pl.lit("erred")),
        pl.when(ASKED).then(pl.lit("asked")),
    ).list.drop_nulls()
    told = acts.list.join(", ")
    question = pl.when(ASKED).then(_question(said, chars)).otherwise(pl.lit(""))
    whole = pl.when(question != "").then(pl.format("{}: {}", told, question)).otherwise(told)
    return pl.when(acts.list.len() > 0).then(whole)


def _question(said: pl.Expr, chars: int) -> pl.Expr:
    """The last question, or the end where a request was put without a question mark."""
    asked = said.str.extract(r"([^.?!]*\?)[^?]*$", 1).fill_null(said)
    return asked.str.tail(chars).str.strip_chars()


def _situations() -> pl.Expr:
    answered = pl.col("assistant_before").is_not_null()
    rules = (
        (pl.lit(True), "always"),
        (pl.col("turn") == 0, "opening"),
        (pl.col("turn") > 0, "follow-up"),
        (answered & ASKED, "after a question"),
        (answered & ERRED, "after an error"),
        (answered & REFUSED, "after a refusal"),
        (answered & LONG, "after a long answer"),
        (IS_LAST, "ending"),
    )
    found = [pl.when(rule.fill_null(False)).then(pl.lit(name)) for rule, name in rules]
    return pl.concat_list(found).list.drop_nulls()


def _folded(text: pl.Expr) -> pl.Expr:
    return text.str.replace_all(r"\s+", " ").str.strip_chars()
