"""`pack export` and `pack import` as people meet them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from persona_extract.exports import all_exports
from tests.unit.cli.shell import Shell, bash
from tests.unit.exports.rows import jsonl, row
from tests.unit.packs.test_packs import pack as pack

DEMO = Path(__file__).parents[3] / "profiles" / "demo"


def test_the_list_names_every_format_in_80_columns(shell: Shell) -> None:
    ended = shell("pack", "export", "--format", "list")
    assert ended.code == 0
    assert all(len(line) <= 80 for line in ended.out.splitlines())
    assert [name for name in (e.name for e in all_exports()) if name not in ended.out] == []
    names = [each["name"] for each in json.loads(shell("pack", "export", "--json").out)]
    assert names == [each.name for each in all_exports()]


def test_a_file_goes_to_stdout_and_nothing_else(tmp_path: Path) -> None:
    ended = bash(f'persona pack export "{DEMO}" --format tau2', tmp_path)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert len(json.loads(ended.stdout)["personas"]) == 44


def test_what_was_written_is_told_in_80_columns(shell: Shell, tmp_path: Path) -> None:
    ended = shell("pack", "export", DEMO, "--format", "adk", "--out", tmp_path / "a.json")
    assert ended.code == 0 and "44 profiles for google-adk" in ended.out
    assert all(len(line) <= 80 or "/" in line for line in ended.out.splitlines())
    assert len(json.loads((tmp_path / "a.json").read_bytes())["personas"]) == 44


def test_json_is_a_summary_and_needs_a_file(shell: Shell, tmp_path: Path) -> None:
    refused = shell("pack", "export", DEMO, "--format", "tau2", "--json")
    assert (refused.code, refused.out) == (2, "") and "--out FILE" in refused.err
    ended = shell("pack", "export", DEMO, "--format", "tau2", "--json", "--out", tmp_path / "t")
    told = json.loads(ended.out)
    assert (told["profiles"], told["files"]) == (44, [str(tmp_path / "t")])
    assert told["bytes"] == (tmp_path / "t").stat().st_size
    many = ("pack", "export", DEMO, "--format", "simulatorarena", "--json")
    files = json.loads(shell(*many, "--out", tmp_path / "arena").out)["files"]
    assert len(files) == 4 and all(Path(file).is_file() for file in files)


def test_an_export_is_not_written_into_a_pack(shell: Shell, pack: Path, tmp_path: Path) -> None:
    for name, out in (
        ("tau2", pack / "profiles.jsonl"),
        ("tau2", pack),
        ("simulatorarena", pack),
        ("simulatorarena", pack / "new"),
    ):
        ended = shell("pack", "export", DEMO, "--format", name, "--out", out)
        assert (ended.code, ended.out) == (2, "") and "lies in the pack" in ended.err
    assert shell("pack", "validate", pack).code == 0
    ended = shell("pack", "export", DEMO, "--format", "tau2", "--out", tmp_path / "a" / "b.json")
    assert ended.code == 2 and "make it first" in ended.err


def test_a_device_is_written_through(tmp_path: Path) -> None:
    ended = bash(f'persona pack export "{DEMO}" --format text --out /dev/null; ls -l /dev/null',
                 tmp_path)  # fmt: skip
    assert ended.returncode == 0 and b"\nc" in ended.stdout


@pytest.mark.parametrize("option", ["--out", "--panel", "--profile", "--scenarios"])
def test_a_format_is_asked_for(option: str, shell: Shell, tmp_path: Path) -> None:
    ended = shell("pack", "export", DEMO, option, tmp_path / "x")
    assert (ended.code, ended.out) == (2, "")
    assert "--format NAME. There are: adk" in " ".join(ended.err.split())
    assert shell("pack", "export", DEMO).code == 0


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--format", "none"], "no export format is named 'none'. There are: adk"),
        (["--format", "simulatorarena"], "say where with --out FOLDER"),
        (["--format", "mlflow"], "Give --scenarios FILE"),
        (["--format", "text", "--profile", "q"], "No profile begins"),
        (["--format", "text", "--size", "huge"], "huge"),
    ],
)
def test_wrong_usage(arguments: list[str], why: str, shell: Shell) -> None:
    ended = shell("pack", "export", DEMO, *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert why in " ".join(ended.err.split())


def test_a_format_without_a_pack(shell: Shell) -> None:
    ended = shell("pack", "export", "--format", "text")
    assert ended.code == 2 and "say which pack" in ended.err


def test_import(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(jsonl([row(), {}, row("b" * 32)]))
    ended = shell("pack", "import", path, "--out", tmp_path / "pack")
    assert ended.code == 0
    assert "2 profiles with 6 directives, of 3 rows" in ended.out
    assert "row 2: user_ip is missing" in ended.out
    assert shell("pack", "validate", tmp_path / "pack").code == 0
    told = shell("pack", "import", path, "--out", tmp_path / "pack", "--json", "--name", "Theirs")
    assert json.loads(told.out)["name"] == "Theirs"


@pytest.mark.parametrize(
    ("arguments", "code", "why"),
    [
        (["--format", "csv"], 2, "cannot import 'csv'; there is: realusersim"),
        (["--version", "one"], 2, "write it as 1.2.3"),
        (["--salt", ""], 2, "salt is empty"),
        ([], 1, "does not exist"),
    ],
)
def test_wrong_imports(
    arguments: list[str], code: int, why: str, shell: Shell, tmp_path: Path
) -> None:
    ended = shell("pack", "import", tmp_path / "none", "--out", tmp_path / "pack", *arguments)
    assert ended.code == code and why in " ".join(ended.err.split())
