"""What a workspace remembers of its clusters, and which run is matched with which."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from persona_extract.errors import StoreError, UsageError
from persona_extract.pipeline.cluster import cluster_settings
from persona_extract.pipeline.job import FOLDERS, Job
from persona_extract.pipeline.remember import (
    known_as,
    last_catalogue,
    lent_by,
    match_last,
    read_changes,
    remember,
    with_clusters,
    write_changes,
)
from persona_extract.records.catalogue import Change
from persona_extract.records.settings import ClusterSettings, Settings
from persona_extract.store.workspace import open_workspace
from persona_extract.traits.memory import Group, Matching, Remembered
from tests.unit.pipeline.runs import bytes_of

MODEL = "sentence-transformers:a model"


def job(out: Path, salt: str = "a salt", previous: Path | str | None = None) -> Job:
    lender = None if previous is None else str(previous)
    settings = Settings(cluster=ClusterSettings(encoder="lsa", previous=lender))
    return Job(open_workspace(out, salt), "demo", settings)


def clusters(at: Job, parts: dict[str, range], encoder: str = "") -> Remembered:
    """Clusters of numbered turns, and one archetype of all users."""
    rows = [(f"c:{i}", f"m_{name}") for name, members in parts.items() for i in members]
    members = pl.DataFrame([*rows, ("c:-1", None)], schema=["key", "id"], orient="row")
    centres = {f"m_{name}": (1.0, float(part[0])) for name, part in parts.items()}
    known = known_as(at, encoder, per_text=bool(encoder))
    return with_clusters(known, "move", members, centres if encoder else {})


def stage(at: Job, digest: str, parts: dict[str, range], encoder: str = "") -> Matching:
    """What the cluster stage does with its memory."""
    at.workspace.begin(FOLDERS["cluster"], digest)
    found = match_last(at, clusters(at, parts, encoder))
    write_changes(at, found.changes)
    remember(at, found.now)
    return found


def test_the_first_run_has_no_last_catalogue(tmp_path: Path) -> None:
    at = job(tmp_path / "w")
    found = stage(at, "d1", {"aaaaaaaa": range(9)})
    assert found.changes == ()
    assert read_changes(at) == []


def test_what_is_remembered_comes_back_as_it_was(tmp_path: Path) -> None:
    at = job(tmp_path / "w")
    stage(at, "d1", {"aaaaaaaa": range(9), "bbbbbbbb": range(20, 30)}, MODEL)
    second = stage(at, "d2", {"cccccccc": range(10)}, MODEL)
    at.workspace.begin(FOLDERS["cluster"], "d3")
    last = last_catalogue(at)
    assert last is not None
    assert {g.id: g for g in last.groups} == {g.id: g for g in second.now.groups}
    assert [group.id for group in last.gone] == ["m_bbbbbbbb"]
    assert last.others == {"move": frozenset({"c:-1"})}
    assert last.encoder == MODEL


def test_a_later_run_keeps_ids_and_tells_what_is_new(tmp_path: Path) -> None:
    at = job(tmp_path / "w")
    stage(at, "d1", {"aaaaaaaa": range(9)})
    found = stage(at, "d2", {"cccccccc": range(12), "dddddddd": range(20, 30)})
    assert found.ids == {"m_cccccccc": "m_aaaaaaaa", "m_dddddddd": "m_dddddddd"}
    assert [change.what for change in read_changes(at)] == ["kept", "new"]


def test_a_repeated_run_gives_the_same_bytes(tmp_path: Path) -> None:
    at = job(tmp_path / "w")
    stage(at, "d1", {"aaaaaaaa": range(9)})
    stage(at, "d2", {"cccccccc": range(12), "dddddddd": range(20, 30)})
    before = bytes_of(at.workspace.root)
    stage(at, "d2", {"cccccccc": range(12), "dddddddd": range(20, 30)})
    assert bytes_of(at.workspace.root) == before


def test_going_back_to_earlier_data_gives_the_earlier_bytes(tmp_path: Path) -> None:
    at = job(tmp_path / "w")
    stage(at, "d1", {"aaaaaaaa": range(9), "bbbbbbbb": range(20, 40)})
    memory = (at.workspace.root / "memory" / "d1.parquet").read_bytes()
    stage(at, "d2", {"cccccccc": range(9), "dddddddd": range(20, 30)})
    back = stage(at, "d1", {"aaaaaaaa": range(9), "bbbbbbbb": range(20, 40)})
    assert back.changes == ()
    assert (at.workspace.root / "memory" / "d1.parquet").read_bytes() == memory


@pytest.mark.parametrize("killed", ["before the history", "after it"])
def test_a_killed_run_gives_the_same_bytes(tmp_path: Path, killed: str) -> None:
    parts = {"cccccccc": range(12), "dddddddd": range(20, 30)}
    whole, cut = job(tmp_path / "whole"), job(tmp_path / "cut")
    for at in (whole, cut):
        stage(at, "d1", {"aaaaaaaa": range(9)})
    stage(whole, "d2", parts)
    history = cut.workspace.root / "memory" / "history.json"
    noted = history.read_bytes()
    stage(cut, "d2", parts)
    if killed == "before the history":
        history.write_bytes(noted)
    stage(cut, "d2", parts)
    assert bytes_of(cut.workspace.root) == bytes_of(whole.workspace.root)


def test_a_run_that_never_finished_is_not_remembered(tmp_path: Path) -> None:
    at = job(tmp_path / "w")
    stage(at, "d1", {"aaaaaaaa": range(9)})
    at.workspace.begin(FOLDERS["cluster"], "d2")
    match_last(at, clusters(at, {"cccccccc": range(2, 9)}))
    at.workspace.begin(FOLDERS["cluster"], "d3")
    last = last_catalogue(at)
    assert last is not None
    assert last.groups == (Group("move", "m_aaaaaaaa", frozenset(f"c:{i}" for i in range(9))),)


def test_another_workspace_of_the_same_salt_lends_its_ids(tmp_path: Path) -> None:
    old, new = job(tmp_path / "old"), job(tmp_path / "new", previous=tmp_path / "old")
    stage(old, "d1", {"aaaaaaaa": range(9)})
    assert stage(new, "d9", {"cccccccc": range(12)}).ids == {"m_cccccccc": "m_aaaaaaaa"}


def test_another_workspace_of_another_salt_lends_ids_by_centres(tmp_path: Path) -> None:
    old = job(tmp_path / "old", "one salt")
    new = job(tmp_path / "new", "another salt", tmp_path / "old")
    stage(old, "d1", {"aaaaaaaa": range(9), "bbbbbbbb": range(20, 30)}, MODEL)
    found = stage(new, "d9", {"cccccccc": range(40, 49), "dddddddd": range(1)}, MODEL)
    assert found.ids == {"m_cccccccc": "m_bbbbbbbb", "m_dddddddd": "m_aaaaaaaa"}


@pytest.mark.parametrize("encoder", ["", "sentence-transformers:another"])
def test_another_salt_and_another_encoder_are_refused(tmp_path: Path, encoder: str) -> None:
    old = job(tmp_path / "old", "one salt")
    new = job(tmp_path / "new", "another salt", tmp_path / "old")
    stage(old, "d1", {"aaaaaaaa": range(9)}, MODEL)
    with pytest.raises(UsageError, match=r"nothing in .* can be compared"):
        stage(new, "d9", {"cccccccc": range(9)}, encoder)


def test_previous_must_be_a_workspace_with_a_catalogue(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(UsageError, match="is not a workspace"):
        lent_by(job(tmp_path / "a", previous=tmp_path / "folder"))
    job(tmp_path / "empty")
    with pytest.raises(UsageError, match="no catalogue yet"):
        lent_by(job(tmp_path / "b", previous=tmp_path / "empty"))


def test_what_is_lent_enters_the_digest_of_the_stage(tmp_path: Path) -> None:
    old, new = job(tmp_path / "old"), job(tmp_path / "new", previous=tmp_path / "old")
    stage(old, "d1", {"aaaaaaaa": range(9)})
    first = cluster_settings(new)
    assert cluster_settings(new) == first
    stage(old, "d2", {"aaaaaaaa": range(9), "bbbbbbbb": range(20, 30)})
    assert cluster_settings(new) != first
    assert lent_by(old) is None


def test_a_workspace_may_name_itself(tmp_path: Path) -> None:
    at = job(tmp_path / "w", previous=tmp_path / "w")
    assert lent_by(at) is None
    stage(at, "d1", {"aaaaaaaa": range(9)})
    assert stage(at, "d2", {"cccccccc": range(9)}).ids == {"m_cccccccc": "m_aaaaaaaa"}


def test_a_damaged_memory_says_so(tmp_path: Path) -> None:
    at = job(tmp_path / "w")
    stage(at, "d1", {"aaaaaaaa": range(9)})
    (at.workspace.root / "memory" / "d1.parquet").write_bytes(b"PAR1")
    at.workspace.begin(FOLDERS["cluster"], "d2")
    with pytest.raises(StoreError, match="damaged"):
        last_catalogue(at)
    (at.workspace.root / "memory" / "history.json").write_bytes(b"{}")
    with pytest.raises(StoreError, match="damaged"):
        last_catalogue(at)


def test_changes_are_read_as_they_were_written(tmp_path: Path) -> None:
    at = job(tmp_path / "w")
    at.workspace.begin(FOLDERS["cluster"], "d1")
    told = Change(kind="move", what="split", before=["m_1"], after=["m_1", "m_2"])
    write_changes(at, [told])
    assert read_changes(at) == [told]
