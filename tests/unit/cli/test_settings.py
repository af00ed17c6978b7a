"""Which layer wins, and what is refused with which words."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from persona_extract.cli.config import example
from persona_extract.cli.keys import all_keys, line_of, nearest, section
from persona_extract.cli.settings import load_settings
from persona_extract.errors import UsageError
from persona_extract.records.settings import Settings


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(text: str, name: str = "persona_extract.toml") -> Path:
    path = Path(name)
    path.write_text(text, encoding="utf-8")
    return path


def refusal(config: Path | None = None, **overrides: object) -> str:
    with pytest.raises(UsageError) as caught:
        load_settings(config, overrides={k.replace("__", "."): v for k, v in overrides.items()})
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_nothing_said_is_the_defaults() -> None:
    assert load_settings() == Settings()


def test_each_layer_wins_over_the_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    write("[curate]\nmin_turns = 4\nmax_turns = 50\n[cluster]\nmax_words = 9\n")
    monkeypatch.setenv("PERSONA_EXTRACT_CURATE__MIN_TURNS", "5")
    monkeypatch.setenv("PERSONA_EXTRACT_CURATE__MAX_TURNS", "60")
    said = load_settings(overrides={"curate.min_turns": 6, "seed": None})
    assert (said.curate.min_turns, said.curate.max_turns, said.cluster.max_words) == (6, 60, 9)
    assert said.curate.max_chars == Settings().curate.max_chars


def test_a_preset_lies_under_the_file() -> None:
    write('preset = "realusersim"\n[curate]\nmin_turns = 7\n')
    curate = load_settings().curate
    assert curate.models == ["gpt-4o"]
    assert curate.min_turns == 7


def test_a_preset_by_flag_wins_over_the_file() -> None:
    write('preset = "realusersim"\n')
    said = load_settings(preset="default")
    assert said.preset == "default"
    assert said.curate.models is None


def test_an_unknown_preset_names_the_nearest() -> None:
    with pytest.raises(UsageError, match="realusersim"):
        load_settings(preset="realuser")


def test_a_named_file_is_read_instead_of_the_one_at_hand() -> None:
    write("seed = 1\n")
    other = write("seed = 2\n", "other.toml")
    assert load_settings(other).seed == 2


def test_null_and_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    write('[curate]\nlanguages = "null"\n[pull.fields]\nmessages = "chat.turns"\n')
    monkeypatch.setenv("PERSONA_EXTRACT_PULL__FIELDS__TIME", "at")
    monkeypatch.setenv("PERSONA_EXTRACT_CURATE__MODELS", '["gpt-4", "gpt-3.5"]')
    said = load_settings()
    assert said.curate.languages is None
    assert said.curate.models == ["gpt-4", "gpt-3.5"]
    assert said.pull.fields == {"messages": "chat.turns", "time": "at"}


def test_an_unknown_key_in_the_file_names_the_nearest_and_its_line() -> None:
    path = write("# mine\nseed = 3\n\n[cluster]\nencodr = 'lsa'\n")
    said = refusal()
    assert f"unknown key cluster.encodr ({path}:5): did you mean cluster.encoder?" in said


def test_a_key_in_the_wrong_section_names_the_right_one() -> None:
    write("[pull]\nmin_turns = 3\n")
    assert "did you mean curate.min_turns?" in refusal()


def test_an_unknown_key_in_the_environment_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERSONA_EXTRACT_CURATE__LANGUAGE", "x")
    said = refusal()
    assert "environment variable PERSONA_EXTRACT_CURATE__LANGUAGE" in said
    assert "did you mean curate.languages?" in said


def test_an_unknown_section_in_the_environment_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERSONA_EXTRACT_SEEED", "1")
    assert "did you mean seed?" in refusal()


def test_an_unknown_flag_is_a_usage_error() -> None:
    assert "did you mean pull.limit?" in refusal(pull__limits=3)


@pytest.mark.parametrize("name", ["SHARED", "SALT", "HOME"])
def test_variables_of_other_use_are_no_keys(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"PERSONA_EXTRACT_{name}", "/somewhere")
    assert load_settings() == Settings()


def test_a_wrong_value_says_key_value_place_and_what_is_expected() -> None:
    path = write('[curate]\nmask = "all"\n')
    said = refusal()
    assert f"curate.mask = 'all' ({path}:2): expected 'patterns' or 'presidio'" in said


def test_a_wrong_value_is_blamed_on_the_layer_that_won(monkeypatch: pytest.MonkeyPatch) -> None:
    write("[curate]\nmin_turns = 3\n")
    monkeypatch.setenv("PERSONA_EXTRACT_CURATE__MIN_TURNS", "0")
    assert "(environment variable PERSONA_EXTRACT_CURATE__MIN_TURNS)" in refusal()
    assert "(command line)" in refusal(curate__min_turns="few")


def test_a_section_that_is_a_value_is_refused() -> None:
    assert "curate = 3 (persona_extract.toml:1)" in refusal(write("curate = 3\n"))


def test_a_list_that_is_not_json_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERSONA_EXTRACT_CURATE", "{min_turns")
    assert "JSON" in refusal()


@pytest.mark.parametrize("content", [b"seed = ", b"\xff\xfe\x00"])
def test_what_is_not_toml_is_refused(content: bytes) -> None:
    Path("broken.toml").write_bytes(content)
    assert "broken.toml is not TOML" in refusal(Path("broken.toml"))


def test_a_missing_file_is_refused() -> None:
    assert "cannot read the configuration nowhere.toml" in refusal(Path("nowhere.toml"))


def test_the_example_holds_every_key_with_its_default() -> None:
    uncommented = "\n".join(
        line.removeprefix("#") if line.startswith("#") and not line.startswith("# ") else line
        for line in example().splitlines()
        if line != "#"
    )
    values = tomllib.loads(uncommented)
    for key in all_keys():
        here = values
        for name in key:
            assert name in here, f"{key} is not in the example"
            here = here[name]
    assert load_settings(write(uncommented, "all.toml")) == Settings()


def test_the_example_as_it_is_changes_nothing() -> None:
    assert tomllib.loads(example()).keys() == {n for n, *_ in all_keys() if section((n,))}
    assert load_settings(write(example(), "as-is.toml"), preset="realusersim").curate.models


@pytest.mark.parametrize("key", list(all_keys()))
def test_every_key_is_nearest_to_itself_with_a_letter_lost(key: tuple[str, ...]) -> None:
    assert nearest((*key[:-1], key[-1][:-1])) == key


def test_nothing_is_near_to_nonsense() -> None:
    assert nearest(("qqq", "zzz")) is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[a]\nb.c = 1\n", None),
        ("x = 1\n[curate]\ny = 2\nmin_turns = 3\n", 4),
        ("curate.min_turns = 3\n", 1),
        ("curate = {min_turns = 3}\n", 1),
        ("[pull]\nmin_turns = 1\n[ curate ]\nmin_turns = 2\n", 4),
    ],
)
def test_the_line_of_a_key(text: str, line: int | None) -> None:
    assert line_of(("curate", "min_turns"), text) == line
