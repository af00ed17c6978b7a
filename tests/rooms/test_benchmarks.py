"""Every format of the room: one schema, unique ids, claimed by itself only, nothing lost.

A new file in `persona_extract/benchmarks/` is met by itself; it has to say below what a small
document of it looks like, and what was said in it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from persona_extract.benchmarks import all_formats, find_format
from persona_extract.benchmarks.protocol import BenchmarkFormat
from persona_extract.errors import SourceError
from persona_extract.pipeline.transcripts import known_shapes, read_transcripts
from persona_extract.records.tables import TRANSCRIPTS, conform

SAID = [
    {"role": "user", "content": "my bag is lost é"},
    {"role": "assistant", "content": "which bag?"},
    {"role": "user", "content": "the green one"},
]
SURVEY = {"reuse": {"question": "again?", "answer": "Maybe"}, "efficiency": {"answer": None}}
PAIRS = [(each["role"], each["content"]) for each in SAID]


def tau_bench() -> Any:
    system = {"role": "system", "content": "be kind"}
    return [
        {"task_id": task, "trial": trial, "reward": 1.0, "info": {}, "traj": [system, *SAID]}
        for task in (0, 1)
        for trial in (0, 1)
    ]


def tau2() -> Any:
    runs = [
        {"id": f"r{n}", "task_id": str(n), "trial": 0, "reward_info": None, "messages": SAID}
        for n in range(3)
    ]
    info = {"environment_info": {"domain_name": "retail"}}
    return {"info": info, "tasks": [], "simulations": runs}


def tau_usi() -> Any:
    names = ("airline_0", "airline_0_ann2", "airline_1_ann3")
    rest = {"agent_id": "a", "conversation": SAID, "survey": SURVEY, "reward": 1, "keep": True}
    return {name: {"task_id": name, "instance_id": name, **rest} for name in names}


def simulator_arena() -> Any:
    session = {"workerId": "w", "user_queries": [], "ai_responses": [], "document_type": "email"}
    asked = [each["content"] for each in SAID if each["role"] == "user"]
    return [{**session, "user_queries": asked, "ai_responses": ["which bag?"]}] * 2


DOCUMENTS: dict[str, Callable[[], Any]] = {
    "SimulatorArena": simulator_arena,
    "tau-bench": tau_bench,
    "tau2-bench": tau2,
    "tau-usi": tau_usi,
}
"""Format -> a document of it, in which every conversation is `SAID` (and system messages)."""


@pytest.fixture(params=all_formats(), ids=lambda each: each.name)
def known(request: pytest.FixtureRequest) -> BenchmarkFormat:
    return request.param


def test_every_format_has_a_document_here() -> None:
    missing = {each.name for each in all_formats()} ^ DOCUMENTS.keys()
    assert not missing, f"add a small document to DOCUMENTS for {missing}"


def test_a_document_is_claimed_by_its_own_format_only(known: BenchmarkFormat) -> None:
    document = DOCUMENTS[known.name]()
    assert [each.name for each in all_formats() if each.recognises(document)] == [known.name]
    assert find_format(document) is known


@pytest.mark.parametrize(
    "other",
    [None, 1, "x", [], {}, [[]], [None], [{}], {"a": {}}, SAID, [{"messages": SAID}], [SAID]],
)
def test_other_documents_are_claimed_by_none(known: BenchmarkFormat, other: Any) -> None:
    assert not known.recognises(other)


def test_schema_and_ids(known: BenchmarkFormat) -> None:
    document = DOCUMENTS[known.name]()
    read = known.reads(document, "runs/some_airline.json")
    frame = conform(read.frame, TRANSCRIPTS)
    entries = document["simulations"] if known.name == "tau2-bench" else document
    assert frame.height == len(entries)
    assert frame["conversation_id"].n_unique() == frame.height
    assert frame.select("conversation_id", "human").null_count().row(0) == (0, 0)
    assert read.skipped == {}


def test_what_was_said_is_there_word_by_word(known: BenchmarkFormat) -> None:
    frame = known.reads(DOCUMENTS[known.name](), "a.json").frame
    for messages in frame["messages"].to_list():
        found = [(each["role"], each["content"]) for each in messages if each["role"] != "system"]
        assert found == PAIRS


def test_an_entry_that_occurs_twice_keeps_an_id_of_its_own(known: BenchmarkFormat) -> None:
    document = DOCUMENTS[known.name]()
    doubled = document * 2 if isinstance(document, list) else document
    if isinstance(document, dict) and "simulations" in document:
        doubled = {**document, "simulations": document["simulations"] * 3}
    elif isinstance(document, dict):
        doubled = list(document.values()) * 3
    frame = known.reads(doubled, "a.json").frame
    assert frame["conversation_id"].n_unique() == frame.height > len(document)


def test_a_file_reads_as_its_document(known: BenchmarkFormat, tmp_path: Path) -> None:
    document = DOCUMENTS[known.name]()
    path = tmp_path / "some_airline.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    read = read_transcripts(path)
    assert read.recognised == known.name and not read.made_up
    assert read.frame.equals(known.reads(document, str(path)).frame)
    assert read_transcripts(path, limit=1).frame.equals(read.frame.head(1))


def test_a_broken_entry_is_named(known: BenchmarkFormat) -> None:
    document = DOCUMENTS[known.name]()
    broken = document
    if isinstance(document, list):
        broken = [document[0], 5]
    elif "simulations" in document:
        broken["simulations"][1] = 5
    else:
        broken = {**document, "airline_9": 5}
    with pytest.raises(SourceError, match=r"runs/a\.json, (entry|session|simulation) [13]\b"):
        known.reads(broken, "runs/a.json")


def test_its_shape_is_told_in_words(known: BenchmarkFormat) -> None:
    assert known.describes in known_shapes()
    assert len({each.describes for each in all_formats()}) == len(all_formats())
