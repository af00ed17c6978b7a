"""Results as people read them: logarithms as the numbers behind them, a path as its last part."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import PurePosixPath, PureWindowsPath

from persona_extract.records.models import ROLES
from persona_extract.records.results import DimensionResult, Results
from persona_extract.records.settings import Settings

_DECIMALS = 4
_LOCAL = re.compile(r"^(?P<kind>[A-Za-z][\w-]+:)?(?P<path>(?:/(?!/)|~|\.{1,2}/|[A-Za-z]:[\\/]).*)$")


def in_plain_units(results: Results) -> Results:
    """The same results with every logarithmic dimension in words, turns or whatever it counts."""
    return results.model_copy(update={"dimensions": [_plain(d) for d in results.dimensions]})


def short_source(source: str) -> str:
    """Name of a local file or folder without the folders above it, which name the machine's
    people; any other source as it is."""
    found = _LOCAL.match(source)
    if not found:
        return source
    path = found["path"]
    name = PureWindowsPath(path).name if "\\" in path else PurePosixPath(path).name
    return f"{found['kind'] or ''}{name or path}"


def without_places(settings: Settings) -> Settings:
    """The settings without addresses and local paths: a report may be passed on."""
    models = settings.models
    bare = {role: models.of(role).model_copy(update={"base_url": None}) for role in ROLES}
    encoder = short_source(settings.cluster.encoder)
    cluster = settings.cluster.model_copy(update={"previous": None, "encoder": encoder})
    return settings.model_copy(
        update={"models": models.model_copy(update={**bare, "cache": None}), "cluster": cluster}
    )


def _plain(dimension: DimensionResult) -> DimensionResult:
    found = re.fullmatch(r"ln\((1\+)?(.+)\)", dimension.unit)
    if not found:
        return dimension
    back: Callable[[float], float] = math.expm1 if found[1] else math.exp
    ratio = "/" in found[2]
    numbers = {
        name: round(back(getattr(dimension, name)), _DECIMALS)
        for name in ("q25", "median", "q75", "mean")
    }
    return dimension.model_copy(
        update={
            "unit": "times as many" if ratio else found[2],
            "definition": _define(dimension.definition, ratio),
            "values": [round(back(value), _DECIMALS) for value in dimension.values],
            **numbers,
        }
    )


def _define(definition: str, ratio: bool) -> str:
    """A logarithm is only how turns were averaged; a ratio turns over at 1 where its logarithm
    does at 0."""
    said = re.sub(r"(?<!averaged )\bas a logarithm\b", "averaged as a logarithm", definition)
    return re.sub(r"\b(above|below) 0\b", r"\1 1", said) if ratio else said
