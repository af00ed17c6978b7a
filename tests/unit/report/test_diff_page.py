from __future__ import annotations

import pytest

from persona_extract.fidelity.drift import Effort
from persona_extract.packs.read import Pack
from persona_extract.pipeline.pack_diff import compare_packs
from persona_extract.records.diff import DimensionShift
from persona_extract.records.results import Interval
from persona_extract.report.diff import diff_page, picture
from tests.unit.packs.test_pack_diff import demo as demo

EVIL = "<script>alert(1)</script>"


def shift(value: float, low: float, high: float) -> DimensionShift:
    return DimensionShift(
        dimension="commas",
        n_a=9,
        n_b=9,
        mean_a=0,
        mean_b=value,
        unit=1,
        effect=Interval(value=value, low=low, high=high),
        wasserstein=abs(value),
        p=0.5,
        q=0.5,
        moved=False,
    )


def test_names_of_strangers_are_escaped(demo: Pack) -> None:
    found = compare_packs(demo, demo, effort=Effort(99, 20))
    evil = found.model_copy(
        update={
            "a": found.a.model_copy(update={"name": EVIL, "corpora": [EVIL]}),
            "reasons": [EVIL],
            "notes": [EVIL],
            "left_out": {EVIL: EVIL},
        }
    )
    assert "<script" not in diff_page(evil)
    assert diff_page(evil).count("&lt;script&gt;") >= 6


def test_everything_lies_within_the_picture() -> None:
    drawn = picture([shift(0.5, 0.2, 0.9), shift(-0.3, -0.8, 0.1), shift(40, -3, 90)], 0.2)
    assert drawn.zero == 50
    assert drawn.thresholds[0] == pytest.approx(100 - drawn.thresholds[1])
    for row in drawn.rows:
        assert 0 <= row.low <= row.at <= row.low + row.width + 0.02 <= 100.04
    at = [row.at for row in drawn.rows]
    assert at[1] < 50 < at[0] < at[2]
    assert "0" in {text for _, text in drawn.ticks}
    assert len(drawn.ticks) >= 3


def test_equal_packs_have_a_picture_too() -> None:
    assert [row.at for row in picture([shift(0, 0, 0)], 0.2).rows] == [50]
