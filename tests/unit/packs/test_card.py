"""The data card, its front matter, the credits and the Croissant metadata of a pack."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from huggingface_hub import DatasetCard, DatasetCardData

from persona_extract.packs.attribution import credits, hub_id, known_corpus, uncredited
from persona_extract.packs.build import Population, build_pack
from persona_extract.packs.card import card, card_data
from persona_extract.packs.card_metadata import BLOCK, front_matter, metadata
from persona_extract.packs.croissant import CONFORMS_TO
from persona_extract.packs.licences import all_known, known
from persona_extract.packs.markdown import cell
from persona_extract.packs.read import Pack, read_pack
from persona_extract.packs.statistics import Counted, Statistics
from persona_extract.records.directives import ImportedDirective
from persona_extract.records.pack import PackManifest
from tests.unit.packs.test_packs import made
from tests.unit.packs.test_packs import pack as pack
from tests.unit.profile.read_made import NOTHING

DEMO = Path(__file__).resolve().parents[3] / "profiles" / "demo"
HOSTILE = 'a: "b" # [x](http://e) | <b>\n---\nlicense: mit \x07\u202e é 😀'


def counted(found: Pack) -> Statistics:
    counts = Counted()
    for profile in found.profiles:
        counts.add(profile)
    return counts.statistics()


def changed(pack: Path, **fields: object) -> PackManifest:
    return read_pack(pack).manifest.model_copy(update=fields)


def matter(manifest: PackManifest) -> dict[str, Any]:
    return yaml.safe_load(front_matter(metadata(manifest)).strip("-\n"))


def test_the_card_of_the_pack_is_made_of_manifest_and_profiles_alone(pack: Path) -> None:
    found = read_pack(pack)
    assert card(found.manifest, counted(found)) == (pack / "README.md").read_text()


def test_the_hub_reads_the_front_matter(pack: Path) -> None:
    found = DatasetCard((pack / "README.md").read_text())
    assert isinstance(found.data, DatasetCardData)
    said = found.data.to_dict()
    assert said["configs"] == [
        {
            "config_name": "default",
            "data_files": [{"split": "train", "path": "profiles.jsonl"}],
            "chunksize": BLOCK,
        }
    ]
    assert said["size_categories"] == ["n<1K"] and said["language"] == ["en"]
    assert "user-simulation" in said["tags"] and said["pretty_name"] == "A test"
    assert (pack / said["configs"][0]["data_files"][0]["path"]).is_file()


@pytest.mark.parametrize(
    ("licences", "hub", "name"),
    [
        (["ODC-BY-1.0"], "odc-by", None),
        (["CC0"], "cc0-1.0", None),
        (["cc by 4.0"], "cc-by-4.0", None),
        (["MIT", "Apache-2.0"], ["mit", "apache-2.0"], None),
        (["unknown (see the source)"], "other", "unknown-see-the-source"),
        (["MIT", "ours"], "other", "mit-ours"),
        (["???"], "other", "unknown"),
        ([], "other", "unknown"),
    ],
)
def test_licences_have_the_hubs_names(
    licences: list[str], hub: object, name: str | None, pack: Path
) -> None:
    said = matter(changed(pack, licences=licences))
    assert (said["license"], said.get("license_name")) == (hub, name)


@pytest.mark.parametrize(
    ("n", "size"),
    [(999, "n<1K"), (1000, "1K<n<10K"), (99_999, "10K<n<100K"), (10**7, "1M<n<10M")],
)
def test_sizes_are_the_hubs(n: int, size: str, pack: Path) -> None:
    assert matter(changed(pack, n_profiles=n))["size_categories"] == [size]


def test_a_corpus_of_the_hub_is_named_as_source(pack: Path) -> None:
    mixed = changed(pack, corpora=["allenai/WildChat-1M", "chats.jsonl"], made_up=False)
    assert matter(mixed)["source_datasets"] == ["allenai/WildChat-1M"]
    assert "source_datasets" not in matter(changed(pack, corpora=["chats"], made_up=False))


def test_a_hostile_name_stays_text(pack: Path) -> None:
    hostile = changed(
        pack, name=HOSTILE, corpora=[HOSTILE], licences=[HOSTILE], attribution=[HOSTILE]
    )
    assert set(matter(hostile)) == set(matter(read_pack(pack).manifest)) | {"license_name"}
    said = matter(hostile)
    assert said["license"] == "other" and "\n" not in said["pretty_name"]
    written = card(hostile, counted(read_pack(pack)))
    body = written.split("\n---\n", 1)[1]
    assert cell(HOSTILE) in body
    for raw in ("<b>", "[x](", "\n---\n", "\x07", "\u202e", " # [", "\nlicense"):
        assert raw not in body
    assert DatasetCard(written).data.license == "other"


def test_the_figures_are_those_of_the_profiles(pack: Path) -> None:
    found = read_pack(pack)
    said = card_data(found.manifest, counted(found)).statistics
    conversations = [len(one.source.conversations) for one in found.profiles]
    assert said.n_profiles == found.manifest.n_profiles
    assert said.n_conversations == found.manifest.n_conversations == sum(conversations)
    assert said.n_turns == found.manifest.n_turns
    assert sum(said.kinds.values()) == found.manifest.n_directives
    assert said.n_single == conversations.count(1)
    assert (said.conversations.least, said.conversations.most) == (
        min(conversations),
        max(conversations),
    )
    readings = [one.reliability >= 0.7 for profile in found.profiles for one in profile.readings]
    assert said.reliable == round(sum(readings) / len(readings), 4)


def test_days_are_told_only_if_all_have_them(pack: Path) -> None:
    profiles = read_pack(pack).profiles
    timed, counts = Counted(), Counted()
    for number, one in enumerate(profiles):
        day = {"first": f"2025-01-{number + 1:02}", "last": f"2025-02-{number + 1:02}"}
        window = one.source.window.model_copy(update=day)
        with_days = one.source.model_copy(update={"window": window})
        timed.add(one.model_copy(update={"source": with_days}))
    assert (timed.statistics().first, timed.statistics().last) == ("2025-01-01", "2025-02-12")
    counts.add(profiles[0])
    lacking = profiles[1].source.window.model_copy(update={"first": None, "last": None})
    source = profiles[1].source.model_copy(update={"window": lacking})
    counts.add(profiles[1].model_copy(update={"source": source}))
    assert (counts.statistics().first, counts.statistics().last) == (None, None)


def test_known_corpora_are_credited() -> None:
    assert "ICLR 2024. ODC-By-1.0. huggingface.co/datasets/allenai/WildChat-1M." in "".join(
        credits(["allenai/WildChat-1M"])
    )
    names = ("WildChat (local copy)", "realhumaneval", "star", "RealUserSim (imported)")
    assert uncredited(names) == []
    assert all(known(found.licence) for name in names if (found := known_corpus(name)))
    assert hub_id("allenai/WildChat-4.8M") and not hub_id("WildChat (local copy)")
    assert not known_corpus("my wildchat") and not known_corpus("stars")


def test_of_an_unknown_corpus_the_pack_says_what_it_was_told() -> None:
    assert credits(["ours"]) == [
        "ours: the people who wrote and collected it; the licence of the source applies"
    ]
    assert credits(["ours"], ["Example Ltd"]) == ["Example Ltd"]
    told = credits(["ours", "star"], ["Example Ltd"])
    assert told[1:] == ["Example Ltd"] and told[0].startswith("star: J. Mosig")
    assert credits(["star"], credits(["star"])) == credits(["star"])
    assert uncredited(["star", "ours"]) == ["ours"]


def test_no_known_licence_is_no_licence() -> None:
    assert all_known([]) is None and all_known(["MIT", "x"]) is None
    assert known("Odc_By") and known("odc-by-1.0") and not known("")


def test_version_and_attribution_go_into_the_manifest(tmp_path: Path) -> None:
    compiled, people = made()
    manifest = build_pack(
        tmp_path / "pack",
        "A test",
        compiled,
        Population(people, NOTHING),
        made_up=False,
        version="2.1.0",
        attribution=["Example Ltd"],
    )
    assert manifest.version == "2.1.0" and manifest.attribution[-1] == "Example Ltd"
    assert read_pack(tmp_path / "pack").manifest == manifest
    assert "Version 2.1.0 of this pack" in (tmp_path / "pack" / "README.md").read_text()
    assert not manifest.imported and not manifest.examples


def test_an_imported_pack_says_so(tmp_path: Path) -> None:
    one = made()[0][0]
    source = one.source.model_copy(update={"conversations": [], "n_turns": 0})
    told = ImportedDirective(text="Be brief.")
    blank = {"readings": [], "directives": [told], "policy": None, "source": source}
    quantiles = made()[1].clear()
    manifest = build_pack(
        tmp_path / "pack",
        "Theirs",
        [one.model_copy(update=blank)],
        Population(quantiles, NOTHING),
        made_up=False,
    )
    assert manifest.imported
    written = (tmp_path / "pack" / "README.md").read_text()
    assert "**These directives are somebody else's.**" in written
    assert "imported from elsewhere" in written and "extracted from 0" not in written
    assert "How the users differ" not in written
    assert "Nothing was measured" in written


def described(pack: Path) -> dict[str, Any]:
    return json.loads((pack / "croissant.json").read_text())


def test_croissant_names_files_by_their_digests(pack: Path) -> None:
    found = described(pack)
    assert found["@type"] == "sc:Dataset" and found["conformsTo"] == CONFORMS_TO
    assert found["isLiveDataset"] is False and found["version"] == "0.1.0"
    assert [one["contentUrl"] for one in found["distribution"]] == [
        "profiles.jsonl",
        "manifest.json",
    ]
    for one in found["distribution"]:
        content = (pack / one["contentUrl"]).read_bytes()
        assert one["sha256"] == hashlib.sha256(content).hexdigest()


def test_croissant_fields_are_in_every_profile(pack: Path) -> None:
    """Each is read by hand as a Croissant reader would: a column, then a path within."""
    (records,) = described(pack)["recordSet"]
    for line in (pack / "profiles.jsonl").read_text().splitlines():
        profile = json.loads(line)
        for one in records["field"]:
            value = profile[one["source"]["extract"]["column"]]
            path = one["source"].get("transform", {}).get("jsonPath", "$").removeprefix("$.")
            several = one.get("repeated", False)
            assert isinstance(value, list) == several
            for each in value if several else [value]:
                found = each[path] if path != "$" and each is not None else each
                kind = {"sc:Text": str, "sc:Integer": int, "sc:Float": float}[one["dataType"]]
                assert found is None or isinstance(found, kind)


def test_croissant_is_read_by_its_own_package(pack: Path) -> None:
    croissant = pytest.importorskip("mlcroissant", reason="pip install mlcroissant")
    records = list(croissant.Dataset(jsonld=str(pack / "croissant.json")).records("profiles"))
    assert len(records) == read_pack(pack).manifest.n_profiles


def test_the_front_matter_loads_the_pack_as_a_dataset(pack: Path, tmp_path: Path) -> None:
    from datasets import load_dataset

    loaded = load_dataset(str(pack), cache_dir=str(tmp_path / "cache"))
    assert loaded["train"].num_rows == read_pack(pack).manifest.n_profiles
    assert loaded["train"][0]["id"] == read_pack(pack).profiles[0].id


def test_profiles_load_as_a_dataset(tmp_path: Path) -> None:
    """Profiles without archetype or endings, and directives of several kinds, in one file."""
    from datasets import load_dataset

    lines = (DEMO / "profiles.jsonl").read_text().splitlines()
    first, second = json.loads(lines[0]), json.loads(lines[1])
    first["archetype"] = first["policy"]["ending"] = None
    second["directives"].append(
        {
            "kind": "read",
            "trait": "t_00000000",
            "text": "Say what you tried.",
            "situation": "always",
            "condition": None,
            "strength": 0.5,
            "support": {"n": 1, "of": 2},
            "evidence": [],
            "check": {"question": "Does the user say what they tried?"},
        }
    )
    second["directives"].append({"kind": "imported", "text": "Be brief."})
    mixed = [json.dumps(first), json.dumps(second), *lines[2:]]
    (tmp_path / "profiles.jsonl").write_text("\n".join(mixed) + "\n")
    loaded = load_dataset(
        "json",
        data_files=str(tmp_path / "profiles.jsonl"),
        split="train",
        chunksize=BLOCK,
        cache_dir=str(tmp_path / "cache"),
    )
    assert len(loaded) == len(lines)
    assert loaded[0]["archetype"] is None and loaded[2]["id"] == json.loads(lines[2])["id"]
    assert [one["kind"] for one in loaded[1]["directives"][-2:]] == ["read", "imported"]
    asked = loaded[1]["directives"][-2]["check"]
    assert asked["question"].startswith("Does the user") and asked.get("threshold") is None
