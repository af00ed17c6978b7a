from __future__ import annotations

import numpy as np
import pytest

from persona_extract.records.results import DimensionResult
from persona_extract.report.charts import draw_charts
from persona_extract.report.intervals import draw_dimensions
from persona_extract.report.movement import place_names
from persona_extract.report.population import axis_kind, swarm
from tests.unit.report.sample import empty_results, hostile_results, sample_results


@pytest.mark.parametrize("results", [sample_results(1), sample_results(25), hostile_results("<b>")])
def test_every_chart_is_valid_vega_lite(results) -> None:
    for chart in draw_charts(results).values():
        assert chart.to_dict(validate=True)["layer"]


def test_there_is_a_chart_for_each_part_that_has_numbers() -> None:
    results = sample_results(25)
    charts = draw_charts(results)
    assert {f"dimension-{i}" for i in range(len(results.dimensions))} < charts.keys()
    named = {"dropped", "map", "criterion", "identity", "archetype-criterion", "accuracy"}
    parts = {"distance", "attribution", "formal", "contrasts", "dimensions"}
    named |= {f"stratum-{i}-{part}" for i in (0, 1) for part in parts}
    assert {name for name in charts if not name.startswith("dimension-")} == named


def test_names_on_the_map_do_not_overlap_and_frequent_moves_come_first() -> None:
    clusters = sample_results(25).clusters
    heap = clusters.model_copy(
        update={"points": [p.model_copy(update={"x": 0.0, "y": 0.0}) for p in clusters.points]}
    )
    names = place_names(heap)
    assert len(names) > 1
    most = max(clusters.moves, key=lambda move: move.n_turns).id
    for page in ("narrow", "wide"):
        assert [name["move"] for name in names if name[page]] == [most]
    apart = place_names(clusters)
    room = [sum(name[page] for name in apart) for page in ("narrow", "wide")]
    assert 1 < room[0] <= room[1]


def test_a_long_chart_has_its_axis_above_as_well() -> None:
    stratum = sample_results(25).strata[0]
    long = draw_dimensions(stratum).to_dict(validate=True)
    assert long["resolve"] == {"axis": {"x": "independent"}}
    orients = [layer["encoding"]["x"].get("axis", {}).get("orient") for layer in long["layer"]]
    assert orients == ["top", None]


def test_nothing_is_drawn_of_nothing() -> None:
    assert draw_charts(empty_results()) == {}


def test_swarm_is_symmetric_and_keeps_dots_apart() -> None:
    offsets = swarm(np.array([1.0, 1.0, 1.0, 5.0]))
    assert offsets[3] == 0
    assert offsets[:3].sum() == pytest.approx(0)
    assert len(set(offsets[:3])) == 3


def test_swarm_stays_inside_even_if_all_users_are_alike() -> None:
    offsets = swarm(np.zeros(5000))
    assert abs(offsets).max() <= 1
    assert swarm(np.array([])).shape == (0,)


@pytest.mark.parametrize(
    ("unit", "values", "kind"),
    [
        ("share of turns", [0.001, 0.9], "linear"),
        ("words", [3, 4, 5, 9], "linear"),
        ("words", [3, 4, 5, 900], "log"),
        ("words", [0, 4, 5, 900], "symlog"),
        ("words", [-3, 4, 5, 900], "linear"),
        ("words", [], "linear"),
    ],
)
def test_a_long_tail_gets_a_log_axis_unless_it_is_a_share(unit, values, kind) -> None:
    dimension = DimensionResult(
        name="d",
        group="g",
        definition="",
        unit=unit,
        median=0,
        q25=0,
        q75=0,
        mean=0,
        values=values,
        users=list(range(len(values))),
    )
    assert axis_kind(dimension) == kind
