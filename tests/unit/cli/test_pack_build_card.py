"""`pack build` and `pack card` as their users meet them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.cli.shell import Shell
from tests.unit.packs.test_packs import pack as pack
from tests.unit.pipeline.runs import corpus, run_to


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ran")
    return run_to(corpus(folder, users=6), folder / "ws", "ground").workspace.root


def test_build_says_what_it_made(workspace: Path, tmp_path: Path, shell: Shell) -> None:
    out = tmp_path / "ours"
    ended = shell("pack", "build", workspace, "--out", out, "--version", "1.0.0", "--name", "Ours")
    assert ended.code == 0, ended.err
    for said in ("Ours", "1.0.0", "W. Zhao", "6, "):
        assert said in ended.out
    assert shell("pack", "validate", out).code == 0
    again = shell("pack", "build", workspace, "--out", out, "--json")
    assert json.loads(again.out)["version"] == "0.1.0" and again.err == ""


def test_build_refuses_in_one_line(workspace: Path, tmp_path: Path, shell: Shell) -> None:
    for arguments, code, why in (
        ((tmp_path, "--out", tmp_path / "p"), 2, "is no workspace of a run"),
        ((workspace, "--out", workspace / "pack"), 2, "lies in the workspace"),
        ((workspace, "--out", tmp_path / "p", "--version", "one"), 2, "--version: 'one'"),
        ((workspace,), 2, "--out"),
    ):
        ended = shell("pack", "build", *arguments)
        assert (ended.code, ended.out) == (code, "") and why in ended.err


def test_settings_name_the_pack(
    tmp_path: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    chats = corpus(tmp_path, users=4)
    monkeypatch.setenv("PERSONA_EXTRACT_PACK__VERSION", "3.0.0")
    monkeypatch.setenv("PERSONA_EXTRACT_PACK__ATTRIBUTION", "Example Ltd")
    ended = shell("run", chats, "--out", tmp_path / "ws", "--until", "pack", "-q")
    assert ended.code == 0, ended.err
    built = shell("pack", "build", tmp_path / "ws", "--out", tmp_path / "p", "--json")
    said = json.loads(built.out)
    assert (said["version"], said["attribution"][1:]) == ("3.0.0", ["Example Ltd"])
    monkeypatch.setenv("PERSONA_EXTRACT_PACK__VERSION", "3")
    wrong = shell("run", chats, "--out", tmp_path / "ws2", "-q")
    assert wrong.code == 2 and "pack.version" in wrong.err


def test_card_is_that_of_the_pack(pack: Path, tmp_path: Path, shell: Shell) -> None:
    readme = (pack / "README.md").read_text()
    assert shell("pack", "card", pack).out == readme
    out = tmp_path / "CARD.md"
    ended = shell("pack", "card", pack, "--out", out)
    assert (ended.code, ended.out) == (0, "") and out.read_text() == readme


def test_card_as_data(pack: Path, shell: Shell) -> None:
    said = json.loads(shell("pack", "card", pack, "--json").out)
    assert said["statistics"]["n_profiles"] == 12
    assert said["metadata"]["configs"][0]["data_files"][0]["path"] == "profiles.jsonl"
    assert said["dimensions"] and said["version"] == "0.1.0"


def test_card_as_data_in_a_file(pack: Path, tmp_path: Path, shell: Shell) -> None:
    out = tmp_path / "card.json"
    ended = shell("pack", "card", pack, "--json", "--out", out)
    assert (ended.code, ended.out, ended.err) == (0, "", "")
    assert json.loads(out.read_bytes()) == json.loads(shell("pack", "card", pack, "--json").out)


def test_card_is_not_written_into_the_pack(pack: Path, shell: Shell) -> None:
    for out in (pack / "README.md", pack / "new" / "card.md"):
        ended = shell("pack", "card", pack, "--out", out)
        assert ended.code == 2 and "lies in the pack" in ended.err
    assert shell("pack", "validate", pack).code == 0


def test_card_of_a_damaged_pack(pack: Path, shell: Shell) -> None:
    (pack / "profiles.jsonl").write_text("{}\n")
    assert shell("pack", "card", pack).code == 1
