"""In which language a user writes, turn by turn: the text that is pasted does not count."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# (lingua's compiled module carries no types)

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from functools import cache
from typing import Protocol, cast

import polars as pl

from persona_extract.errors import UsageError

LANGUAGES: dict[str, str] = {
    **{"en": "English", "es": "Spanish", "fr": "French", "it": "Italian", "pt": "Portuguese"},
    **{"de": "German", "nl": "Dutch", "pl": "Polish", "tr": "Turkish", "id": "Indonesian"},
    **{"ru": "Russian", "uk": "Ukrainian", "zh": "Chinese", "ja": "Japanese", "ko": "Korean"},
    **{"ar": "Arabic", "fa": "Persian", "vi": "Vietnamese", "hi": "Hindi", "cs": "Czech"},
    **{"sv": "Swedish", "ro": "Romanian", "hu": "Hungarian", "el": "Greek", "he": "Hebrew"},
    "th": "Thai",
}
"""Languages told apart, by ISO code. A small set is quicker and errs less on short text."""

_HEAD, _TAIL = 400, 150  # characters of a turn that are read: people ask before or after a paste
_NOT_PROSE = (
    r"(?s)```.*?(?:```|$)",
    r"`[^`\n]*`",
    r"https?://\S+|www\.\S+|\S+@\S+\.\S+",
    r"<[^<>]{1,300}>",
    r'(?s)(?:["“”«「„]|\'\')[^"“”«»「」]{15,}?(?:["”»」“]|\'\'|$)',
    r"(?m)^[\x00-\x7F]*[;{}>]\s*$",
    r"(?m)^\s*(?:import|from|#include|using|package|def|class|at) [\x00-\x7F]*$",
    r"[!-~]*(?:[={}\\<>|_$#]|\w[.(:/\[]\w)[!-~]*",
    r"[^\p{L}\p{M}'’\s]+",
    r"\s+",
)
_DENSE = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]"  # scripts without blanks between words
_SPACED = (
    r"[\p{Cyrillic}\p{Arabic}\p{Hebrew}\p{Devanagari}\p{Hangul}\p{Bengali}\p{Tamil}\p{Telugu}"
    r"\p{Armenian}\p{Georgian}][\p{L}\p{M}]+|\p{Greek}[\p{L}\p{M}]{2,}"
)
_ENGLISH = (
    r"(?i)\b(?:the|of|and|to|for|with|what|how|why|this|that|you|your|are|my|it|from|write|please|"
    r"can|make|give|should|not|which|does|have|has|about|between|using|create|code|more)\b"
)


def own_prose(text: pl.Expr) -> pl.Expr:
    """What a user wrote in words: code, addresses, tags, quotes and symbols made blanks."""
    short = text.str.len_chars() <= _HEAD + _TAIL
    ends = pl.concat_str(text.str.head(_HEAD), text.str.tail(_TAIL), separator="\n")
    prose = pl.when(short).then(text).otherwise(ends)
    for pattern in _NOT_PROSE:
        prose = prose.str.replace_all(pattern, " ")
    return prose.str.strip_chars()


def in_language(texts: pl.Series, kept: Sequence[str]) -> pl.Series:
    """For each text whether it is written in a kept language; null where that cannot be told.

    Short Latin text (under 8 letters), text of which nothing is left but code, and text that the
    detector takes for another language although it is full of English function words give null.

    Raises:
        UsageError: a kept language is not in `LANGUAGES`.
    """
    names = {language_name(name, strict=True) for name in kept}
    frame = pl.DataFrame({"text": texts}).with_columns(own_prose(pl.col("text")).alias("prose"))
    distinct = frame.select("prose").unique(maintain_order=True).with_columns(_scripts())
    found = _detected(distinct["detect"].to_list())
    distinct = distinct.with_columns(found).with_columns(_verdict(sorted(names)).alias("verdict"))
    joined = frame.join(distinct, on="prose", how="left", maintain_order="left")
    return joined["verdict"]


def language_name(name: str, *, strict: bool = False) -> str:
    """The name in `LANGUAGES` for a name, an ISO code or a locale; otherwise the name itself.

    Raises:
        UsageError: `strict`, and there is no such language.
    """
    folded = name.strip().lower()
    known = LANGUAGES.get(folded.replace("_", "-").split("-")[0])
    if known or folded.title() in LANGUAGES.values():
        return known or folded.title()
    if not strict:
        return name.strip().title()
    near = get_close_matches(folded.title(), list(LANGUAGES.values()), n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise UsageError(
        f"unknown language {name!r}.{hint} Known: {', '.join(sorted(LANGUAGES.values()))}."
    )


def _scripts() -> list[pl.Expr]:
    """Letters, the share of words in non-Latin scripts, and the text to show the detector."""
    prose = pl.col("prose")
    latin = prose.str.count_matches(r"\p{Latin}[\p{Latin}\p{M}'’]*")
    # two characters of a dense script make about one word
    other = prose.str.count_matches(_DENSE) / 2 + prose.str.count_matches(_SPACED)
    foreign = (other >= 1) & (other > 0.3 * (latin + other))
    only_other = prose.str.replace_all(r"\p{Latin}[\p{Latin}\p{M}'’]*", " ")
    return [
        foreign.alias("foreign"),
        prose.str.count_matches(r"\p{L}").alias("letters"),
        pl.when(foreign).then(only_other).otherwise(prose).alias("detect"),
        (latin / 6 < prose.str.count_matches(_ENGLISH)).alias("english_words")
        & (prose.str.count_matches(_ENGLISH) >= 2),
    ]


def _verdict(names: list[str]) -> pl.Expr:
    kept, sure = pl.col("language").is_in(names), pl.col("confidence") >= 0.5
    looks_english = pl.col("english_words") & pl.lit("English" in names)
    return (
        pl.when(pl.col("foreign"))
        .then(kept)
        .when(pl.col("letters") < 8)
        .then(None)
        .when(kept)
        .then(True)
        .when(~sure | looks_english | (pl.col("letters") < 12))
        .then(None)
        .otherwise(False)
    )


class _Language(Protocol):
    name: str


class _Confidence(Protocol):
    language: _Language
    value: float


class _Detector(Protocol):
    def compute_language_confidence_values_in_parallel(
        self, texts: list[str]
    ) -> list[list[_Confidence]]: ...


def _detected(texts: list[str]) -> pl.DataFrame:
    """language (name in `LANGUAGES`) and confidence (0 to 1) of the likeliest for each text."""
    ranked = _detector().compute_language_confidence_values_in_parallel(texts)
    best = [row[0] for row in ranked]
    return pl.DataFrame(
        {
            "language": [one.language.name.title() if one.value > 0 else None for one in best],
            # lingua sums in parallel; rounding keeps its last bits out of the verdict
            "confidence": [round(one.value, 4) for one in best],
        },
        schema={"language": pl.String, "confidence": pl.Float64},
    )


@cache
def _detector() -> _Detector:
    """Low accuracy mode: 70 MB and 7,000 texts/s instead of 640 MB and 2,000 texts/s."""
    from lingua import Language, LanguageDetectorBuilder

    chosen = [getattr(Language, name.upper()) for name in LANGUAGES.values()]
    builder = LanguageDetectorBuilder.from_languages(*chosen).with_low_accuracy_mode()
    return cast(_Detector, builder.build())
