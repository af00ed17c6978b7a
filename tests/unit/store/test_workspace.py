from __future__ import annotations

import stat
from pathlib import Path

import pytest

from persona_extract.errors import StoreError, UsageError
from persona_extract.store.atomic import PARTIAL, write_bytes
from persona_extract.store.workspace import locked, open_workspace


def test_a_new_workspace_keeps_its_salt_to_itself(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path / "w")
    assert stat.S_IMODE((tmp_path / "w" / "salt").stat().st_mode) == 0o600
    assert len(workspace.salt) == 64
    assert open_workspace(tmp_path / "w").salt == workspace.salt
    assert open_workspace(tmp_path / "v").salt != workspace.salt


def test_another_salt_is_refused(tmp_path: Path) -> None:
    open_workspace(tmp_path / "w", "one")
    with pytest.raises(UsageError, match="another salt"):
        open_workspace(tmp_path / "w", "two")


def test_a_folder_with_other_things_is_refused_and_untouched(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("mine")
    with pytest.raises(UsageError, match="not a workspace"):
        open_workspace(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("")
    with pytest.raises(UsageError, match="is a file"):
        open_workspace(tmp_path / "f")


def test_a_workspace_of_another_version_is_refused(tmp_path: Path) -> None:
    root = open_workspace(tmp_path / "w").root
    (root / "workspace.json").write_text('{"format": "persona_extract workspace", "version": 99}')
    with pytest.raises(UsageError, match="another version"):
        open_workspace(root)


def test_a_finished_stage_is_found_again_until_a_file_changes(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path / "w")
    folder = workspace.begin("01_pull", "d1")
    write_bytes(folder / "t" / "part.parquet", b"rows")
    left = workspace.finish("01_pull", "d1", {"rows": 1})
    assert workspace.finished("01_pull") == left
    assert list(left.files) == ["t/part.parquet"]
    (folder / "t" / "part.parquet").write_bytes(b"r0ws")
    assert workspace.finished("01_pull") is None


def test_an_interrupted_stage_keeps_whole_parts_only(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path / "w")
    folder = workspace.begin("01_pull", "d1")
    write_bytes(folder / "whole.parquet", b"rows")
    (folder / f".half.parquet.1{PARTIAL}").write_bytes(b"ro")
    workspace.begin("01_pull", "d1")
    assert sorted(p.name for p in folder.iterdir()) == ["begun", "whole.parquet"]


def test_parts_of_another_digest_never_mix(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path / "w")
    write_bytes(workspace.begin("01_pull", "d1") / "part.parquet", b"rows")
    assert [p.name for p in workspace.begin("01_pull", "d2").iterdir()] == ["begun"]


def test_a_damaged_stage_note_means_unfinished(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path / "w")
    folder = workspace.begin("01_pull", "d1")
    workspace.finish("01_pull", "d1", {})
    (folder / "stage.json").write_text('{"digest": "d1"')
    assert workspace.finished("01_pull") is None


def test_two_runs_do_not_share_a_workspace(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path / "w")
    with locked(workspace), pytest.raises(StoreError, match="in use"), locked(workspace):
        pass
    with locked(workspace):
        pass
