"""The plot of the User-Sim Index."""

from __future__ import annotations

from persona_extract.fidelity.usi.drawing import Drawing
from persona_extract.fidelity.usi.ranked import rank_candidates
from persona_extract.fidelity.usi.sides import feature_rows, make_side
from persona_extract.report.usi import draw_usi
from tests.unit.fidelity.usi_talks import POLITE, talks

PARTS = {
    "people": talks(20, seed=1, human=True),
    "near": talks(20, seed=2),
    "<far>": talks(20, POLITE, seed=3),
}


def test_a_panel_a_score_candidates_best_first_and_ranks_in_words() -> None:
    people, near, far = (make_side(name, feature_rows(each), 0) for name, each in PARTS.items())
    found = rank_candidates(people, [far, near], drawing=Drawing(100, 20))
    spec = draw_usi(found).to_dict(validate=True)
    panels = [panel for row in spec["vconcat"] for panel in row["hconcat"]]
    assert [panel["title"]["text"][:2] for panel in panels] == ["me", "D1", "D2", "D3", "D4"]
    rows = spec["datasets"][panels[0]["data"]["name"]]
    assert [row["name"] for row in rows] == ["1 near", "2 <far>"]
    for row in rows:
        assert row["low"] <= row["value"] <= row["high"]
        assert row["ceiling_low"] <= row["ceiling"] <= row["ceiling_high"]
