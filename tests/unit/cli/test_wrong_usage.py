"""Wrong usage and configuration: exit 2, the thing that is wrong by its name, nothing written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.shell import Shell


@pytest.fixture
def here(tmp_path: Path, chats: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ([], "Missing option '--out'"),
        (["--out"], "requires an argument"),
        (["--out", "w", "--limit", "0"], "--limit"),
        (["--out", "w", "--limit", "-3"], "--limit"),
        (["--out", "w", "--limit", "many"], "--limit"),
        (["--out", "w", "--limit", "9" * 25], "pull.limit = 9"),
        (["--out", "w", "--seed", "9" * 25], "seed = 9"),
        (["--out", "w", "--until", "grund"], "Did you mean ground? Stages: pull"),
        (["--out", "w", "--until", ""], "no stage is named ''"),
        (["--out", "w", "--preset", "defualt"], "Did you mean 'default'?"),
        (["--out", "w", "--encoder", "lsaa"], 'did you mean "lsa"?'),
        (["--out", "w", "--salt", ""], "the salt is empty"),
        (["--out", "w", "--config", "none.toml"], "cannot read the configuration none.toml: No"),
        (["--out", "w", "--config", "in"], "cannot read the configuration in: Is a directory"),
        (["--out", "w", "--limt", "3"], "No such option"),
    ],
)
def test_flags(options: list[str], why: str, here: Path, shell: Shell) -> None:
    ended = shell("run", "in/chats.jsonl", *options)
    assert (ended.code, ended.out) == (2, "")
    assert why in " ".join(ended.err.replace("│", " ").split())
    assert not Path("w").exists()


@pytest.mark.parametrize(
    ("toml", "why"),
    [
        (b"x = [", "c.toml is not TOML"),
        (b"# \xe9\nseed = 1\n", "c.toml is not TOML: 'utf-8'"),
        (b"\0\0", "c.toml is not TOML"),
        (b"seed = 1\nseed = 2\n", "c.toml is not TOML: Cannot overwrite"),
        (b"a = " + b"[" * 5000, "c.toml is nested too deeply"),
        (b"[curate]\nmin_trns = 3\n", "curate.min_trns (c.toml:2): did you mean curate.min_turns?"),
        (b'[curate]\nmin_turns = "many"\n', "curate.min_turns = 'many' (c.toml:2): expected"),
        (b"[curate]\nmin_turns = -1\n", "curate.min_turns = -1 (c.toml:2): expected greater"),
        (b"curate = 5\n", "curate = 5 (c.toml:1): expected"),
        (b"preset = 5\n", "preset = 5 (c.toml:1): expected a valid string"),
        (b"seed = 99999999999999999999\n", "expected less than or equal to"),
        (b"[pull.fields]\nmesages = 'x'\n", "did you mean 'messages'?"),
        (b"[curate]\nlanguages = 'English'\n", "curate.languages = 'English' (c.toml:2)"),
        (b"[curate]\nnear_duplicate = nan\n", "curate.near_duplicate = nan (c.toml:2)"),
    ],
)
def test_settings_file(toml: bytes, why: str, here: Path, shell: Shell) -> None:
    Path("c.toml").write_bytes(toml)
    ended = shell("run", "in/chats.jsonl", "--out", "w", "--config", "c.toml")
    assert (ended.code, ended.out) == (2, "")
    assert why in ended.err
    assert not Path("w").exists()


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        (
            "SED",
            "1",
            "unknown key sed (environment variable PERSONA_EXTRACT_SED): did you mean seed",
        ),
        ("", "1", "unknown key"),
        ("CURATE", "{bad", "lists and tables are JSON"),
        ("CURATE__MIN_TURNS", "x", "PERSONA_EXTRACT_CURATE__MIN_TURNS): expected a valid integer"),
        ("CURATE__MIN_TURNS__X", "1", "curate.min_turns"),
        ("CURATE__LANGUAGES", "English", "curate.languages = 'English' (environment"),
        (
            "PULL__LIMIT",
            "-3",
            "pull.limit = '-3' (environment variable PERSONA_EXTRACT_PULL__LIMIT)",
        ),
    ],
)
def test_environment(
    name: str, value: str, why: str, here: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"PERSONA_EXTRACT_{name}", value)
    ended = shell("run", "in/chats.jsonl", "--out", "w")
    assert (ended.code, ended.out) == (2, "")
    assert why in ended.err
    assert not Path("w").exists()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["fidelity", "identity"], 2),
        (["fidelity", "identity", "none.jsonl"], 1),
        (["fidelity", "identity", "in/chats.jsonl", "--limit", "0"], 2),
        (["pack", "show"], 2),
        (["pack", "show", "none"], 1),
        (["pack", "validate", "in/chats.jsonl"], 1),
        (["pack", "validate", "x" * 5000], 1),
        (["doctor", "superfluous"], 2),
        (["bogus"], 2),
    ],
)
def test_other_commands(arguments: list[str], code: int, here: Path, shell: Shell) -> None:
    ended = shell(*arguments)
    assert (ended.code, ended.out) == (code, "")
    assert ended.err


@pytest.mark.parametrize(
    ("spec", "out"),
    [("in", "in/w"), ("in", "in"), ("in/**/*.jsonl", "in/w"), ("in/*.jsonl", "in"), (".", "w")],
)
def test_a_run_does_not_read_its_own_files(spec: str, out: str, here: Path, shell: Shell) -> None:
    ended = shell("run", spec, "--out", out)
    assert ended.code == 2
    assert f"--out {out} lies in what {spec} reads" in ended.err
    assert [path.name for path in Path("in").iterdir()] == ["chats.jsonl"]


def test_beside_the_files_that_a_glob_matches_a_run_resumes(here: Path, shell: Shell) -> None:
    command = ("run", "in/*", "--out", "in/w", "--until", "pull")
    assert shell(*command).code == 0
    assert "unchanged, skipped" in shell(*command).err


@pytest.mark.parametrize("each", [1, 2])
def test_identity_of_too_few_people_says_how_many_there_are(
    each: int, here: Path, shell: Shell
) -> None:
    from tests.unit.cli.shell import lines, talks

    Path("few.jsonl").write_bytes(lines(talks(users=2, each=each)))
    ended = shell("fidelity", "identity", "few.jsonl", "--json")
    assert (ended.code, ended.out) == (1, "")
    assert f"{0 if each == 1 else 2} of 2 users have them" in ended.err
