import multiprocessing
import os
import shutil
import signal
import sqlite3
import stat
import sys
import tempfile
import time
from pathlib import Path

import pytest

from persona_extract.errors import StoreError, UsageError
from persona_extract.llm.cache import AnswerCache, prune, stats
from persona_extract.llm.protocol import Kept
from persona_extract.records.calls import Usage

SPAWN = multiprocessing.get_context("spawn")
DAY = 86_400.0


def kept(text: str = "yes", *, model: str = "m-1", cost: float | None = 0.5) -> Kept:
    return Kept(text, model, Usage(100, 20), cost)


def filled(path: Path) -> Path:
    cache = AnswerCache(path)
    for n in range(3):
        cache.keep(f"read {n}", "read", "read.v1@aa", kept("r" * 1000))
    cache.keep("read other", "read", "read.v2@bb", kept(model="m-2", cost=None))
    cache.keep("reader", "read", "reader.v1@cc", kept())
    cache.keep("label", "label", "label.v1@dd", kept())
    cache.close()
    return path


def keys(path: Path) -> set[str]:
    with sqlite3.connect(path) as database:
        return {key for (key,) in database.execute("SELECT key FROM answers")}


def test_what_is_kept_is_found_by_another_cache(tmp_path: Path):
    path = tmp_path / "new" / "answers.sqlite"
    answer = Kept("naïve – 日本\x00語", "m-1", Usage(7, 3, estimated=True), None)
    AnswerCache(path).keep("a", "read", "read.v1@aa", answer)
    other = AnswerCache(path)
    assert other.look_up("a") == answer
    assert other.look_up("b") is None


def test_the_first_answer_stays(tmp_path: Path):
    cache = AnswerCache(tmp_path / "answers.sqlite")
    cache.keep("a", "read", "p", kept("first"))
    cache.keep("a", "read", "p", kept("second"))
    found = cache.look_up("a")
    assert found is not None
    assert found.text == "first"


def test_only_the_owner_may_read(tmp_path: Path):
    path = tmp_path / "answers.sqlite"
    before = os.umask(0o022)
    try:
        cache = AnswerCache(path)
        cache.keep("a", "read", "p", kept())
        files = list(tmp_path.iterdir())
    finally:
        os.umask(before)
    assert len(files) > 1  # the write-ahead log holds answers, too
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_the_typical_length_is_that_of_the_prompt(tmp_path: Path):
    cache = AnswerCache(tmp_path / "answers.sqlite")
    for n in (10, 20, 60):
        cache.keep(f"a{n}", "read", "read.v1@aa", Kept("", "m", Usage(1, n), 0.0))
    cache.keep("b", "read", "read.v2@bb", Kept("", "m", Usage(1, 1000), 0.0))
    assert cache.typical("read.v1@aa") == (3, 30.0)
    assert cache.typical("never.v1@00") is None


def test_processes_share_a_file(tmp_path: Path):
    path = tmp_path / "answers.sqlite"
    workers = [SPAWN.Process(target=_hammer, args=(path, shift)) for shift in (0, 100, 200)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    assert keys(path) == {f"key {n}" for n in range(500)}
    found = stats(path)
    assert found.total.uses == 3 * 300  # each read each of its own once, and none was lost


def _hammer(path: Path, shift: int) -> None:
    cache = AnswerCache(path)
    for n in range(shift, shift + 300):
        cache.keep(f"key {n}", "read", "p", kept(f"text {n}"))
        found = cache.look_up(f"key {n}")
        assert found is not None
        assert found.text == f"text {n}"


def test_a_killed_process_loses_no_answer_that_was_kept(tmp_path: Path):
    path, told = tmp_path / "answers.sqlite", tmp_path / "told"
    worker = SPAWN.Process(target=_keep_for_ever, args=(path, told))
    worker.start()
    end = time.monotonic() + 60
    while time.monotonic() < end and (not told.exists() or told.stat().st_size < 2000):
        time.sleep(0.01)
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGKILL)
    worker.join()
    assert worker.exitcode == -signal.SIGKILL
    paid = told.read_text().splitlines(keepends=True)
    paid = [line.strip() for line in paid if line.endswith("\n")]
    assert len(paid) > 100
    cache = AnswerCache(path)
    assert all(cache.look_up(key) is not None for key in paid)
    cache.keep("after", "read", "p", kept())
    with sqlite3.connect(path) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def _keep_for_ever(path: Path, told: Path) -> None:
    cache = AnswerCache(path)
    with told.open("a", buffering=1) as out:
        for n in range(10**9):
            cache.keep(f"key {n}", "read", "p", kept("x" * 3000))
            cache.look_up(f"key {n}")
            out.write(f"key {n}\n")


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_a_forked_process_has_a_connection_of_its_own(tmp_path: Path):
    worker = SPAWN.Process(target=_forks, args=(tmp_path / "answers.sqlite",))
    worker.start()
    worker.join()
    assert worker.exitcode == 0


def _forks(path: Path) -> None:
    """In a process of its own: what other tests left in theirs must not be forked."""
    cache = AnswerCache(path)
    cache.keep("parent", "read", "p", kept())
    worker = multiprocessing.get_context("fork").Process(
        target=cache.keep, args=("child", "read", "p", kept())
    )
    worker.start()
    worker.join()
    assert worker.exitcode == 0
    assert cache.look_up("child") is not None


def test_uses_are_noted_when_the_cache_is_let_go(tmp_path: Path):
    path = filled(tmp_path / "answers.sqlite")
    cache = AnswerCache(path)
    for key in ("read 0", "read 0", "read other"):
        cache.look_up(key)
    del cache
    found = stats(path)
    assert found.total.uses == 3
    assert found.total.saved_tokens == 3 * 120
    assert found.total.saved_cost == 1.0  # the price of the third is unknown


def test_uses_are_noted_while_a_long_run_goes_on(tmp_path: Path):
    path = filled(tmp_path / "answers.sqlite")
    now = [1000.0]
    cache = AnswerCache(path, clock=lambda: now[0])
    cache.look_up("label")
    assert stats(path).total.uses == 0
    now[0] += 60
    cache.look_up("label")
    assert stats(path).total.uses == 2


@pytest.mark.parametrize(
    "content", [b"this is no database, and long enough to be seen as none" * 20, b"SQLite for"]
)
def test_a_foreign_file_is_said_to_be_one(tmp_path: Path, content: bytes):
    path = tmp_path / "answers.sqlite"
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"answers\.sqlite is damaged.*delete it.*paid, again"):
        AnswerCache(path).look_up("a")
    assert path.read_bytes() == content


def test_another_database_is_not_taken_for_a_cache(tmp_path: Path):
    path = tmp_path / "answers.sqlite"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE mine (a)")
    with pytest.raises(StoreError, match="not a cache of answers"):
        AnswerCache(path).keep("a", "read", "p", kept())


def test_a_file_of_a_later_version_is_left_alone(tmp_path: Path):
    path = filled(tmp_path / "answers.sqlite")
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError, match="another version"):
        AnswerCache(path).look_up("a")


def test_a_damaged_page_says_what_to_do(tmp_path: Path):
    path = filled(tmp_path / "answers.sqlite")
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(StoreError, match="delete it and run the same command again"):
        AnswerCache(path).look_up("read 0")


def test_a_file_in_place_of_a_folder_is_a_store_error(tmp_path: Path):
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(StoreError, match="folder that can be written to"):
        AnswerCache(tmp_path / "cache" / "answers.sqlite").look_up("a")


@pytest.mark.skipif(sys.platform == "win32", reason="permissions work otherwise")
def test_a_read_only_folder_is_a_store_error():
    folder = Path(tempfile.mkdtemp())
    try:
        folder.chmod(0o555)
        worker = SPAWN.Process(target=_refused, args=(folder,))
        worker.start()
        worker.join()
        assert worker.exitcode == 0
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)


def _refused(folder: Path) -> None:
    if os.geteuid() == 0:
        os.setuid(65534)  # root may write everywhere
    with pytest.raises(StoreError, match=r"answers\.sqlite: Permission denied.*written to"):
        AnswerCache(folder / "answers.sqlite").keep("a", "read", "p", kept())


def test_statistics_add_up(tmp_path: Path):
    path = filled(tmp_path / "answers.sqlite")
    found = stats(path)
    assert found.entries == 6
    assert found.bytes == path.stat().st_size
    assert [(g.stage, g.prompt, g.model, g.entries) for g in found.groups] == [
        ("label", "label.v1@dd", "m-1", 1),
        ("read", "read.v1@aa", "m-1", 3),
        ("read", "read.v2@bb", "m-2", 1),
        ("read", "reader.v1@cc", "m-1", 1),
    ]
    assert found.total.cost == 2.5
    assert found.total.unknown_prices == 1
    for name in ("entries", "text_bytes", "prompt_tokens", "completion_tokens", "cost"):
        assert sum(getattr(g, name) for g in found.groups) == getattr(found.total, name)
    assert found.oldest is not None
    assert found.newest is not None
    assert found.oldest <= found.newest


def test_an_empty_cache_has_statistics(tmp_path: Path):
    path = tmp_path / "answers.sqlite"
    AnswerCache(path).look_up("a")
    found = stats(path)
    assert (found.entries, found.oldest, found.groups, found.total.cost) == (0, None, (), 0.0)


def test_statistics_make_no_file(tmp_path: Path):
    with pytest.raises(StoreError, match="does not exist"):
        stats(tmp_path / "answers.sqlite")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("prompt", "gone"),
    [
        ("read", {"read 0", "read 1", "read 2", "read other"}),
        ("read.v1", {"read 0", "read 1", "read 2"}),
        ("read.v2@bb", {"read other"}),
        ("rea", set[str]()),
        ("%", set[str]()),
    ],
)
def test_a_prompt_is_pruned_by_name_version_or_id(tmp_path: Path, prompt: str, gone: set[str]):
    path = filled(tmp_path / "answers.sqlite")
    before = keys(path)
    done = prune(path, prompt=prompt)
    assert before - keys(path) == gone
    assert (done.removed, done.left) == (len(gone), 6 - len(gone))


def test_conditions_hold_together(tmp_path: Path):
    path = filled(tmp_path / "answers.sqlite")
    assert prune(path, prompt="read", model="m-2").removed == 1
    assert "read other" not in keys(path)


def test_what_was_used_lately_is_not_old(tmp_path: Path):
    path, now = tmp_path / "answers.sqlite", [0.0]
    cache = AnswerCache(path, clock=lambda: now[0])
    for key in ("used", "forgotten"):
        cache.keep(key, "read", "p", kept())
    now[0] = 40 * DAY
    cache.keep("new", "read", "p", kept())
    cache.look_up("used")
    cache.close()
    assert prune(path, older_than_days=30, clock=lambda: now[0]).removed == 1
    assert keys(path) == {"used", "new"}


def test_everything_goes_and_leaves_no_trace(tmp_path: Path):
    path = tmp_path / "answers.sqlite"
    cache = AnswerCache(path)
    for n in range(200):
        cache.keep(f"key {n}", "read", "p", kept("my secret wish " * 100))
    cache.close()  # moves everything from the log into the file
    assert cache.look_up("key 0") is not None
    size = sum(file.stat().st_size for file in tmp_path.iterdir())
    done = prune(path, everything=True)  # while another has the file open
    assert (done.removed, done.left, done.lost_cost) == (200, 0, 100.0)
    assert done.bytes_freed > 200_000
    left = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"secret" not in left
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) < size / 4
    assert cache.look_up("key 1") is None


def test_a_dry_run_removes_nothing_and_counts_the_same(tmp_path: Path):
    path = filled(tmp_path / "answers.sqlite")
    before = path.read_bytes()
    said = prune(path, prompt="read.v1", dry_run=True)
    assert path.read_bytes() == before
    done = prune(path, prompt="read.v1")
    assert (said.removed, said.left, said.lost_cost) == (done.removed, done.left, done.lost_cost)
    assert said.dry_run
    assert said.bytes_freed > 0


@pytest.mark.parametrize(
    "said", [{}, {"everything": True, "model": "m-1"}, {"everything": True, "older_than_days": 1}]
)
def test_what_goes_has_to_be_said(tmp_path: Path, said: dict[str, object]):
    path = filled(tmp_path / "answers.sqlite")
    with pytest.raises(UsageError, match="Say which answers go"):
        prune(path, **said)  # type: ignore[arg-type]
    assert len(keys(path)) == 6
