"""Every source of the room: one schema, one order, nothing lost, and resumption at any place.

A new file in `persona_extract/sources/` is met by itself; it has to say below how to open a small
local corpus of `CONVERSATIONS` conversations.
"""

import gzip
import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from persona_extract.records.tables import RECORDS, conform
from persona_extract.sources import kinds, open_source
from persona_extract.sources.demo import Demo
from persona_extract.sources.protocol import Batch, Source

CONVERSATIONS = 23
Opens = Callable[[], Source]
"""Opens the same corpus, each time anew."""


def wild(numbers: range) -> list[dict[str, Any]]:
    return [
        {
            "conversation_hash": f"h{n:03}",
            "timestamp": f"2024-05-{n % 28 + 1:02}T00:00:00+00:00" if n % 3 else None,
            "hashed_ip": f"u{n % 5}" if n % 2 else None,
            "conversation": [
                {"role": "user", "content": "é" * n},
                {"role": "assistant", "content": ""},
            ],
        }
        for n in numbers
    ]


def talks(numbers: range) -> list[dict[str, Any]]:
    return [
        {"id": n, "user": n % 4, "messages": [{"role": "user", "content": str(n)}]} for n in numbers
    ]


def lines(records: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def parquet(records: list[dict[str, Any]], path: Path) -> None:
    frame = pl.read_ndjson(lines(records), infer_schema_length=None)
    frame.write_parquet(path, row_group_size=4)


def demo(folder: Path) -> Opens:
    for name, numbers in (("ana", range(11)), ("bo", range(11, CONVERSATIONS))):
        talk = "".join(f"\n## work 2024-01-{n + 1:02}\nU: hello {n}\nA: hi\n" for n in numbers)
        (folder / f"{name}.md").write_text(f"# {name}\nabout: x\nhabits: turn_words=low\n{talk}")
    return lambda: Demo(folder)


def jsonl(folder: Path) -> Opens:
    silent = [{"messages": []}] * 3
    (folder / "a.jsonl").write_bytes(lines(silent[:1] + talks(range(9)) + silent))
    (folder / "b.json").write_text(json.dumps(talks(range(9, 15))))
    (folder / "c.ndjson.gz").write_bytes(gzip.compress(lines(talks(range(15, CONVERSATIONS)))))
    return lambda: open_source(str(folder))


def dialogue(n: int, *, scripted: bool = False) -> dict[str, Any]:
    guide = {"Agent": "UserGuide", "Action": "instruct", "Text": "Be late.", "UnixTime": 5}
    said = [
        {"Agent": "User", "Action": "utter", "Text": f"hello {n}", "UnixTime": 1_600_000_000 + n},
        {"Agent": "Wizard", "Action": "query", "UnixTime": 6},
        {"Agent": "Wizard", "Action": "pick_suggestion", "Text": "hi"},
    ]
    return {
        "DialogueID": n,
        "AnonymizedUserWorkerID": f"w{n % 3}",
        "Scenario": {"Domains": ["bank"], "Happy": not scripted or n % 2 == 0},
        "Events": [guide, *said] if scripted else said,
    }


def star(folder: Path) -> Opens:
    for n in range(CONVERSATIONS):
        (folder / f"{n:02}.json").write_text(json.dumps(dialogue(n, scripted=n % 4 == 0)))
    return lambda: open_source(str(folder))


def star_natural(folder: Path) -> Opens:
    for n in range(CONVERSATIONS + 4):
        scripted = n >= CONVERSATIONS
        (folder / f"{n:02}.json").write_text(json.dumps(dialogue(n, scripted=scripted)))
    return lambda: open_source(f"star:{folder}#natural")


def wildchat(folder: Path) -> Opens:
    (folder / "a.jsonl").write_bytes(lines(wild(range(7))))
    (folder / "b.jsonl.gz").write_bytes(gzip.compress(lines(wild(range(7, CONVERSATIONS)))))
    return lambda: open_source(str(folder))


def wildchat_parquet(folder: Path) -> Opens:
    parquet(wild(range(10)), folder / "a.parquet")
    silent = {**wild(range(1))[0], "conversation": []}
    parquet([*wild(range(10, 12)), silent, silent], folder / "b.parquet")
    parquet(wild(range(12, CONVERSATIONS)), folder / "c.parquet")
    return lambda: open_source(str(folder))


def wildchat_mixed(folder: Path) -> Opens:
    parquet(wild(range(10)), folder / "a.parquet")
    parquet([{**each, "hashed_ip": None} for each in wild(range(10, 15))], folder / "b.parquet")
    (folder / "c.jsonl").write_bytes(lines(wild(range(15, CONVERSATIONS))))
    return lambda: open_source(str(folder))


LOCAL: dict[str, list[Callable[[Path], Opens]]] = {
    "demo": [demo],
    "jsonl": [jsonl],
    "star": [star, star_natural],
    "wildchat": [wildchat, wildchat_parquet, wildchat_mixed],
}


def test_every_source_has_a_local_corpus_here() -> None:
    missing = {kind.name for kind in kinds()} - LOCAL.keys()
    assert not missing, f"add a small local corpus of {CONVERSATIONS} to LOCAL for {missing}"


@pytest.fixture(params=[build for name in sorted(LOCAL) for build in LOCAL[name]])
def opens(request: pytest.FixtureRequest, tmp_path: Path) -> Opens:
    return request.param(tmp_path)


def rows(batches: Iterator[Batch] | list[Batch]) -> pl.DataFrame:
    return pl.concat([conform(batch.frame, RECORDS) for batch in batches])


def test_the_schema_and_what_is_never_null(opens: Opens) -> None:
    found = rows(opens().batches(size=5))
    never = ["source_id", "corpus", "revision", "licence", "messages"]
    assert found.select(pl.col(never).null_count()).sum_horizontal().item() == 0
    assert found.height == CONVERSATIONS == found["source_id"].n_unique()
    assert found.select((pl.col(never[:-1]).str.len_chars() > 0).all()).row(0) == (True,) * 4
    message = found.select(pl.col("messages").explode()).unnest("messages")
    assert message["content"].null_count() == 0
    assert set(message["role"]) <= {"user", "assistant"}


def test_batches_are_as_small_as_asked_and_their_size_changes_nothing(opens) -> None:
    whole = rows(opens().batches(size=1000))
    for size in (1, 2, 3, 7, CONVERSATIONS):
        batches = list(opens().batches(size=size))
        assert max(batch.frame.height for batch in batches) <= size
        few = math.ceil((CONVERSATIONS + 4) / size) + 2  # skipped records; parts that end early
        assert len(batches) <= few
        assert rows(batches).equals(whole)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 23, 50])
def test_what_is_left_after_any_batch_is_read_by_a_new_source(opens, size: int) -> None:
    batches = list(opens().batches(size=size))
    whole = rows(batches)
    for k in range(1, len(batches) + 1):
        rest = list(opens().batches(size=size, token=batches[k - 1].token))
        assert rows(batches[:k] + rest).equals(whole), f"after {k} of {len(batches)}"


@pytest.mark.parametrize(("first", "then"), [(3, 5), (5, 3), (7, 1), (1, 100)])
def test_resuming_may_change_the_size(opens, first: int, then: int) -> None:
    batches = list(opens().batches(size=first))
    whole = rows(batches)
    for k in range(1, len(batches) + 1):
        rest = list(opens().batches(size=then, token=batches[k - 1].token))
        assert rows(batches[:k] + rest).equals(whole), f"after {k} of {len(batches)}"


def test_count_fingerprint_and_whether_people_are_real(opens: Opens) -> None:
    source = opens()
    count = source.count()  # of records: some may be skipped
    assert count is None or CONVERSATIONS <= count < CONVERSATIONS + 5
    assert source.fingerprint() == opens().fingerprint()
    assert isinstance(source.made_up, bool)


def test_the_fingerprint_follows_the_content(opens: Opens, tmp_path: Path) -> None:
    before = opens().fingerprint()
    changed = min(path for path in tmp_path.iterdir())
    changed.write_bytes(changed.read_bytes() + b"\n")
    assert opens().fingerprint() != before
