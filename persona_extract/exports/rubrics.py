"""Checks in words: what a judge would see if a simulated user did not do what it was told."""

from __future__ import annotations

import math
import re

from persona_extract.dimensions import find_dimension
from persona_extract.dimensions.directives import number_behind
from persona_extract.dimensions.protocol import Dimension
from persona_extract.errors import UsageError
from persona_extract.exports.inert import inert
from persona_extract.profile.harmless import harmless_line
from persona_extract.profile.lines import MOST_DIRECTIVE
from persona_extract.records.directives import (
    Check,
    Directive,
    ImportedDirective,
    MeasuredDirective,
)

_LOGARITHM = re.compile(r"[,;] (?:both )?as (?:a )?logarithms?\b.*")
"""What a definition says of the scale of its values; rubrics give the numbers behind them."""


def violation(directive: Directive) -> str | None:
    """What breaks a directive; None if nothing tests it.

    A measured directive is broken on the other side of its threshold, a read one by a no to its
    question.
    """
    if isinstance(directive, MeasuredDirective):
        return _broken(directive.check)
    if isinstance(directive, ImportedDirective) or directive.check is None:
        return None
    question = inert(harmless_line(directive.check.question, MOST_DIRECTIVE))
    return f"The answer to this question about the user's messages is no: {question}"


def _broken(check: Check) -> str:
    least = check.operator == ">="
    counted = f"Over {check.min_turns} or more of the user's messages"
    try:
        dimension = find_dimension(check.dimension)
    except UsageError:  # a pack made with other dimensions
        name, side = check.dimension.replace("_", " "), "below" if least else "above"
        return f"{counted}, the mean of {inert(name)} is {side} {check.threshold:g}."
    defined = _LOGARITHM.sub(".", dimension.definition)
    return f"{counted}, {_side(dimension, check.threshold, least=least)}: {defined}"


def _side(dimension: Dimension, threshold: float, *, least: bool) -> str:
    """The wrong side of a threshold, in the unit of its dimension."""
    if dimension.unit.startswith("share of "):
        amount = "fewer" if least else "more"
        return f"{amount} than {_number(100 * threshold)}% of {dimension.unit[9:]} are so"
    side, unit = "below" if least else "above", dimension.unit
    mean = "mean"
    if unit.startswith("ln("):
        mean, unit = "typical value", unit.removeprefix("ln(").removeprefix("1+").removesuffix(")")
    return f"the {mean} is {side} {_number(number_behind(dimension, threshold))} {unit}"


def _number(value: float) -> str:
    """Two digits, and none of a hundred or more."""
    if value == 0 or math.isinf(value):
        return f"{value:g}"
    return f"{round(value)}" if abs(value) >= 10 else f"{value:.2g}"
