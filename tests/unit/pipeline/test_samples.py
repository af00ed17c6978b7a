from __future__ import annotations

from pathlib import Path

import pytest

from persona_extract.errors import SourceError, TooFewUsers, UsageError
from persona_extract.pipeline.amplification import read_directive
from persona_extract.pipeline.samples import (
    Named,
    gather,
    name_of,
    names_of,
    sample_candidate,
    sample_people,
)
from persona_extract.pipeline.steps import Silent
from tests.unit.cli.shell import lines, talks
from tests.unit.pipeline.benchmark_made import tau_bench


@pytest.fixture
def chats(tmp_path: Path) -> Path:
    path = tmp_path / "chats.jsonl"
    path.write_bytes(lines(talks(users=30, each=2)))
    return path


def test_names() -> None:
    assert name_of("gpt=runs/a.json") == Named("gpt", "runs/a.json")
    assert name_of("runs/a.json").name == "runs/a"
    assert name_of("a.jsonl").name == "a"
    assert name_of("demo").name == "demo"
    assert name_of("runs/x=1/a.json") == Named("x=1/a", "runs/x=1/a.json")
    with pytest.raises(UsageError, match="two files are called runs/a"):
        names_of(["runs/a.json", "b.json", "runs/a.json"])


def test_people_are_resampled_by_user_and_simulations_by_task(chats: Path, tmp_path: Path) -> None:
    humans = gather(Named("chats", str(chats)), Silent())
    assert (humans.human, humans.resampled, humans.seen) == (True, "user", 60)
    people = sample_people([humans])
    assert len(people.units) == 30 and people.turns.sum() == 240
    simulated = gather(Named("sim", str(tau_bench(tmp_path, tasks=6, trials=2))), Silent())
    assert (simulated.human, simulated.resampled) == (False, "task")
    candidate = sample_candidate(simulated)
    assert candidate.turns.size == 12 and len(candidate.units) == 6
    with pytest.raises(UsageError, match="Give it as a CANDIDATE"):
        sample_people([simulated])


def test_limit_reads_the_first_ones(chats: Path) -> None:
    found = gather(Named("chats", str(chats)), Silent(), limit=7)
    assert found.seen == found.conversations.height == 7


def test_of_too_many_so_many_are_drawn_and_the_same_each_time(chats: Path) -> None:
    one, two = (gather(Named("chats", str(chats)), Silent(), most=20, seed=3) for _ in range(2))
    assert one.conversations.height == 20 and one.seen == 60
    assert one.conversations.equals(two.conversations)
    assert "20 of 60 conversations, drawn at random" in one.notes[0]
    other = gather(Named("chats", str(chats)), Silent(), most=20, seed=4)
    assert not one.conversations.equals(other.conversations)


def test_nothing_said_by_users_is_an_error(tmp_path: Path) -> None:
    path = tau_bench(tmp_path, tasks=2, said=("###STOP###",))
    with pytest.raises(SourceError, match="no user turns"):
        gather(Named("sim", str(path)), Silent())


def test_few_people_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "few.jsonl"
    path.write_bytes(lines(talks(users=3)))
    with pytest.raises(TooFewUsers, match="3 people"):
        sample_people([gather(Named("few", str(path)), Silent())])


def test_directives_are_read() -> None:
    assert read_directive("please=0.4").target == 0.4
    low = read_directive("hedges:low")
    assert (low.dimension, low.side, low.target) == ("hedges", "low", None)
    for wrong in ("please", "please=much", "please:up"):
        with pytest.raises(UsageError, match="DIMENSION=TARGET"):
            read_directive(wrong)
