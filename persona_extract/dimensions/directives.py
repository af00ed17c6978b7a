"""How a value of a dimension is written for people and simulators."""

from __future__ import annotations

import math

from persona_extract.dimensions.protocol import Dimension, Side


def word_directive(dimension: Dimension, side: Side, value: float) -> str | None:
    """The dimension's instruction for that side with the value in it; None if it has none."""
    template = dimension.directives.get(side)
    if template is None:
        return None
    text = template.format(value=show_value(dimension, value))
    return text.replace("about 100%", "nearly all").replace("100%", "nearly all")


def show_value(dimension: Dimension, value: float) -> str:
    """The value as people read it: a share as per cent, a logarithm as the number behind it."""
    if dimension.unit.startswith("share"):
        return f"{round(100 * value)}%"
    if dimension.unit.startswith("ln(1+"):
        return f"{max(1, round(math.expm1(value)))}"
    if dimension.unit.startswith("ln("):
        return f"{max(1, round(math.exp(value)))}"
    return f"{value:.1f}".removesuffix(".0")
