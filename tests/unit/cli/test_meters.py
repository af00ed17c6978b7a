from __future__ import annotations

import json
from pathlib import Path

import pytest

from persona_extract.records.meters import Amplification, Formalism
from tests.unit.cli.shell import Shell, lines, talks
from tests.unit.pipeline.benchmark_made import CURT, POLITE, tau_bench


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """Forty people, every second one careless and curt."""
    records = talks(users=40, each=1)
    for n, record in enumerate(records):
        messages = record["messages"]
        assert isinstance(messages, list)
        for message in messages[::2]:
            if n % 2:
                message["content"] = message["content"].capitalize() + "."
            else:
                message["content"] = "no, do " + message["content"].removeprefix("please ")
    path = tmp_path / "people.jsonl"
    path.write_bytes(lines(records))
    return path


@pytest.fixture
def polite(tmp_path: Path) -> Path:
    return tau_bench(tmp_path, "none_telecom", said=POLITE)


@pytest.fixture
def curt(tmp_path: Path) -> Path:
    return tau_bench(tmp_path, "impatience_telecom", said=CURT)


def test_formalism_in_lines_of_80(shell: Shell, people: Path, polite: Path, curt: Path) -> None:
    ended = shell(
        "fidelity", "formalism", f"polite={polite}", curt, "--people", people, "--resamples", "50"
    )
    assert ended.code == 0
    printed = ended.out.splitlines()
    assert [line for line in printed if len(line) > 80] == []
    assert printed[0] == "40 conversations of 40 people against 2 candidates"
    rows = {line.split("  ")[0]: line for line in printed}
    assert "100% [100, 100]" in rows["polite"] or "50% [50, 50]" in rows["polite"]
    assert "note:" not in ended.out
    assert "conversations" in ended.err


def test_formalism_as_json(shell: Shell, people: Path, polite: Path, curt: Path) -> None:
    command = ["fidelity", "formalism", f"polite={polite}", f"curt={curt}", "--people", people]
    ended = shell(*command, "--json", "-q", "--resamples", "50")
    found = Formalism.model_validate(json.loads(ended.out))
    one, two = found.candidates
    assert one.shift.value > two.shift.value + 0.2
    assert one.coverage.value < 0.3 and two.coverage.value < 0.3
    assert ended.err == ""
    assert shell(*command, "--json", "-q", "--resamples", "50").out == ended.out


def test_amplification(shell: Shell, people: Path, polite: Path, curt: Path) -> None:
    command = ["fidelity", "amplification", curt, "--without", polite, "--people", people]
    ended = shell(*command, "-q", "--resamples", "50")
    assert ended.code == 0
    assert [line for line in ended.out.splitlines() if len(line) > 80] == []
    assert "polite_turns" in ended.out and "our reading" in ended.out
    ended = shell(*command, "--directive", "polite_turns=0.5", "--json", "-q")
    found = Amplification.model_validate(json.loads(ended.out)).directives[0]
    assert (found.without_mean, found.with_mean, found.target) == (1.0, 0.0, 0.5)
    assert found.ratio is not None and found.ratio.value == 2


def test_unpaired_runs_are_named(shell: Shell, people: Path, tmp_path: Path, polite: Path) -> None:
    other = tau_bench(tmp_path, "impatience_airline", said=CURT)
    ended = shell("fidelity", "amplification", other, "--without", polite, "--people", people, "-q")
    assert "share no task" in " ".join(ended.out.split())


def test_pictures(shell: Shell, people: Path, polite: Path, curt: Path, tmp_path: Path) -> None:
    picture = tmp_path / "new" / "formal.svg"
    command = ["fidelity", "formalism", polite, f"curt={curt}", "--people", people]
    assert shell(*command, "--resamples", "20", "-q", "--plot", picture).code == 0
    drawn = picture.read_text()
    assert drawn.startswith("<svg") and "more formal" in drawn and "curt" in drawn
    picture = tmp_path / "amplification.png"
    command = ["fidelity", "amplification", curt, "--without", polite, "--people", people]
    assert shell(*command, "--resamples", "20", "-q", "--plot", picture).code == 0
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_wrong_usage(shell: Shell, people: Path, polite: Path, curt: Path) -> None:
    ended = shell("fidelity", "formalism", polite, "--people", people, "--plot", "x.pdf")
    assert ended.code == 2 and ".png, .svg, .html" in ended.err
    ended = shell("fidelity", "formalism", people, "--people", polite, "-q")
    assert ended.code == 2 and "--people takes conversations of people" in ended.err
    ended = shell("fidelity", "amplification", polite, "--without", curt, "--people", people, "-q")
    assert ended.code == 2 and "--directive" in ended.err
    ended = shell("fidelity", "formalism", "missing.json", "--people", people, "-q")
    assert ended.code != 0 and "missing.json" in ended.err
