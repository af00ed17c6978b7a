"""Which profiles of a pack go into an export, and what has to be said for it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from persona_extract.errors import SourceError, UsageError
from persona_extract.packs.read import read_pack
from persona_extract.pipeline.exporting import Order, export_pack, read_scenarios, write_export

DEMO = Path(__file__).parents[3] / "profiles" / "demo"
PACK = read_pack(DEMO)
IDS = [each.id for each in PACK.profiles]
SCENARIO = {"id": "s1", "domain": None, "requests": ["Cancel the order."]}


def people(order: Order) -> list[dict[str, object]]:
    written = export_pack(DEMO, "tau2", order)
    return json.loads(written.files["tau2.json"])["people"]


def panel(tmp_path: Path, members: object, **other: object) -> Path:
    path = tmp_path / "panel.json"
    path.write_text(json.dumps({"members": members, **other}))
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
    members = [{"profile": IDS[5], "weight": 0.75, "archetype": None}, {"profile": IDS[2]}]
    path = panel(tmp_path, members, digest=PACK.manifest.digest, seed=1)
    assert people(Order(panel=path)) == [
        {"profile": IDS[2]},
        {"profile": IDS[5], "weight": 0.75},
    ]


def test_panels_that_do_not_fit(tmp_path: Path) -> None:
    member = {"profile": IDS[0], "weight": 1.0}
    with pytest.raises(UsageError, match="panel of another pack"):
        people(Order(panel=panel(tmp_path, [member], digest="0" * 64)))
    with pytest.raises(UsageError, match="has no profile p_nobody"):
        people(Order(panel=panel(tmp_path, [{**member, "profile": "p_nobody"}])))
    with pytest.raises(SourceError, match="members"):
        people(Order(panel=panel(tmp_path, [])))
    with pytest.raises(UsageError, match="not both"):
        people(Order(profiles=(IDS[0],), panel=panel(tmp_path, [member])))


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
    assert [each.requests for each in read_scenarios(path)] == [["Cancel the order."]]


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("", "holds no scenario"),
        ("[]", "holds no scenario"),
        ("{", "not JSON"),
        ("[{]", "not JSON"),
        ("5", "it"),
        ('{"id": "a"}', "domain: Field required"),
        (json.dumps([SCENARIO, {**SCENARIO, "extra": 1}]), ", entry 1: extra"),
        (json.dumps(SCENARIO) + "\n" + json.dumps(SCENARIO), "two scenarios have the same id"),
        (json.dumps({**SCENARIO, "requests": [" "]}), "scenario s1 has an empty request"),
        (json.dumps({**SCENARIO, "requests": []}), "requests"),
    ],
)
def test_scenarios_that_are_none(written: str, why: str, tmp_path: Path) -> None:
    path = tmp_path / "scenarios"
    path.write_text(written)
    with pytest.raises(SourceError, match=why):
        read_scenarios(path)


def test_where_it_is_written(tmp_path: Path) -> None:
    one = export_pack(DEMO, "text", Order(profiles=(IDS[0],)))
    (tmp_path / "folder").mkdir()
    assert write_export(one, tmp_path / "folder") == [tmp_path / "folder" / "text.txt"]
    assert write_export(one, tmp_path / "a.txt") == [tmp_path / "a.txt"]
    many = export_pack(DEMO, "simulatorarena", Order())
    paths = write_export(many, tmp_path / "arena")
    assert len(paths) == 4 and all(path.is_file() for path in paths)
    assert many.summary.bytes == sum(path.stat().st_size for path in paths)
