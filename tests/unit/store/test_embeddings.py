import multiprocessing
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from persona_extract.errors import StoreError
from persona_extract.store import embeddings
from persona_extract.store.embeddings import Kept, Vectors


class FakeEncoder:
    """Length and first letter of a text; remembers what it was asked."""

    def __init__(self, name: str = "fake", dies_after: int | None = None) -> None:
        self.name = name
        self.asked: list[str] = []
        self.dies_after = dies_after

    def encode(self, texts: Sequence[str], *, seed: int) -> Vectors:
        if self.dies_after is not None and len(self.asked) >= self.dies_after:
            raise KeyboardInterrupt
        self.asked.extend(texts)
        return np.array([[len(t), ord(t[0])] for t in texts], dtype=np.float32)


def test_a_text_is_embedded_once(tmp_path: Path):
    first, second = FakeEncoder(), FakeEncoder()
    path = tmp_path / "new" / "kept.sqlite"
    made = Kept(first, path).encode(["more", "why", "more"], seed=0)
    assert sorted(first.asked) == ["more", "why"]
    found = Kept(second, path).encode(["why", "more", "again"], seed=0)
    assert second.asked == ["again"]
    assert (found[0] == made[1]).all()
    assert (found[1] == made[0]).all()
    assert found.dtype == np.float32


def test_another_encoder_has_its_own_vectors(tmp_path: Path):
    path = tmp_path / "kept.sqlite"
    Kept(FakeEncoder("one"), path).encode(["more"], seed=0)
    other = FakeEncoder("two")
    Kept(other, path).encode(["more"], seed=0)
    assert other.asked == ["more"]


def test_the_file_holds_no_text(tmp_path: Path):
    path = tmp_path / "kept.sqlite"
    Kept(FakeEncoder(), path).encode(["a secret wish"], seed=0)
    assert b"secret" not in path.read_bytes()


def test_a_killed_run_continues_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(embeddings, "_BLOCK", 10)
    texts = [f"text {n:03}" for n in range(50)]
    path = tmp_path / "kept.sqlite"
    with pytest.raises(KeyboardInterrupt):
        Kept(FakeEncoder(dies_after=30), path).encode(texts, seed=0)
    rest = FakeEncoder()
    vectors = Kept(rest, path).encode(texts, seed=0)
    assert rest.asked == texts[30:]
    assert vectors.tobytes() == FakeEncoder().encode(texts, seed=0).tobytes()


def test_two_processes_share_a_file(tmp_path: Path):
    path = tmp_path / "kept.sqlite"
    spawn = multiprocessing.get_context("spawn")
    workers = [spawn.Process(target=_fill, args=(path, shift)) for shift in (0, 100)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0]
    with sqlite3.connect(path) as database:
        assert database.execute("SELECT count(*) FROM vectors").fetchone() == (400,)


def _fill(path: Path, shift: int) -> None:
    for start in range(shift, shift + 300, 20):
        texts = [f"text {n}" for n in range(start, start + 20)]
        Kept(FakeEncoder(), path).encode(texts, seed=0)


def test_a_foreign_file_is_a_store_error(tmp_path: Path):
    path = tmp_path / "kept.sqlite"
    path.write_text("this is no database, and long enough to be seen as none" * 20)
    with pytest.raises(StoreError, match=r"kept\.sqlite"):
        Kept(FakeEncoder(), path).encode(["more"], seed=0)


def test_no_text_needs_no_vector(tmp_path: Path):
    assert Kept(FakeEncoder(), tmp_path / "kept.sqlite").encode([], seed=0).shape[0] == 0
