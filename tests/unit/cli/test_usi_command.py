"""`fidelity usi` and `fidelity usi-features`, as their users meet them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from persona_extract.fidelity.usi.scores import scored_features
from persona_extract.fidelity.usi.survey import FIELDS
from tests.unit.cli.shell import Shell, bash, lines

QUICK = ("--resamples", "100", "--permutations", "20")
SAYINGS = {
    "blunt": ["no", "change my seat", "why", "ok", "wrong flight", "i want the cheaper one"],
    "polite": ["Could you please help me?", "Thank you so much!", "I am not sure, maybe later?"],
}


def result_list(sort: str, n: int = 15, shift: int = 0) -> list[dict[str, object]]:
    """Results in tau-bench's shape."""
    pool = SAYINGS[sort]
    return [
        {
            "task_id": i,
            "trial": 0,
            "reward": 1.0,
            "info": {},
            "traj": [
                {"role": role, "content": text}
                for turn in range(2 + i % 3)
                for role, text in (
                    ("user", pool[(i * 7 + turn * (3 + shift)) % len(pool)]),
                    ("assistant", "Done."),
                )
            ],
        }
        for i in range(n)
    ]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for name, sort, shift in (("people", "blunt", 0), ("near", "blunt", 1), ("far", "polite", 0)):
        (tmp_path / f"{name}_airline.json").write_text(json.dumps(result_list(sort, shift=shift)))
    return tmp_path


def test_one_candidate_as_json_has_the_keys_of_the_format(files: Path, shell: Shell) -> None:
    people, near = files / "people_airline.json", files / "near_airline.json"
    ended = shell("fidelity", "usi", people, near, *QUICK, "--json")
    assert ended.code == 0
    found = json.loads(ended.out)
    keys = "n_reference n_candidate D1 D2 D3 D4 Eval ECE USI interval self_ceiling features"
    assert set(keys.split()) < found.keys()
    assert (found["n_reference"], found["n_candidate"]) == (15, 15)
    assert found["USI"] == found["USI_D1_D4"] and found["index"] == "USI D1-D4"
    assert list(found["features"]) == list(scored_features())
    assert {"reference", "candidate", "dice"} < found["features"]["opening_words"].keys()
    for name in ("D1", "D2", "D3", "D4", "USI_D1_D4"):
        assert found["interval"][name]["low"] <= found[name] <= found["interval"][name]["high"]
        assert found["self_ceiling"][name]["value"] <= 100
    assert "conversations" in ended.err and "score" in ended.err


def test_the_mended_variant_says_so(files: Path, shell: Shell) -> None:
    people, near = files / "people_airline.json", files / "near_airline.json"
    ended = shell("fidelity", "usi", "-q", people, near, *QUICK, "--variant", "usi-f")
    assert "USI-F D1-D4" in ended.out
    rows = shell("fidelity", "usi-features", near, "--variant", "USI-F", "--json").out
    assert {json.loads(line)["variant"] for line in rows.splitlines()} == {"USI-F"}


def test_several_candidates_as_json_are_ranked(files: Path, shell: Shell) -> None:
    ended = shell(
        "fidelity",
        "usi",
        "-q",
        files / "people_airline.json",
        f"b={files}/far_airline.json",
        f"a={files}/people_airline.json",
        *QUICK,
        "--json",
    )
    found = json.loads(ended.out)
    assert ended.err == ""
    assert [each["name"] for each in found["candidates"]] == ["b", "a"]
    assert found["ranking"] == [{"rank": 1, "names": ["a"]}, {"rank": 2, "names": ["b"]}]
    assert found["contrasts"][0]["difference"]["high"] < 0
    assert found["candidates"][1]["D1"] == 100


@pytest.mark.parametrize("columns", ["80", "60"])
def test_tables_fit_the_terminal_and_say_what_differences_mean(
    columns: str, files: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    people, near, far = (files / f"{name}_airline.json" for name in ("people", "near", "far"))
    for candidates in ((near,), (near, far, f"a-rather-long-name-of-a-simulator-2026={near}")):
        ended = shell("fidelity", "usi", "-q", people, *candidates, *QUICK)
        assert ended.code == 0
        assert max(map(len, ended.out.splitlines())) <= int(columns)
        said = " ".join(ended.out.split())
        assert "Differences under about" in said and "are not evidence" in said
        assert "opening_words" in said and "pivot_rate" in said


def test_ties_are_said_to_be_ties(files: Path, shell: Shell) -> None:
    near = files / "near_airline.json"
    ended = shell("fidelity", "usi", "-q", near, f"x={near}", f"y={near}", *QUICK)
    assert "1= x" in " ".join(ended.out.split()) and "Tie on rank 1: x, y." in ended.out


@pytest.mark.parametrize(
    ("ending", "starts"), [("svg", b"<svg"), ("png", b"\x89PNG"), ("html", b"<!")]
)
def test_plots(ending: str, starts: bytes, files: Path, shell: Shell) -> None:
    plot = files / f"plot.{ending}"
    people, far = files / "people_airline.json", files / "far_airline.json"
    assert shell("fidelity", "usi", "-q", people, far, *QUICK, "--plot", plot).code == 0
    assert plot.read_bytes().lstrip().startswith(starts)
    if ending == "svg":
        assert b"far_airline" in plot.read_bytes()


def test_survey_beside_a_file_gives_eval(files: Path, shell: Shell) -> None:
    best = {field: max(known, key=lambda a: known[a]) for field, known in FIELDS.items()}
    people = [
        {
            "task_id": f"airline_{i}",
            "instance_id": f"airline_{i}",
            "agent_id": "x",
            "conversation": each["traj"],
            "survey": {k: {"question": k, "answer": v} for k, v in best.items()},
            "reward": 1.0,
            "keep": True,
        }
        for i, each in enumerate(result_list("blunt"))
    ]
    (files / "unified.json").write_text(json.dumps(people))
    answers = files / "answers.json"
    answers.write_text(json.dumps({f"airline_{i}": {"survey": best} for i in range(5)}))
    arguments = (
        "fidelity",
        "usi",
        "-q",
        files / "unified.json",
        files / "near_airline.json",
        *QUICK,
    )
    without = json.loads(shell(*arguments, "--json").out)
    assert (without["Eval"], without["ECE"], without["index"]) == (None, 0, "USI without survey")
    found = json.loads(shell(*arguments, "--survey", answers, "--json").out)
    assert (found["Eval"], found["index"]) == (100, "USI")
    assert found["USI"] == pytest.approx((4 * found["USI_D1_D4"] + 200) / 6)
    assert "survey" in shell(*arguments, "--survey", answers).out


REFUSED = [
    (("people_airline.json", "none.json"), 1, "none.json: no such file"),
    (
        ("people_airline.json", "x=people_airline.json", "x=far_airline.json"),
        2,
        "two files of one name",
    ),
    (("people_airline.json", "far_airline.json", "--survey", "s.json"), 1, "s.json: No such file"),
    (("people_airline.json", "far_airline.json", "--survey", "y=s.json"), 2, "candidates are far"),
    (
        ("people_airline.json", "far_airline.json", "--survey", "people_airline.json"),
        1,
        "no task_id",
    ),
    (
        ("people_airline.json", "far_airline.json", "--plot", "p.jpg"),
        2,
        "must be one of .png, .svg",
    ),
    (("people_airline.json", "silent.json"), 1, "with a user turn: 0, without: 2"),
    (("people_airline.json", "far_airline.json", "--limit", "1"), 1, "at least 2"),
    (("people_airline.json", "=far_airline.json"), 2, "say NAME=FILE"),
    (("people_airline.json", "far_airline.json", "--variant", "x"), 2, "known are usi, usi-f"),
    (("people_airline.json",), 2, "Missing argument"),
]


@pytest.mark.parametrize(("arguments", "code", "why"), REFUSED, ids=[case[2] for case in REFUSED])
def test_what_cannot_be_compared_says_why(
    arguments: tuple[str, ...],
    code: int,
    why: str,
    files: Path,
    shell: Shell,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(files)
    silent = [{"task_id": i, "trial": 0, "reward": 0, "info": {}, "traj": []} for i in range(2)]
    Path("silent.json").write_text(json.dumps(silent))
    ended = shell("fidelity", "usi", "-q", *arguments, *QUICK, "--json")
    assert (ended.code, ended.out) == (code, "")
    assert why in ended.err


def test_a_file_with_an_equals_sign_in_its_name_is_a_file(
    files: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(files)
    Path("t=0.json").write_bytes(Path("near_airline.json").read_bytes())
    ended = shell("fidelity", "usi", "-q", "people_airline.json", "t=0.json", *QUICK, "--json")
    assert json.loads(ended.out)["name"] == "t=0"


def test_the_same_bytes_whatever_the_threads(files: Path) -> None:
    line = (
        "persona fidelity usi -q people_airline.json near_airline.json far_airline.json --json"
        " --resamples 100 --permutations 20"
    )
    found = [
        bash(line, files, OPENBLAS_NUM_THREADS=n, OMP_NUM_THREADS=n, POLARS_MAX_THREADS=n).stdout
        for n in ("1", "2")
    ]
    assert found[0] == found[1] != b""


def test_features_by_conversation_and_their_means(files: Path, shell: Shell) -> None:
    ended = shell("fidelity", "usi-features", files / "near_airline.json", "--json")
    rows = [json.loads(line) for line in ended.out.splitlines()]
    assert len(rows) == 15 and ended.err == ""
    assert list(rows[3]["features"]) == [*scored_features(), "n_turns"]
    assert (rows[3]["task_id"], rows[3]["trial"], rows[3]["reward"]) == ("airline_3", 0, 1.0)
    ended = shell("fidelity", "usi-features", files / "near_airline.json", "--limit", "4")
    mean = sum(row["features"]["opening_words"] for row in rows[:4]) / 4
    assert "4 conversations" in ended.out and f"{mean:.4f}" in ended.out


def test_features_of_nothing(files: Path, shell: Shell) -> None:
    (files / "silent.jsonl").write_bytes(lines([{"id": "x", "messages": []}]))
    ended = shell("fidelity", "usi-features", files / "silent.jsonl")
    assert (ended.code, ended.out) == (1, "")
    assert "no conversation with a user turn" in ended.err
    ended = shell("fidelity", "usi-features", files / "silent.jsonl", "--json")
    assert (ended.code, ended.out) == (0, "")


def test_conversations_left_out_are_told_beside_json(files: Path, shell: Shell) -> None:
    entry = {"task_id": 0, "trial": 0, "reward": 0.0, "info": {}}
    said = [[{"role": "user", "content": "hi"}], [{"role": "assistant", "content": "hi"}]]
    told = [{**entry, "task_id": i, "traj": traj} for i, traj in enumerate(said)]
    (files / "half_airline.json").write_text(json.dumps(told))
    ended = shell("fidelity", "usi-features", files / "half_airline.json", "--json")
    assert (ended.code, len(ended.out.splitlines())) == (0, 1)
    assert "1 without user turn left out" in ended.err
