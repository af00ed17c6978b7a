from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from persona_extract.errors import StoreError
from persona_extract.records.tables import DROPPED, empty
from persona_extract.store import atomic
from persona_extract.store.atomic import read_table, refuse_stream, write_bytes, write_table


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


def test_a_link_stays_and_its_target_is_written(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    target, link = tmp_path / "there" / "a", tmp_path / "link"
    link.symlink_to(Path("there") / "a")
    for content in (b"first", b"second"):  # the link is broken at first
        write_bytes(link, content)
        assert link.is_symlink() and target.read_bytes() == content
    assert [path.name for path in (tmp_path / "there").iterdir()] == ["a"]


def test_a_link_to_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("a")
    with pytest.raises(StoreError, match="symbolic links"):
        write_bytes(tmp_path / "a", b"")
    assert (tmp_path / "a").is_symlink()


def test_a_pipe_is_written_through(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE)
    write_bytes(pipe, b"hello")
    assert reader.communicate(timeout=10)[0] == b"hello"
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_device_stays_one() -> None:
    write_bytes(Path(os.devnull), b"hello")
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


@pytest.mark.parametrize("how", [">>", "|cat>>"])
def test_stdout_is_continued_and_not_replaced(tmp_path: Path, how: str) -> None:
    program = (
        "from pathlib import Path; from persona_extract.store.atomic import write_bytes;"
        " write_bytes(Path('/dev/stdout'), b'two '); print('three')"
    )
    line = f"printf 'one ' > out; '{sys.executable}' -c \"{program}\" {how} out"
    root = Path(__file__).parents[3]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    subprocess.run(["bash", "-c", line], cwd=tmp_path, env=environment, check=True)
    assert (tmp_path / "out").read_text() == "one two three\n"


def test_pipes_and_devices_are_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path(os.devnull)):
        with pytest.raises(StoreError, match="pipe or a device; save it to a file first"):
            refuse_stream(path)
    refuse_stream(tmp_path)
    refuse_stream(tmp_path / "none")
