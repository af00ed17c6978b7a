"""Constant memory: only one batch is alive, whatever the size of the file."""

import json
from pathlib import Path

import psutil
import pytest

from persona_extract.sources import open_source

CONVERSATIONS = 20_000


@pytest.mark.parametrize("shape", ["wildchat", "messages"])
def test_20000_conversations_take_the_memory_of_a_batch(tmp_path: Path, shape: str) -> None:
    path = tmp_path / "a.jsonl"
    talk = [{"role": "user", "content": "x" * 2500}, {"role": "assistant", "content": "y" * 2500}]
    with path.open("w") as stream:
        for n in range(CONVERSATIONS):
            record = {"conversation_hash": str(n), "conversation": talk}
            stream.write(json.dumps(record if shape == "wildchat" else {"messages": talk}) + "\n")
    assert path.stat().st_size > 100e6
    source, process = open_source(str(path)), psutil.Process()
    seen, start, peak = 0, 0, 0
    for batch in source.batches(size=250):
        seen += batch.frame.height
        start = start or process.memory_info().rss  # after imports and the first batch
        peak = max(peak, process.memory_info().rss)
    assert seen == CONVERSATIONS
    assert peak - start < 40e6, f"grew by {(peak - start) / 1e6:.0f} MB"
