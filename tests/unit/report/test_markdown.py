from __future__ import annotations

from pathlib import Path

from persona_extract.report.markdown import escape, markdown_summary
from tests.conftest import Golden
from tests.unit.report.sample import empty_results, hostile_results, sample_results

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "report" / "summary.md"


def test_summary_is_the_golden_one(golden: Golden) -> None:
    golden(GOLDEN, markdown_summary(sample_results(40)))


def test_text_of_strangers_breaks_no_table_and_makes_no_markup() -> None:
    attack = "a | b\n# c <script> [x](y) `z` **w** ![i](j) &lt;"
    made = markdown_summary(hostile_results(attack))
    assert "<script" not in made
    assert "\n# c" not in made
    assert "](y)" not in made.replace("\\](y)", "")
    bars = 0
    for line in made.splitlines():
        found = line.replace("\\|", "").count("|") if line.startswith("|") else 0
        assert not (found and bars) or found == bars, line
        bars = found


def test_escape_keeps_plain_text() -> None:
    assert escape("asks for  a shorter\nversion") == "asks for a shorter version"


def test_an_empty_run_says_why_identity_is_missing() -> None:
    made = markdown_summary(empty_results())
    assert "Fewer than two users have two conversations." in made
    assert "Not measured. No case could be played." in made
    assert "made up" not in made
