"""A pack held against the workspace that it was made in: what the pack alone cannot show."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from persona_extract.errors import UsageError
from persona_extract.packs.findings import Check, Outcome, Verdict
from persona_extract.packs.texts import Text
from persona_extract.pipeline import validating
from persona_extract.pipeline.job import Job
from persona_extract.pipeline.pack_texts import Placed
from persona_extract.pipeline.reproving import Proven
from persona_extract.pipeline.source_runs import runs_of_source
from persona_extract.pipeline.steps import Silent
from persona_extract.pipeline.validating import validate
from persona_extract.records.tables import TURNS
from tests.unit.packs.test_pack_catalogue import loaded, mend
from tests.unit.packs.test_packs import resum
from tests.unit.pipeline.runs import corpus, run_to

Json = dict[str, Any]


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Job:
    folder = tmp_path_factory.mktemp("validating")
    return run_to(corpus(folder, 8), folder / "w", "pack")


@pytest.fixture
def pack(job: Job, tmp_path: Path) -> Path:
    return shutil.copytree(job.pack, tmp_path / "pack")


def outcome(found: Verdict, check: Check) -> Outcome:
    return next(one for one in found.checks if one.check == check)


def problems(found: Verdict, check: Check) -> list[str]:
    return [f"{f.file}{f.place}: {f.problem}" for f in found.findings if f.check == check]


def test_a_pack_of_the_workspace_is_valid(pack: Path, job: Job) -> None:
    found = validate(pack, job.workspace.root)
    assert found.valid, found.findings
    manifest, profiles = loaded(pack)
    told = sum(len(profile["directives"]) for profile in profiles)
    readings = sum(len(profile["readings"]) for profile in profiles)
    moves = sum(len(profile["moves"]) + len(profile["transitions"]) for profile in profiles)
    claims = told + readings + moves + len(profiles)
    note = outcome(found, "workspace").note
    assert told > 0 and note.startswith(f"claims verified against the workspace: {claims:,} ")
    assert outcome(found, "5-word runs").outcome == "passed"
    assert f"{manifest['n_turns']:,} turns" in outcome(found, "5-word runs").note


def test_without_a_workspace_it_says_what_was_left_out(pack: Path) -> None:
    found = validate(pack, None)
    assert found.valid
    for check in ("5-word runs", "workspace"):
        assert outcome(found, check) == Outcome(
            check=check,
            asks=outcome(found, check).asks,
            outcome="skipped",
            note="no --workspace",
        )


def directive(profiles: list[Json]) -> Json:
    return next(told for one in profiles for told in one["directives"])


LIES: dict[str, Callable[[list[Json]], object]] = {
    "cites a quote that does not stand there": lambda p: directive(p)["evidence"][0].update(
        quote_key="0" * 16
    ),
    "cites a turn that does not exist": lambda p: directive(p)["evidence"][0].update(turn=999),
    "cites characters that its turn does not have": lambda p: directive(p)["evidence"][0].update(
        end=10**6
    ),
    "spread, reliability not what the turns say": lambda p: p[0]["readings"][0].update(
        spread=0.5, reliability=0.123
    ),
    "policy: it is not what the turns say": lambda p: p[0]["policy"].update(words_spread=0.123),
    "moves: they are not those": lambda p: p[0].update(moves=[], transitions=[]),
    "transitions: they are not those": lambda p: p[0].update(transitions=[]),
    "the profile has none": lambda p: p[0]["readings"].pop(),
    "n_turns says 999": lambda p: p[0]["source"].update(n_turns=999),
    "its user is not in the workspace": lambda p: p[0]["source"].update(user_key="0" * 16),
}


@pytest.mark.parametrize("problem", LIES)
def test_a_claim_that_does_not_hold_on_the_conversations_is_found(
    problem: str, pack: Path, job: Job
) -> None:
    manifest, profiles = loaded(pack)
    LIES[problem](profiles)
    mend(pack, manifest, profiles)
    said = problems(validate(pack, job.workspace.root), "workspace")
    assert any(problem in one for one in said), said
    assert all(one.startswith("profiles.jsonl:") for one in said)


def test_another_workspace_is_said_to_be_another_one(pack: Path, job: Job) -> None:
    manifest, profiles = loaded(pack)
    for n, profile in enumerate(profiles):
        profile["source"]["user_key"] = f"{n:016x}"
    mend(pack, manifest, profiles)
    (said,) = problems(validate(pack, job.workspace.root), "workspace")
    assert "none of its users is in" in said and "another salt" in said


def test_five_words_of_a_user_are_found_and_not_repeated(pack: Path, job: Job) -> None:
    turns = job.tables("curate", "turns", TURNS)["text"]
    words = next(words for text in turns if len(words := text.split()) > 9)
    five, four = " ".join(words[2:7]), " ".join(words[2:6])
    manifest, profiles = loaded(pack)
    manifest["attribution"].append(f"Nobody, {five.upper()}, nowhere")
    mend(pack, manifest, profiles)
    card = (pack / "README.md").read_text()
    (pack / "README.md").write_text(f"{card}\n{four} … {words[6]}\n\n* {five}\n")
    resum(pack)
    found = problems(validate(pack, job.workspace.root), "5-word runs")
    line = card.count("\n") + 4
    assert found == [
        "manifest.json: attribution: a run of 5 words in a row that a user wrote",
        f"README.md:{line}: a run of 5 words in a row that a user wrote",
    ]
    assert problems(validate(pack, None), "5-word runs") == []


@pytest.mark.parametrize(
    ("text", "n"),
    [
        ("i would like to know", 1),
        ("I WOULD: like to, know!", 1),
        ("we hope i would like to know more", 1),
        ("i would like to … know", 0),
        ("i would like / to know", 0),
        ("i would like to knowing", 0),
        ("would like to know", 0),
        ("it’s not what i meant", 1),
        ("天气怎么样", 1),
        ("天气怎么", 0),
    ],
)
def test_what_a_run_is(text: str, n: int, job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    turns = ["Well, I would like\nto know - now. It's not what I meant?", "今天天气怎么样？"]
    rows = pl.DataFrame({"text": turns})
    monkeypatch.setattr(Job, "table", lambda *_: rows)
    placed = [Placed("x", "", Text("", text))]
    assert len(runs_of_source(job, placed, Silent()).findings) == n


def test_texts_of_the_programs_own_templates_are_not_compared(
    pack: Path, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever users wrote: a measured directive, and the card, are nobody's words."""
    told = directive(loaded(pack)[1])["text"]
    card = (pack / "README.md").read_text()
    rows = pl.DataFrame({"text": [told, card]})
    real = Job.table

    def table(self: Job, stage: str, name: str, *rest: Any) -> pl.DataFrame:
        return rows if (stage, name) == ("curate", "turns") else real(self, stage, name, *rest)

    monkeypatch.setattr(validating, "reprove", lambda *_: Proven())
    monkeypatch.setattr(Job, "table", table)
    said = problems(validate(pack, job.workspace.root), "5-word runs")
    assert not any("README" in one or "directive" in one for one in said), said


def test_the_privacy_scan_looks_at_every_line(pack: Path) -> None:
    card = (pack / "README.md").read_text()
    (pack / "README.md").write_text(f"{card}\nfollow @jane_doe_1 for more\n")
    resum(pack)
    assert problems(validate(pack, None), "privacy scan") == [
        f"README.md:{card.count(chr(10)) + 2}: the privacy scan would mask some of it"
    ]


def test_presidio_where_it_is_installed(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fake(texts: pl.Series) -> pl.Series:
        return texts.str.replace("calm", "<PERSON>")

    manifest, profiles = loaded(pack)
    for one in manifest["archetypes"][:1]:
        name, one["label"]["name"] = one["label"]["name"], "calm people"
        for profile in profiles:
            if profile["archetype"] and profile["archetype"]["name"] == name:
                profile["archetype"]["name"] = "calm people"
    if not manifest["archetypes"]:
        manifest["moves"][0]["label"]["name"] = "calm"
    mend(pack, manifest, profiles)
    monkeypatch.setattr(validating, "mask_presidio", fake)
    said = problems(validate(pack, None), "Presidio")
    assert len(said) == (1 if manifest["archetypes"] else 0)


def test_a_damaged_pack_is_not_held_against_anything(pack: Path, job: Job) -> None:
    (pack / "profiles.jsonl").write_text("{}\n")
    resum(pack)
    found = validate(pack, job.workspace.root)
    assert not found.valid
    assert outcome(found, "workspace").note == "the pack is damaged"
    json.loads(found.model_dump_json())


def test_an_unfinished_workspace_says_what_to_do(job: Job, pack: Path, tmp_path: Path) -> None:
    root = shutil.copytree(job.workspace.root, tmp_path / "w")
    (root / "03_measure" / "stage.json").unlink()
    with pytest.raises(UsageError, match="'measure' is not finished"):
        validate(pack, root)
