"""Which conversations are kept, why the others are not, and what is masked in those that are."""

from persona_extract.curate.duplicates import SIGNATURES, duplicates, signatures
from persona_extract.curate.judge import Judged, judge
from persona_extract.curate.language import forget_detectors
from persona_extract.curate.presets import PRESETS, preset
from persona_extract.curate.privacy import KINDS, Masked, mask, mask_expr
from persona_extract.curate.reasons import REASONS
from persona_extract.curate.repair import REPAIRS
from persona_extract.curate.turns import user_turns

__all__ = [
    "KINDS",
    "PRESETS",
    "REASONS",
    "REPAIRS",
    "SIGNATURES",
    "Judged",
    "Masked",
    "duplicates",
    "forget_detectors",
    "judge",
    "mask",
    "mask_expr",
    "preset",
    "signatures",
    "user_turns",
]
