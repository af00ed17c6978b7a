"""The index as published, and one with two quirks mended, under a name of its own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Variant:
    """Which index a result belongs to; its name stands in every row of features."""

    name: str
    fold_apostrophes: bool
    """Whether a curly apostrophe matches as a straight one does."""
    identifiers_only: bool
    """Whether `id_density` leaves out words of six letters that hold no digit."""


USI = Variant("USI", fold_apostrophes=False, identifiers_only=False)
"""The User-Sim Index exactly."""

USI_FIXED = Variant("USI-F", fold_apostrophes=True, identifiers_only=True)
"""The same with contractions found however their apostrophe is typed, and identifiers counted
rather than every longer word. Its scores compare with no published number."""
