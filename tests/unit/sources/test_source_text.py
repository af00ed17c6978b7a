"""What people wrote comes out to the letter, whatever letters they used."""

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from persona_extract.sources import open_source

Texts = list[list[str]]

CONVERSATIONS = st.lists(st.lists(st.text(), min_size=1, max_size=4), min_size=1, max_size=6)


@pytest.mark.parametrize("shape", ["wildchat", "chat log"])
@pytest.mark.parametrize("ascii_only", [True, False])
@settings(deadline=None, max_examples=60)
@given(texts=CONVERSATIONS)
def test_every_text_of_every_line_is_read_as_written(
    shape: str, ascii_only: bool, texts: Texts
) -> None:
    records = [_record(shape, each) for each in texts]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.jsonl"
        written = "\n".join(json.dumps(each, ensure_ascii=ascii_only) for each in records)
        path.write_text(written, encoding="utf-8")
        batches = list(open_source(str(path)).batches(size=4))
    rows = [row for batch in batches for row in batch.frame["messages"].to_list()]
    assert [[message["content"] for message in row] for row in rows] == texts
    assert all(not batch.skipped for batch in batches)


def _record(shape: str, texts: list[str]) -> dict[str, Any]:
    talk = [{"role": "user", "content": text} for text in texts]
    return (
        {"conversation_hash": "h", "conversation": talk}
        if shape == "wildchat"
        else {"messages": talk}
    )
