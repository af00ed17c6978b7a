"""What was measured about the dimensions themselves: are they reliable, are they valid?

The figures stand in `measured.csv` beside this file. `benchmarks/dimensions.py --write` computes
them from RealHumanEval and STAR (reliability: `fidelity.reliability`) and from turns labelled by
reading (validity: `fidelity.validity`). What is not in the table counts as unmeasured.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from persona_extract.dimensions.protocol import Dimension

CORPORA: Mapping[str, str] = {"realhumaneval": "RealHumanEval", "star": "STAR"}
"""Corpora with known users that reliability is measured on: key in the table -> name."""

FIGURES = ("reliability", "low", "high", "users")
CHECKED = ("kappa", "precision", "precision_low", "recall", "n_predicted", "n_labelled")
COLUMNS = ("name", *(f"{corpus}_{figure}" for corpus in CORPORA for figure in FIGURES), *CHECKED)
"""Columns of `measured.csv`; an empty cell is a figure that does not exist."""

MIN_USERS = 20
"""On fewer users nothing is above chance, whatever the interval says."""

MIN_PRECISION = 0.7
"""A rule that reads meaning and is right less often instructs nobody."""


@dataclass(frozen=True, slots=True)
class Reliability:
    """How far the same people would come out the same again (`fidelity.reliability`).

    Attributes:
        value: corrected split-half correlation, -1 to 1; 0 where all users are equal; None with
            fewer than three users.
        low, high: 95 % interval over users; None as `value`.
        users: users with two conversations or more on which the dimension is defined.
    """

    value: float | None
    low: float | None
    high: float | None
    users: int

    @property
    def above_chance(self) -> bool:
        """Whether the interval lies above 0, on `MIN_USERS` users or more."""
        return self.low is not None and self.low > 0 and self.users >= MIN_USERS


@dataclass(frozen=True, slots=True)
class Measured:
    """One row of the table.

    Attributes:
        name: of the dimension, or of an act of the assistant.
        reliability: corpus -> how stable people are on it there.
        kappa: agreement of two labelling passes on the dimension's label.
        precision, precision_low, recall: of the rule against the final labels.
        n_predicted, n_labelled: turns behind precision and behind recall.

    The last six are None for a dimension that counts marks or words and reads no meaning.
    """

    name: str
    reliability: Mapping[str, Reliability]
    kappa: float | None
    precision: float | None
    precision_low: float | None
    recall: float | None
    n_predicted: int | None
    n_labelled: int | None


def measured(name: str) -> Measured | None:
    """What was measured of the dimension, or of the rule for an act of the assistant
    (`_acts.ACTS`), of that name; None if it is not in the table."""
    return _table().get(name)


def is_personal(dimension: Dimension) -> bool:
    """Whether the dimension may instruct the simulation of one person.

    It must tell people apart above chance on at least one corpus and, if it reads meaning, be
    right in `MIN_PRECISION` of the turns that it finds. Every other dimension, and one that was
    never measured, describes populations only.
    """
    found = measured(dimension.name)
    if found is None or not any(one.above_chance for one in found.reliability.values()):
        return False
    if not dimension.label:
        return True
    return found.precision is not None and found.precision >= MIN_PRECISION


@cache
def _table() -> dict[str, Measured]:
    text = files("persona_extract.dimensions").joinpath("measured.csv").read_text(encoding="utf-8")
    return {row["name"]: _measured(row) for row in csv.DictReader(text.splitlines())}


def _measured(row: dict[str, str]) -> Measured:
    return Measured(
        name=row["name"],
        reliability={corpus: _reliability(row, corpus) for corpus in CORPORA},
        kappa=_number(row["kappa"]),
        precision=_number(row["precision"]),
        precision_low=_number(row["precision_low"]),
        recall=_number(row["recall"]),
        n_predicted=_whole(row["n_predicted"]),
        n_labelled=_whole(row["n_labelled"]),
    )


def _reliability(row: dict[str, str], corpus: str) -> Reliability:
    value, low, high = (_number(row[f"{corpus}_{figure}"]) for figure in FIGURES[:3])
    return Reliability(value, low, high, _whole(row[f"{corpus}_users"]) or 0)


def _number(cell: str) -> float | None:
    return float(cell) if cell else None


def _whole(cell: str) -> int | None:
    return int(cell) if cell else None
