from __future__ import annotations

from pathlib import Path

import altair as alt
import pytest

from persona_extract.dimensions import all_dimensions
from persona_extract.errors import UsageError
from persona_extract.records.meters import DimensionFormalism, Spread
from persona_extract.records.results import Interval
from persona_extract.report.formalism import ROWS, by_distance, chosen
from persona_extract.report.pictures import check_kind, save_picture
from tests.unit.fidelity.samples_made import made


def test_html_needs_no_network(tmp_path: Path) -> None:
    point = alt.Chart(alt.InlineData(values=[{"x": 1}])).mark_point().encode(x="x:Q")
    save_picture(alt.vconcat(point), tmp_path / "a.html")
    written = (tmp_path / "a.html").read_text()
    assert "<script src=" not in written and "vegaEmbed" in written


def test_other_endings_are_refused() -> None:
    with pytest.raises(UsageError, match=r"\.png, \.svg, \.html"):
        check_kind(Path("a.pdf"))


def test_the_picture_shows_the_dimensions_farthest_from_people() -> None:
    from persona_extract.fidelity.formalism import measure_formalism

    rising = [n / 19 for n in range(20)]
    people = made("p", {"please": rising, "commas": rising, "wants": rising}, people=True)
    c = made("c", {"please": [0.6] * 12, "commas": [0.0] * 12, "wants": [0.0] * 12})
    found = measure_formalism(people, [c], resamples=20)
    rows, of = chosen(found, everything=False)
    assert [d.dimension for d in rows] == ["commas", "please"] and of == 2
    assert len(by_distance(found.dimensions)) == 3
    assert ROWS <= 25


def test_every_row_has_its_name(tmp_path: Path) -> None:
    """An axis of numbers would leave out names that stand close together."""
    from persona_extract.fidelity.formalism import measure_formalism
    from persona_extract.report.formalism import draw_formalism

    names = [d.name for d in all_dimensions() if d.formal][:20]
    rising = {name: [n / 19 for n in range(20)] for name in names}
    found = measure_formalism(made("p", rising, people=True), [made("c", rising)], resamples=20)
    save_picture(draw_formalism(found), tmp_path / "a.svg")
    drawn = (tmp_path / "a.svg").read_text()
    assert [name for name in names if f">{name.replace('_', ' ')}" not in drawn] == []


def test_dimensions_without_candidates_come_last() -> None:
    nothing = Spread(n=1, mean=0, sd=1, q10=0, q25=0, q50=0, q75=0, q90=0)
    empty = DimensionFormalism(
        dimension="a", group="g", unit="u", formal=1, people=nothing, users_sd=None, candidates=[]
    )
    assert by_distance([empty]) == [empty]
    assert Interval(value=0, low=0, high=0)
