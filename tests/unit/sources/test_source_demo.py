"""The parser of the made-up people, on people of this test's own."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from persona_extract.errors import SourceError
from persona_extract.sources.demo import CORPUS, Demo, planted_habits

ANA = """# ana
about: a florist who types fast
habits: turn_words=low, questions=high

## cooking 2024-02-29
U: salt or sugar?
A: Salt.

It keeps better.

U:
first
  second\x20

A: Good.
U: ok

## travel plans 2024-03-01
U: where to?
"""
BO = "# bo\nabout: b\nhabits: formality=high\n\n## work 2024-01-01\nU: Dear all,\nA: Yes?\n"


@pytest.fixture
def people(tmp_path: Path) -> Path:
    (tmp_path / "b.md").write_text(BO)
    (tmp_path / "a.md").write_text(ANA)
    return tmp_path


def test_people_become_conversations(people: Path) -> None:
    (batch,) = Demo(people).batches(size=10)
    rows = batch.frame
    assert rows["source_id"].to_list() == ["ana-1", "ana-2", "bo-1"]
    assert rows["user_id"].to_list() == ["ana", "ana", "bo"]
    assert rows["domain"].to_list() == ["cooking", "travel plans", "work"]
    assert rows["started"][0] == datetime(2024, 2, 29, tzinfo=UTC)
    assert rows["corpus"].unique().to_list() == [CORPUS] and "made up" in CORPUS
    assert rows["licence"].unique().to_list() == ["Apache-2.0"]
    assert [m["content"] for m in rows["messages"][0]] == [
        "salt or sugar?",
        "Salt.\n\nIt keeps better.",
        "first\n  second ",
        "Good.",
        "ok",
    ]
    assert Demo(people).made_up and Demo(people).count() == 3


def test_what_was_planted_is_told(people: Path) -> None:
    assert planted_habits(people) == {
        "ana": {"turn_words": "low", "questions": "high"},
        "bo": {"formality": "high"},
    }


def test_the_revision_follows_the_files(people: Path) -> None:
    before = Demo(people).fingerprint()
    (people / "b.md").write_text(BO.replace("Dear", "dear"))
    assert Demo(people).fingerprint() != before


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("# bo", "bo", 1),
        ("# bo", "# ", 1),
        ("about: b", "", 2),
        ("formality=high", "formality=much", 3),
        ("formality=high", "formality=high, formality=low", 3),
        ("habits: formality=high", "habits:", 3),
        ("\n\n## work", "\nstray\n## work", 4),
        ("2024-01-01", "2024-02-30", 5),
        ("## work ", "## ", 5),
        ("## work 2024-01-01\n", "", 5),
        ("U: Dear all,\n", "", 6),
        ("U: Dear all,", "U: ", 6),
        ("A: Yes?", "U: hello?", 7),
        ("A: Yes?\n", "A: Yes?\nhabits: x=low\n", 8),
        ("A: Yes?\n", "A: Yes?\n\n## more 2024-01-02\n", 10),
    ],
)
def test_a_break_of_the_format_names_file_and_line(people: Path, old, new, line) -> None:
    assert old in BO
    (people / "b.md").write_text(BO.replace(old, new))
    with pytest.raises(SourceError, match=rf"b\.md:{line}: "):
        list(Demo(people).batches(size=10))


def test_two_people_of_one_name_are_refused(people: Path) -> None:
    (people / "c.md").write_text(BO)
    with pytest.raises(SourceError, match="two people of one name: bo"):
        planted_habits(people)


def test_a_damaged_installation_says_so(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file or folder"):
        list(Demo(tmp_path / "none").batches(size=1))
