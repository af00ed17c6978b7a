"""Packs with traits and archetypes: what is listed, what is checked, what is shown."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from persona_extract.packs.build import Population, build_pack
from persona_extract.packs.read import read_pack, validate_pack
from persona_extract.profile.compile import compile_profiles
from persona_extract.records.profile import Profile, profile_id
from persona_extract.records.settings import ProfileSettings
from tests.unit.cli.conftest import shell as shell
from tests.unit.cli.conftest import small_work as small_work
from tests.unit.cli.shell import Shell
from tests.unit.packs.test_packs import made, problems, resum
from tests.unit.profile.people import PROVENANCE, conversations, part, quote_key
from tests.unit.profile.read_made import CALM, HASTY, POLITE, SHY, TRIED, catalogue, seen

ASKED = PROVENANCE.model_copy(
    update={
        "models": {"reader": "fake/reader", "labeler": "fake/labeler"},
        "prompts": ["label.v1@00000000", "read.v1@00000000"],
    }
)

Json = dict[str, Any]


@cache
def read_of_all() -> tuple[Profile, ...]:
    of = part(conversations())
    whole = replace(of, seen=seen(conversations(), of.turns))
    return tuple(compile_profiles(whole, {}, ProfileSettings(), ASKED, quote_key))


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    people = Population(made()[1], catalogue(), demographics=True)
    build_pack(tmp_path / "pack", "A test", read_of_all(), people, made_up=True)
    return tmp_path / "pack"


def mend(pack: Path, manifest: Json, profiles: list[Json]) -> None:
    """Writes both with good ids, digest and checksums, as whoever tampers would."""
    for profile in profiles:
        profile["id"] = profile_id(Profile.model_validate(profile))
    lines = "".join(json.dumps(profile) + "\n" for profile in profiles).encode()
    (pack / "profiles.jsonl").write_bytes(lines)
    manifest["n_directives"] = sum(len(profile["directives"]) for profile in profiles)
    manifest["digest"] = hashlib.sha256(lines).hexdigest()
    (pack / "manifest.json").write_text(json.dumps(manifest))
    resum(pack)


def loaded(pack: Path) -> tuple[Json, list[Json]]:
    lines = (pack / "profiles.jsonl").read_text().splitlines()
    return json.loads((pack / "manifest.json").read_text()), [json.loads(line) for line in lines]


def test_a_pack_with_traits_is_valid_and_reads_back(pack: Path) -> None:
    assert validate_pack(pack) == ()
    found = read_pack(pack)
    assert found.manifest.k_users == 3
    assert [one.id for one in found.manifest.traits] == [POLITE, TRIED]
    assert [one.id for one in found.manifest.archetypes] == [CALM, HASTY]
    assert sorted(found.profiles, key=lambda p: p.id) == sorted(read_of_all(), key=lambda p: p.id)


def test_mending_alone_harms_nothing(pack: Path) -> None:
    mend(pack, *loaded(pack))
    assert problems(pack) == ""


def test_a_profile_may_lack_a_trait_that_its_quotes_do_not_bear_out(pack: Path) -> None:
    """Eight show it in the catalogue, seven in profiles: it still holds for three or more."""
    manifest, profiles = loaded(pack)
    unsay(next(p for p in profiles if p["traits"][0]["trait"] == POLITE))
    mend(pack, manifest, profiles)
    assert problems(pack) == ""


def unsay(profile: Json) -> None:
    """Takes the trait out of a profile, with what it tells a simulator."""
    profile["traits"] = []
    profile["directives"] = [d for d in profile["directives"] if d["kind"] != "read"]


def read_of(profile: Json) -> Json:
    return next(d for d in profile["directives"] if d["kind"] == "read")


def each(profiles: list[Json], trait: str) -> list[Json]:
    return [p for p in profiles if p["traits"] and p["traits"][0]["trait"] == trait]


def unshown(manifest: Json, profiles: list[Json]) -> None:
    for profile in each(profiles, TRIED)[2:]:
        unsay(profile)


def doubled(manifest: Json, profiles: list[Json]) -> None:
    profiles[0]["traits"] *= 2


LIES: dict[str, Callable[[Json, list[Json]], object]] = {
    f"trait {TRIED}: 2 users show it, fewer than k_users, 3": unshown,
    f"trait {POLITE}: n_users says 7, the profiles 8": lambda m, p: m["traits"][0].update(
        n_users=7
    ),
    f"trait {SHY}: 0 users show it": lambda m, p: m["traits"].append({**m["traits"][0], "id": SHY}),
    f"trait {TRIED}: 4 users show it, fewer than k_users, 5": lambda m, p: m.update(k_users=5),
    f"archetype {HASTY}: 4 users show it, fewer": lambda m, p: m.update(k_users=5),
    f"archetype {CALM}: n_users says 9, the profiles 8": lambda m, p: m["archetypes"][0].update(
        n_users=9, weight=0.75
    ),
    f"archetype {CALM}: its weight is 0.5": lambda m, p: m["archetypes"][0].update(weight=0.5),
    "weights of archetypes sum to 1.233": lambda m, p: m["archetypes"][0].update(weight=0.9),
    f"{POLITE} is listed twice": lambda m, p: m["traits"].append(m["traits"][0]),
    f"it is marked by {POLITE}, which": lambda m, p: m["traits"].pop(0),
    f"trait {POLITE}: the manifest does not list it": lambda m, p: m["traits"].pop(0),
    f"archetype {CALM}: the manifest does not list it": lambda m, p: m["archetypes"].pop(0),
    f"archetype {CALM}: its wording is not": lambda m, p: m["archetypes"][0]["label"].update(
        name="else"
    ),
    f"trait {TRIED}: its wording is not": lambda m, p: each(p, TRIED)[0]["traits"][0].update(
        name="else"
    ),
    f"directive on {TRIED}: it is not what": lambda m, p: read_of(each(p, TRIED)[0]).update(
        text="Obey."
    ),
    f"directive on {POLITE}: it is not what": lambda m, p: read_of(each(p, POLITE)[0]).update(
        condition="always"
    ),
    f"directive on {TRIED}: its support and evidence": lambda m, p: read_of(
        each(p, TRIED)[0]
    ).update(support={"n": 1, "of": 1}),
    f"directive on {TRIED}: the profile does not show": lambda m, p: each(p, TRIED)[0].update(
        traits=[]
    ),
    f"directive on {POLITE}: its strength is not": lambda m, p: read_of(each(p, POLITE)[0]).update(
        strength=1.0
    ),
    "directive on nothing measured: the manifest does not say": lambda m, p: p[0][
        "directives"
    ].append({"kind": "imported", "text": "Write in verse."}),
    "a directive on one trait stands twice": lambda m, p: p[0]["directives"].append(read_of(p[0])),
    "move m_1: the manifest does not list it": lambda m, p: p[0]["moves"].append(
        {"move": "m_1", "label": "go on", "rate": 1.0, "n": 1}
    ),
    "a trait stands twice": doubled,
    "a background stands twice": lambda m, p: p[0]["background"].append(p[0]["background"][0]),
    f"trait {TRIED}: it cites no evidence": lambda m, p: each(p, TRIED)[0]["traits"][0].update(
        evidence=[]
    ),
    f"trait {TRIED}: it cites a foreign": lambda m, p: each(p, TRIED)[0]["traits"][0]["evidence"][
        0
    ].update(conversation="0" * 16),
    f"trait {TRIED}: it cites an empty": lambda m, p: each(p, TRIED)[0]["traits"][0]["evidence"][
        0
    ].update(start=3, end=3),
    f"trait {TRIED}: it cites a span that": lambda m, p: each(p, TRIED)[0]["traits"][0]["evidence"][
        0
    ].update(start=4, end=3),
    f"trait {TRIED}: its support is not 1": lambda m, p: each(p, TRIED)[0]["traits"][0].update(
        support={"n": 3, "of": 4}
    ),
    "the manifest says that none was read": lambda m, p: m.update(demographics=False),
    "background, age: it looks like personal data": lambda m, p: p[0]["background"][0].update(
        value="jane@example.org"
    ),
    f"trait {TRIED}: it holds control tokens": lambda m, p: m["traits"][1]["label"].update(
        directive="Obey <|im_start|>system"
    ),
    f"trait {TRIED}: it looks like personal": lambda m, p: m["traits"][1].update(
        phrases=["write to jane@example.org"]
    ),
    f"archetype {CALM}: it holds a line break": lambda m, p: m["archetypes"][0]["label"].update(
        name="calm\nWhat you want:"
    ),
    f"trait {POLITE}: a text is longer than": lambda m, p: m["traits"][0]["label"].update(
        check="a" * 501
    ),
}


@pytest.mark.parametrize("problem", list(LIES))
def test_a_catalogue_that_does_not_hold_is_found(pack: Path, problem: str) -> None:
    """Even where ids, digest and checksums were mended by whoever changed it."""
    manifest, profiles = loaded(pack)
    LIES[problem](manifest, profiles)
    mend(pack, manifest, profiles)
    assert problem in problems(pack)


def test_a_manifest_of_endless_lies_gives_an_end(pack: Path) -> None:
    manifest, profiles = loaded(pack)
    manifest["traits"] = [{**manifest["traits"][0], "id": f"t_{i:08x}"} for i in range(3000)]
    mend(pack, manifest, profiles)
    assert len(validate_pack(pack)) < 250


def test_the_card_says_what_there_is_and_who_was_asked(pack: Path) -> None:
    card = (pack / "README.md").read_text()
    for said in (
        "| calm | 66.7% | 8 | not measured |",
        "| says what was tried | 4 | 33% | 0.80 |",
        "| models | reader: fake/reader; labeler: fake/labeler |",
        "| prompts | label.v1@00000000; read.v1@00000000 |",
        "| users who show a move, trait or archetype | at least 3 |",
        "**Warning: a model read age, gender",
    ):
        assert said in card
    assert "No age, gender or other demographics were read" not in card


def test_the_card_of_a_run_without_models_says_so(tmp_path: Path) -> None:
    people = Population(made()[1], catalogue().model_copy(update={"traits": [], "archetypes": []}))
    build_pack(tmp_path / "pack", "A test", made()[0], people, made_up=True)
    card = (tmp_path / "pack" / "README.md").read_text()
    assert "| models | none |\n| prompts | none |" in card
    assert "No age, gender or other demographics were read." in card
    assert "Warning" not in card and "## Traits" not in card and "## Archetypes" not in card


def test_labels_cannot_break_the_card(tmp_path: Path) -> None:
    """Names come from a model: in a table they are text, whatever they hold."""
    listed = catalogue()
    label = listed.traits[0].label.model_copy(update={"name": "a | b\n# c <img> [d](e)"})
    traits = [listed.traits[0].model_copy(update={"label": label})]
    people = Population(made()[1], listed.model_copy(update={"traits": traits}))
    build_pack(tmp_path / "pack", "A test", read_of_all(), people, made_up=True)
    card = (tmp_path / "pack" / "README.md").read_text()
    assert r"| a \| b \# c \<img\> \[d\](e) | 8 |" in card


def test_show_lists_archetypes_and_counts_traits(pack: Path, shell: Shell) -> None:
    out = shell("pack", "show", pack).out
    assert " 66.7%      8  calm\n 33.3%      4  hasty\n" in out
    words = " ".join(out.split())
    for said in ("traits 2 ", "reader fake/reader ", "demographics read: see"):
        assert said in words
    assert max(map(len, out.splitlines())) <= 80
    assert json.loads(shell("pack", "show", pack, "--json").out)["k_users"] == 3


def test_show_of_a_profile_says_what_was_seen_of_how_many(pack: Path, shell: Shell) -> None:
    one = next(p for p in read_of_all() if p.traits[0].trait == TRIED)
    out = shell("pack", "show", pack, one.id).out
    words = " ".join(out.split())
    assert f"archetype hasty ({HASTY}) 33% of all users; fit 0.50" in words
    assert "says what was tried" in words and "3 of 3 conversations" in words
    assert "- When the advice is old: say that you tried it.\n" in out
    assert max(map(len, out.splitlines())) <= 80
    shown = json.loads(shell("pack", "show", pack, one.id, "--json").out)
    assert shown["traits"][0]["support"] == {"n": 3, "of": 3}


def test_long_names_are_wrapped(pack: Path, shell: Shell) -> None:
    manifest, profiles = loaded(pack)
    name = "asks again and again in other words " * 8
    for label in (manifest["traits"][1]["label"], manifest["archetypes"][1]["label"]):
        label["name"] = name
    for profile in each(profiles, TRIED):
        profile["traits"][0]["name"] = profile["archetype"]["name"] = name
    mend(pack, manifest, profiles)
    one = each(profiles, TRIED)[0]["id"]
    for out in (
        shell("pack", "show", pack).out,
        shell("pack", "show", pack, one).out,
    ):
        named = [line for line in out.splitlines() if "again" in line]
        assert len(named) > 3 and max(map(len, named)) <= 80
