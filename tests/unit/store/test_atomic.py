from __future__ import annotations

import errno
import os
from pathlib import Path

import polars as pl
import pytest

from persona_extract.errors import StoreError
from persona_extract.records.tables import DROPPED, empty
from persona_extract.store import atomic
from persona_extract.store.atomic import read_table, write_bytes, write_table


def test_a_failed_write_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.bin"
    write_bytes(path, b"old")

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(atomic.os, "fsync", full)
    with pytest.raises(StoreError, match=r"disk is full.*continues where it stopped"):
        write_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.bin"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_no_permission_is_said(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match="no permission; choose another --out"):
        write_bytes(tmp_path / "a", b"")


def test_a_file_in_the_way_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"file|folder"):
        write_bytes(tmp_path / "file" / "a", b"")


def test_same_table_same_bytes(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {"conversation_id": ["a"], "user_key": ["u"], "reason": ["turns"], "detail": ["2"]}
    )
    write_table(tmp_path / "1.parquet", frame, DROPPED)
    write_table(tmp_path / "2.parquet", frame.clone(), DROPPED)
    assert (tmp_path / "1.parquet").read_bytes() == (tmp_path / "2.parquet").read_bytes()
    assert read_table(tmp_path / "1.parquet", DROPPED).equals(frame)


def test_a_wrong_schema_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="columns missing"):
        write_table(tmp_path / "t.parquet", pl.DataFrame({"x": [1]}), DROPPED)
    assert not (tmp_path / "t.parquet").exists()


def test_a_cut_table_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    write_table(path, empty(DROPPED), DROPPED)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(StoreError, match="damaged"):
        read_table(path, DROPPED)
