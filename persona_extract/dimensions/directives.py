"""How a value of a dimension is written for people and simulators."""

from __future__ import annotations

import math

from persona_extract.dimensions.protocol import Dimension, Side

NOTICED = 0.05
"""Share above which a low value is said: "do not" would be more than the person does."""


def word_directive(dimension: Dimension, side: Side, value: float) -> str | None:
    """The dimension's instruction for that side with the value in it; None if it has none."""
    template = dimension.directives.get(side)
    if template is None:
        return None
    text = template.format(value=show_value(dimension, value))
    text = text.replace("about 100%", "nearly all").replace("100%", "nearly all")
    seldom = dimension.unit.startswith("share of") and "{value}" not in template
    if side == "low" and value >= NOTICED and seldom:
        return f"{text} (In about {show_value(dimension, value)} of cases you do otherwise.)"
    return text


def show_value(dimension: Dimension, value: float) -> str:
    """The value as people read it: a share as per cent, a logarithm as the number behind it."""
    if dimension.unit.startswith("share"):
        return f"{round(100 * value)}%"
    if dimension.unit.startswith("ln("):
        return f"{max(1, round(number_behind(dimension, value)))}"
    return f"{value:.1f}".removesuffix(".0")


def number_behind(dimension: Dimension, value: float) -> float:
    """The number whose logarithm a value is; the value itself where it is none."""
    if dimension.unit.startswith("ln(1+"):
        return math.expm1(value)
    return math.exp(value) if dimension.unit.startswith("ln(") else value
