"""Names of persons and places masked by Presidio, an optional extra (MIT, Microsoft)."""

# pyright: reportMissingImports=false, reportUnknownVariableType=false
# pyright: reportUnknownMemberType=false, reportMissingTypeStubs=false
# (an extra: not installed where this is checked)

from __future__ import annotations

from functools import cache
from typing import Protocol, cast

import polars as pl

from persona_extract.errors import UsageError

PERSONAL = (
    "PERSON",
    "LOCATION",
    "NRP",
    "US_SSN",
    "US_PASSPORT",
    "US_DRIVER_LICENSE",
    "MEDICAL_LICENSE",
)
"""Presidio's entities that the patterns do not look for; each becomes a mark of its name."""
MODEL = "en_core_web_lg"
"""spaCy model that Presidio reads with."""

_SURE = 0.6  # Presidio's score; its spaCy names have 0.85


class _Found(Protocol):
    entity_type: str
    start: int
    end: int


class _Analyzer(Protocol):
    def analyze(
        self, text: str, language: str, *, entities: list[str], score_threshold: float
    ) -> list[_Found]: ...


def mask_presidio(texts: pl.Series) -> pl.Series:
    """Texts with `PERSONAL` entities replaced by `<PERSON>` and so on. English only.

    Raises:
        UsageError: Presidio or its language model is not installed.
    """
    analyzer = _analyzer()
    distinct = texts.drop_nulls().unique(maintain_order=True)
    masked = [_masked(analyzer, text) for text in distinct]
    return texts.replace_strict(distinct, pl.Series(masked, dtype=pl.String), default=None)


def _masked(analyzer: _Analyzer, text: str) -> str:
    found = analyzer.analyze(text, "en", entities=list(PERSONAL), score_threshold=_SURE)
    end = len(text)
    for one in sorted(found, key=lambda one: (one.end, one.start), reverse=True):
        inside_mark = text[: one.start].rstrip().endswith(("<", ":"))
        if one.end <= end and not inside_mark:  # overlapping finds: the last stays
            text = f"{text[: one.start]}<{one.entity_type}>{text[one.end :]}"
            end = one.start
    return text


@cache
def _analyzer() -> _Analyzer:
    try:
        import spacy.util
        from presidio_analyzer import AnalyzerEngine
    except ImportError:
        raise UsageError(
            'mask = "presidio" needs the extra: pip install "persona-extract[presidio]", '
            f"and then: python -m spacy download {MODEL}"
        ) from None
    if not spacy.util.is_package(MODEL):  # Presidio would download it unasked
        raise UsageError(f"Presidio reads with a spaCy model: python -m spacy download {MODEL}")
    return cast(_Analyzer, AnalyzerEngine())
