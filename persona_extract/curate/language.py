"""In which language a user writes, turn by turn: the text that is pasted does not count."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# (lingua's compiled module carries no types)

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Protocol, cast

import polars as pl

from persona_extract.errors import UsageError

# fmt: off
LANGUAGES: dict[str, str] = {
    "en": "English", "es": "Spanish", "fr": "French", "it": "Italian", "pt": "Portuguese",
    "de": "German", "nl": "Dutch", "pl": "Polish", "tr": "Turkish", "id": "Indonesian",
    "ru": "Russian", "uk": "Ukrainian", "zh": "Chinese", "ja": "Japanese", "ko": "Korean",
    "ar": "Arabic", "fa": "Persian", "vi": "Vietnamese", "hi": "Hindi", "cs": "Czech",
    "sv": "Swedish", "ro": "Romanian", "hu": "Hungarian", "el": "Greek", "he": "Hebrew",
    "th": "Thai",
}
# fmt: on
"""Languages told apart, by ISO code. A small set is quicker and errs less on short text."""

_HEAD, _TAIL = 400, 150  # characters of a turn that are read: people ask before or after a paste
_NOT_PROSE = (
    r"(?s)```.*?(?:```|$)",
    r"`[^`\n]*`",
    r"https?://\S+|www\.\S+|\S+@\S+\.\S+",
    r"<[^<>]{1,300}>",
    r'(?s)(?:["“”«「„]|\'\')[^"“”«»「」]{15,}?(?:["”»」“]|\'\'|$)',
    r"(?m)^[\t -~]*[;{}>][\t ]*$",
    r"(?m)^[\t ]*(?:import|from|#include|using|package|def|class|at) [\t -~]*$",
    r"(?m)^(?:[\t -/:-~]{0,20}\d[!-~]*){3,}[\t -/:-~]{0,20}$",  # a row of a table or of a log
    r"[!-~]*(?:[={}\\<>|_$#]|\w[.(:/\[]\w)[!-~]*",
    r"[^\p{L}\p{M}'’\s]+",
    r"\s+",
)
_DENSE = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]"  # scripts without blanks between words
_SPACED = (
    r"[\p{Cyrillic}\p{Arabic}\p{Hebrew}\p{Devanagari}\p{Hangul}\p{Bengali}\p{Tamil}\p{Telugu}"
    r"\p{Armenian}\p{Georgian}][\p{L}\p{M}]+|\p{Greek}[\p{L}\p{M}]{2,}"
)
_LATIN = r"\p{Latin}[\p{Latin}\p{M}'’]*"
_ACCENTED = r"[A-Za-z]*[\p{Latin}--A-Za-z][\p{Latin}]*"
_CAREFUL = ("English", "Spanish", "French", "Italian", "Portuguese", "German", "Dutch", "Polish")
_LETTERS = 8  # fewer Latin letters tell nothing
_ALIEN = 0.05  # kept probability under which the careful detector is believed; see docs/curation.md


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

    Another script decides by itself. Latin text goes to a quick detector, and to a careful one
    (more memory, fewer languages) where the quick one says no, which on short technical turns it
    often does wrongly. Text under 8 letters and text that is all code give null.

    Raises:
        UsageError: a kept language is not in `LANGUAGES`.
    """
    names = sorted({language_name(name, strict=True) for name in kept})
    frame = pl.DataFrame({"text": texts}).select(own_prose(pl.col("text")).alias("prose"))
    distinct = frame.unique(maintain_order=True).with_columns(_scripts())
    quick = _detected(distinct["shown"], tuple(LANGUAGES.values()), names, careful=False)
    distinct = distinct.with_columns(quick).with_columns(
        asked=~pl.col("foreign") & ~pl.col("is_kept") & (pl.col("letters") >= _LETTERS)
    )
    asked = distinct.filter("asked")
    chosen = tuple(sorted({*_CAREFUL, *names}))
    second = asked.select("prose").with_columns(
        _detected(asked["shown"], chosen, names, careful=True).rename(lambda name: f"{name}_2")
    )
    told = distinct.join(second, on="prose", how="left").with_columns(
        _verdict(english=names == ["English"]).alias("verdict")
    )
    return frame.join(told, on="prose", how="left", maintain_order="left")["verdict"]


def forget_detectors() -> None:
    """Gives back what the detectors hold, 150 MB and more; the next text loads them again."""
    for detector in _DETECTORS.values():
        detector.unload_language_models()
    _DETECTORS.clear()


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
    """letters; foreign (words of another script weigh); accented (a word in four has letters
    outside A to Z); shown, what a detector reads."""
    prose = pl.col("prose")
    latin = prose.str.count_matches(_LATIN)
    # two characters of a dense script make about one word
    other = prose.str.count_matches(_DENSE) / 2 + prose.str.count_matches(_SPACED)
    foreign = (other >= 1) & (other > 0.3 * (latin + other))
    return [
        prose.str.count_matches(r"\p{L}").alias("letters"),
        foreign.alias("foreign"),
        (prose.str.count_matches(_ACCENTED) * 4 >= latin).alias("accented"),
        pl.when(foreign).then(prose.str.replace_all(_LATIN, " ")).otherwise(prose).alias("shown"),
    ]


def _verdict(*, english: bool) -> pl.Expr:
    kept, kept_2, probability_2 = pl.col("is_kept"), pl.col("is_kept_2"), pl.col("probability_2")
    # a detector wants more text than two words; letters that English lacks decide sooner
    accented = pl.col("accented") & pl.lit(english) & (pl.col("letters") >= 4) & ~kept
    return (
        pl.when(pl.col("foreign"))
        .then(kept)
        .when(accented & ~kept_2.fill_null(False))
        .then(False)
        .when(pl.col("letters") < _LETTERS)
        .then(None)
        .when(kept | kept_2.fill_null(False))
        .then(True)
        .when(probability_2 < _ALIEN)
        .then(False)
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
    def unload_language_models(self) -> None: ...


def _detected(
    texts: pl.Series, languages: tuple[str, ...], kept: Sequence[str], *, careful: bool
) -> pl.DataFrame:
    """is_kept: the likeliest language is a kept one; probability: of the kept ones together."""
    is_kept: list[bool] = []
    probability: list[float] = []
    ranked = _ranked(texts.to_list(), languages, careful)
    for row in ranked:
        is_kept.append(row[0].value > 0 and row[0].language.name.title() in kept)
        total = sum(one.value for one in row if one.language.name.title() in kept)
        probability.append(round(total, 4))  # lingua sums in parallel: the last bits vary
    schema = {"is_kept": pl.Boolean, "probability": pl.Float64}
    return pl.DataFrame({"is_kept": is_kept, "probability": probability}, schema=schema)


def _ranked(texts: list[str], languages: tuple[str, ...], careful: bool) -> list[list[_Confidence]]:
    if not texts:
        return []
    return _detector(languages, careful).compute_language_confidence_values_in_parallel(texts)


_DETECTORS: dict[tuple[tuple[str, ...], bool], _Detector] = {}


def _detector(languages: tuple[str, ...], careful: bool) -> _Detector:
    key = (languages, careful)
    if key not in _DETECTORS:
        _DETECTORS[key] = _built(languages, careful)
    return _DETECTORS[key]


def _built(languages: tuple[str, ...], careful: bool) -> _Detector:
    """Low accuracy: 70 MB, 7,000 texts/s. Careful: 330 MB with 9 languages, 1 s to load."""
    from lingua import Language, LanguageDetectorBuilder

    chosen = [getattr(Language, name.upper()) for name in languages]
    builder = LanguageDetectorBuilder.from_languages(*chosen)
    if not careful:
        builder = builder.with_low_accuracy_mode()
    return cast(_Detector, builder.build())
