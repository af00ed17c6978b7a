"""STAR: who speaks, which dialogues are scripted, and how one asks for the others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from persona_extract.errors import SourceError, UsageError
from persona_extract.sources import kind_of, open_source, reads_folder
from persona_extract.sources.protocol import SourceOptions
from tests.rooms.test_sources import dialogue


def event(agent: str, action: str, text: str | None = None) -> dict[str, Any]:
    return {"Agent": agent, "Action": action, **({} if text is None else {"Text": text})}


def write(folder: Path, n: int, **changes: Any) -> None:
    folder.mkdir(exist_ok=True)
    (folder / f"{n}.json").write_text(json.dumps({**dialogue(n), **changes}))


def read(spec: object) -> tuple[pl.DataFrame, dict[str, int]]:
    batches = list(open_source(str(spec)).batches(size=2))
    skipped: dict[str, int] = {}
    for batch in batches:
        for reason, n in batch.skipped.items():
            skipped[reason] = skipped.get(reason, 0) + n
    return pl.concat([batch.frame for batch in batches]), skipped


def test_a_dialogue(tmp_path: Path) -> None:
    events = [
        event("UserGuide", "instruct", "be brief"),
        event("User", "utter", "hello"),
        event("Wizard", "request_suggestions", "hi ther"),
        event("Wizard", "pick_suggestion", "hi there"),
        event("KnowledgeBase", "return_item"),
        event("Wizard", "utter", "what is it?"),
        event("User", "utter", "my bill"),
        event("User", "complete"),
    ]
    scenario = {"Domains": ["bank", None, "trip"], "Happy": True}
    write(tmp_path, 5, Events=events, Scenario=scenario)
    rows, skipped = read(tmp_path)
    assert skipped == {}
    row = rows.to_dicts()[0]
    said = [(each["role"][0], each["content"]) for each in row["messages"]]
    assert said == [("u", "hello"), ("a", "hi there"), ("a", "what is it?"), ("u", "my bill")]
    assert (row["source_id"], row["user_id"], row["domain"]) == ("5", "w2", "bank+trip")
    assert (row["corpus"], row["licence"], row["started"]) == ("star", "MIT", None)


def test_the_first_known_time_is_when_it_started(tmp_path: Path) -> None:
    write(tmp_path, 0)
    assert read(tmp_path)[0]["started"].dt.epoch("s").to_list() == [1_600_000_000]


def test_scripted_ones_have_instructions_or_an_unhappy_path(tmp_path: Path) -> None:
    guided = [event("UserGuide", "instruct", "make a joke"), event("User", "utter", "ha")]
    write(tmp_path, 0)
    write(tmp_path, 1, Events=guided)
    write(tmp_path, 2, Scenario={"Domains": [None], "Happy": False})
    write(tmp_path, 3, Scenario={})
    natural, left = read(f"star:{tmp_path}#natural")
    assert (natural["source_id"].to_list(), left) == (["0"], {"scripted": 3})
    scripted, left = read(f"star:{tmp_path}#scripted")
    assert (scripted["source_id"].to_list(), left) == (["1", "2", "3"], {"natural": 1})
    assert scripted["domain"].to_list() == ["bank", None, None]
    assert read(f"star:{tmp_path}")[0].height == read(tmp_path)[0].height == 4


def test_what_is_read_is_part_of_the_fingerprint_and_only_all_can_be_counted(tmp_path) -> None:
    write(tmp_path, 0)
    sources = [open_source(f"star:{tmp_path}{part}") for part in ("", "#natural", "#scripted")]
    assert len({source.fingerprint() for source in sources}) == 3
    assert [source.count() for source in sources] == [1, None, None]
    token = next(iter(sources[0].batches(size=1))).token
    with pytest.raises(SourceError, match="has changed since"):
        list(sources[1].batches(size=1, token=token))


def test_it_is_recognised_by_content(tmp_path: Path) -> None:
    write(tmp_path, 0)
    assert kind_of(str(tmp_path)).name == kind_of(f"{tmp_path}/0.json").name == "star"
    (tmp_path / "0.json").write_text('{"messages": []}')
    assert kind_of(str(tmp_path)).name == "jsonl"


def test_silent_dialogues_are_skipped(tmp_path: Path) -> None:
    write(tmp_path, 0, Events=[event("User", "complete")])
    write(tmp_path, 1, Events=[])
    rows, skipped = read(tmp_path)
    assert (rows.height, skipped) == (0, {"no messages": 2})


def test_mistakes_are_told(tmp_path: Path) -> None:
    folder = tmp_path / "a#b"
    write(folder, 0)
    assert read(f"star:{folder}")[0].height == read(f"star:{folder}#natural")[0].height == 1
    with pytest.raises(UsageError, match="no part 'happy' of STAR; known: natural, scripted"):
        open_source(f"star:{folder}#happy")
    with pytest.raises(SourceError, match="no such file or folder"):
        open_source(f"star:{tmp_path}/none")
    with pytest.raises(UsageError, match="a field map is for chat logs"):
        open_source(str(folder), SourceOptions(fields={"messages": "Events"}))
    (folder / "9.json").write_text('{"DialogueID": 1}')
    with pytest.raises(SourceError, match=r"9\.json: not a dialogue of STAR.*with DialogueID$"):
        read(folder)
    write(folder, 9, Events=[event("User", "utter"), {**event("User", "utter"), "Text": 5}])
    with pytest.raises(SourceError, match=r"9\.json: the Text of an event is a int, not text"):
        read(folder)


def test_a_run_does_not_write_into_what_it_reads(tmp_path: Path) -> None:
    write(tmp_path / "in", 0)
    for spec in (f"star:{tmp_path}/in", f"star:{tmp_path}/in#natural", f"{tmp_path}/in"):
        assert reads_folder(spec, tmp_path / "in" / "out")
        assert not reads_folder(spec, tmp_path / "out")
    assert not reads_folder("wildchat:1M", tmp_path / "out")
