"""`persona-extract dimensions`: the table, one dimension, JSON, wrong names."""

from __future__ import annotations

import json

from persona_extract.dimensions import all_dimensions, find_dimension
from persona_extract.dimensions.measured import is_personal
from tests.unit.cli.shell import Shell


def test_the_table_has_every_dimension_with_its_verdict(shell: Shell) -> None:
    ended = shell("dimensions")
    assert ended.code == 0 and not ended.err
    lines = ended.out.splitlines()
    assert max(map(len, lines)) <= 100
    shown = {line.split()[0]: line for line in lines if line.startswith("  ")}
    for dimension in all_dimensions():
        verdict = "personal" if is_personal(dimension) else "population"
        assert verdict in shown[dimension.name]
    assert f"{len(all_dimensions())} dimensions" in ended.out


def test_one_group_only(shell: Shell) -> None:
    ended = shell("dimensions", "--group", "courtesy")
    assert "greeting" in ended.out and "commas" not in ended.out


def test_one_dimension_with_all_that_is_known(shell: Shell) -> None:
    ended = shell("dimensions", "thanks")
    assert max(map(len, ended.out.splitlines())) <= 80
    flat = " ".join(ended.out.split())
    dimension = find_dimension("thanks")
    for told in (dimension.definition, dimension.source, dimension.unit, "DerSimonian"):
        assert told in flat
    for directive in dimension.directives.values():
        assert directive in flat
    for heading in (
        "Reliability",
        "RealHumanEval",
        "STAR",
        "precision",
        "recall",
        "kappa",
        "Check",
    ):
        assert heading in ended.out
    for example in dimension.examples.values():
        assert example.splitlines()[-1] in flat


def test_every_dimension_can_be_shown(shell: Shell) -> None:
    for dimension in all_dimensions():
        ended = shell("dimensions", dimension.name)
        assert ended.code == 0 and ended.out.startswith(f"{dimension.name} ({dimension.group})")


def test_json_is_everything(shell: Shell) -> None:
    cards = json.loads(shell("dimensions", "--json").out)["dimensions"]
    assert [one["name"] for one in cards] == [dimension.name for dimension in all_dimensions()]
    one = json.loads(shell("dimensions", "thanks", "--json").out)
    assert one in cards
    assert one["validity"]["label"] == "thanks" and set(one["directives"]) == {"low", "high"}
    assert {found["corpus"] for found in one["reliability"]} == {"RealHumanEval", "STAR"}


def test_a_wrong_name_is_met_with_the_nearest(shell: Shell) -> None:
    ended = shell("dimensions", "lowercase_strat")
    assert ended.code == 2 and not ended.out
    assert "lowercase_start" in ended.err
    assert shell("dimensions", "qqqqqq").code == 2


def test_a_wrong_group_is_met_with_the_groups(shell: Shell) -> None:
    ended = shell("dimensions", "--group", "manners")
    assert ended.code == 2 and "courtesy" in ended.err
    assert shell("dimensions", "thanks", "--group", "courtesy").code == 2
