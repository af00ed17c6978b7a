"""Which profiles of a pack go into an export, and what has to be said for it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from persona_extract.errors import PackError, PersonaExtractError, SourceError, UsageError
from persona_extract.packs.read import read_pack
from persona_extract.pipeline import exporting
from persona_extract.pipeline.exporting import Order, export_pack, read_goals, write_export
from persona_extract.pipeline.pack_sample import sample_panel

DEMO = Path(__file__).parents[3] / "profiles" / "demo"
PACK = read_pack(DEMO)
IDS = [each.id for each in PACK.profiles]
SCENARIO = {"id": "s1", "domain": None, "requests": ["Cancel the order."]}


def people(order: Order) -> list[dict[str, object]]:
    written = export_pack(DEMO, "tau2", order)
    return json.loads(written.files["tau2.json"])["people"]


def panel(tmp_path: Path, harm: Callable[[Any], object] = lambda panel: None) -> Path:
    drawn = sample_panel(PACK, 5).model_dump(mode="json")
    harm(drawn)
    path = tmp_path / "panel.json"
    path.write_text(json.dumps(drawn))
    return path


def test_all_profiles_or_those_named(tmp_path: Path) -> None:
    assert [each["profile"] for each in people(Order())] == IDS
    assert people(Order(profiles=(IDS[3], IDS[1][:10]))) == [
        {"profile": IDS[1]},
        {"profile": IDS[3]},
    ]


@pytest.mark.parametrize("start", ["p_", "q", ""])
def test_an_unknown_or_ambiguous_profile(start: str) -> None:
    with pytest.raises(UsageError, match="For example: p_"):
        people(Order(profiles=(start,)))


def test_a_panel_gives_its_weights_in_the_order_of_the_pack(tmp_path: Path) -> None:
    weights = {one.profile: one.weight for one in sample_panel(PACK, 5).members}
    assert people(Order(panel=panel(tmp_path))) == [
        {"profile": name, "weight": weights[name]} for name in IDS if name in weights
    ]


@pytest.mark.parametrize(
    ("harm", "why"),
    [
        (lambda p: p.update(digest="0" * 64), "panel of another pack"),
        (lambda p: p.pop("digest"), "digest: Field required"),
        (lambda p: p["members"][0].update(weight=-0.5), "weight"),
        (lambda p: p["members"].pop(), "weights sum to"),
        (lambda p: p["members"].append(p["members"][0]), "is in it 2 times"),
        (lambda p: p["members"][0].update(profile="p_" + "0" * 16), "has no profile p_0000"),
    ],
)
def test_a_panel_that_was_edited(harm: Callable[[Any], object], why: str, tmp_path: Path) -> None:
    with pytest.raises(PackError, match=why):
        people(Order(panel=panel(tmp_path, harm)))


def test_profiles_and_a_panel(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not both"):
        people(Order(profiles=(IDS[0],), panel=panel(tmp_path)))


def test_pipes_are_not_read(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (pipe, Path("/dev/zero")):
        for order in (Order(panel=path), Order(scenarios=path)):
            with pytest.raises(PersonaExtractError, match=r"pipe or a device.* to a\s+file first"):
                people(order)


@pytest.mark.parametrize("name", ["mlflow", "strands"])
def test_formats_with_a_goal_refuse_to_go_without(name: str) -> None:
    with pytest.raises(UsageError, match="Give --scenarios FILE"):
        export_pack(DEMO, name, Order())


@pytest.mark.parametrize(
    "written",
    [
        json.dumps([SCENARIO]),
        json.dumps(SCENARIO),
        json.dumps(SCENARIO, indent=2),
        "\n" + json.dumps(SCENARIO) + "\n\n",
    ],
)
def test_scenarios_of_any_file(written: str, tmp_path: Path) -> None:
    path = tmp_path / "scenarios"
    path.write_text(written)
    assert [each.requests for each in read_goals(path)] == [["Cancel the order."]]


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("", "empty"),
        ("[]", "holds no scenario"),
        ("{", "breaks off"),
        ("5", "holds no scenario"),
        ('{"id": "a", "domain": "b"}', "requests"),
        (json.dumps([SCENARIO, {**SCENARIO, "extra": 1}]), 'record 2: .*"extra" is no field'),
        (json.dumps(SCENARIO) + "\n" + json.dumps(SCENARIO), "a second scenario has the id"),
        (json.dumps({**SCENARIO, "requests": [" "]}), "not empty"),
    ],
)
def test_scenarios_that_are_none(written: str, why: str, tmp_path: Path) -> None:
    path = tmp_path / "scenarios"
    path.write_text(written)
    with pytest.raises(SourceError, match=why):
        read_goals(path)


def test_long_scenarios_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "scenarios.jsonl"
    path.write_text(json.dumps(SCENARIO))
    monkeypatch.setattr(exporting, "MAX_SCENARIOS", 10)
    with pytest.raises(SourceError, match="is longer than"):
        read_goals(path)


def test_tasks_of_a_benchmark_are_goals(tmp_path: Path) -> None:
    path = tmp_path / "retail.json"
    path.write_text(json.dumps([{"id": 4, "instruction": "You are Ada. You want a refund."}]))
    written = export_pack(DEMO, "mlflow", Order(profiles=(IDS[0],), scenarios=path))
    (case,) = json.loads(written.files["mlflow.json"])["test_cases"]
    assert "You want a refund." in case["goal"]


def test_where_it_is_written(tmp_path: Path) -> None:
    one = export_pack(DEMO, "text", Order(profiles=(IDS[0],)))
    (tmp_path / "folder").mkdir()
    assert write_export(one, tmp_path / "folder") == [tmp_path / "folder" / "text.txt"]
    assert write_export(one, tmp_path / "a.txt") == [tmp_path / "a.txt"]
    many = export_pack(DEMO, "simulatorarena", Order())
    paths = write_export(many, tmp_path / "arena")
    assert len(paths) == 4 and all(path.is_file() for path in paths)
    assert many.summary.bytes == sum(path.stat().st_size for path in paths)


def test_a_folder_is_not_mixed_with_what_is_in_it(tmp_path: Path) -> None:
    many = export_pack(DEMO, "simulatorarena", Order())
    (tmp_path / "a").mkdir()
    paths = write_export(many, tmp_path / "a")
    assert write_export(many, tmp_path / "a") == paths
    mine = tmp_path / "a" / "thesis.txt"
    mine.write_text("mine")
    with pytest.raises(UsageError, match="new or empty folder"):
        write_export(many, tmp_path / "a")
    mine.unlink()
    paths[0].unlink()
    before = {path: path.read_bytes() for path in paths[1:]}
    with pytest.raises(UsageError, match="new or empty folder"):
        write_export(many, tmp_path / "a")
    assert {path: path.read_bytes() for path in before} == before
