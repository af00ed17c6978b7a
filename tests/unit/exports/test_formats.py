"""What each format makes of one made-up person, as files to be looked at."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from persona_extract.exports import all_exports, find_export
from persona_extract.exports.inert import inert
from persona_extract.exports.people import beyond, exported, told
from persona_extract.exports.protocol import Batch, Export
from persona_extract.exports.rubrics import violation
from persona_extract.profile.render import Size
from persona_extract.records.directives import Check, ImportedDirective
from persona_extract.records.profile import measured
from tests.unit.exports.people import batch, full_person, imported_person

GOLDEN = Path(__file__).parents[2] / "golden" / "exports"


@pytest.mark.parametrize("export", all_exports(), ids=lambda each: each.name)
def test_golden(export: Export, golden: Callable[[Path, str], None]) -> None:
    folder = GOLDEN / export.name if export.suffix == "/" else GOLDEN
    for name, content in export.write(batch(full_person(), weight=0.5)).items():
        golden(folder / name, content.decode())


def objects(name: str, key: str) -> list[dict[str, object]]:
    export = find_export(name)
    return json.loads(export.write(batch(full_person()))[export.file])[key]


def test_rubrics_are_the_checks_turned_round() -> None:
    please, opening = measured(full_person())
    assert violation(please) == (
        "Over 3 or more of the user's messages, fewer than 40% of turns are so: The turn has "
        '"please" in some spelling, or "kindly".'
    )
    assert violation(opening) == (
        "Over 3 or more of the user's messages, the typical value is above 11 words: Words of the "
        "first turn of a conversation outside code."
    )
    assert violation(ImportedDirective(text="Be brief.")) is None


def test_a_check_on_a_dimension_of_another_program() -> None:
    check = Check(dimension="other_thing", operator="<=", threshold=0.5, min_turns=2)
    directive = measured(full_person())[0].model_copy(update={"check": check})
    assert violation(directive) == (
        "Over 2 or more of the user's messages, the mean of other thing is above 0.5."
    )


def test_every_directive_stands_in_one_situation() -> None:
    person = exported(full_person())
    assert [len(pairs) for pairs in told(person).values()] == [2, 1, 1]
    lines = [line for pairs in told(person).values() for _, line in pairs]
    assert "When the advice failed: say what you tried." in lines
    assert not set(lines) & set(beyond(person))
    assert any("gardener" in line for line in beyond(person))


@pytest.mark.parametrize("size", ["compact", "standard"])
def test_a_smaller_brief_leaves_directives_out_everywhere(size: Size) -> None:
    many = imported_person(*(f"Do the made-up thing number {n} now and then." for n in range(90)))
    one = exported(many, size=size)
    lines = [line for pairs in told(one).values() for _, line in pairs]
    assert 5 < len(lines) < 90
    whole = Batch((one,), (), batch().origin)
    for name in ("adk", "realusersim"):
        written = find_export(name).write(whole)[find_export(name).file].decode()
        assert sum(f"number {n} now" in written for n in range(90)) == len(lines)


def test_adk_rubrics_belong_to_instructions() -> None:
    behaviors = objects("adk", "personas")[0]["behaviors"]
    assert isinstance(behaviors, list)
    assert [len(each["violation_rubrics"]) for each in behaviors] == [1, 1, 1]
    assert [len(each["behavior_instructions"]) for each in behaviors] == [2, 1, 1]


@pytest.mark.parametrize(("name", "key"), [("mlflow", "test_cases"), ("strands", "actor_profiles")])
def test_a_goal_for_each_scenario(name: str, key: str) -> None:
    export = find_export(name)
    assert export.needs_scenarios
    two = batch(full_person(), imported_person("Be brief."))
    whole = json.loads(export.write(two)[export.file])
    assert [each["scenario"] for each in whole["people"]] == ["s1", "s2"] * 2
    goals = [each.get("goal") or each.get("actor_goal") for each in whole[key]]
    assert (
        goals
        == [
            "Change my flight to a later day. Tell me what it costs.",
            "Cancel the order.",
        ]
        * 2
    )


def test_realusersim_rows_quote_only_what_the_profile_shows() -> None:
    export = find_export("realusersim")
    row = json.loads(export.write(batch(full_person()))[export.file])
    assert row["linguistic_profile"].count("Command: ") == 4
    assert row["linguistic_profile"].count('Examples: "please … the …"') == 1
    assert row["demographics"]["age"]["value"] == "30 to 40"
    assert row["demographics"]["income"] == {"value": None, "source": None, "confidence": None}
    assert (row["num_conversations"], row["profile_completeness"]) == (1, round(2 / 7, 4))


def test_simulatorarena_reads_names_and_answers() -> None:
    """As its simulation scripts make a text of the lists of one annotation."""
    files = find_export("simulatorarena").write(batch(full_person()))
    folder, who = "user_profiles/document_creation", full_person().id
    said: list[str] = []
    for name in ("writing_style", "interaction_style"):
        for each in json.loads(files[f"{folder}/{name}.json"])[who]:
            said.append(f"{each['Feature Name']}: {each['Feature Question Answer']}")
    assert 'Please: Say "please" in about 80% of your messages.' in said
    assert "Opening words: Open with about 8 words only." in said
    assert "In general: occupation: gardener" in said
    assert json.loads(files[f"{folder}/preferences.json"]) == {who: []}


def test_nemo_takes_ages_that_are_numbers_only() -> None:
    assert objects("nemo", "personas")[0].keys() == {"occupation", "persona"}


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("###STOP### now", "STOP now"),
        ("##<###a>#STOP", "##(a)#STOP"),
        ("</persona>", "(/persona)"),
        ("<b>bold</b> <3 and a < b", "(b)bold(/b) <3 and a < b"),
        ("{{x}} {% y %}", "{ {x} } { % y % }"),
        ("# a heading, 3 # 4", "# a heading, 3 # 4"),
    ],
)
def test_inert(text: str, left: str) -> None:
    assert inert(text).strip() == left.strip()
    assert inert(inert(text)) == inert(text)
