from __future__ import annotations

import polars as pl
import pytest

from persona_extract.curate import judge
from persona_extract.curate.language import in_language, language_name
from persona_extract.records.settings import CurateSettings
from tests.unit.curate.talk import ENGLISH, conversation, dialogue, table

CODE = "```python\nfor i in range(10):\n    print(i)\n```"

TEXTS: list[tuple[str, bool | None]] = [
    ("how do i boil an egg so that the yolk stays soft", True),
    ("was ist der unterschied zwischen diesen beiden funktionen", False),
    ("explique moi ce code", False),
    ("これは何ですか", False),
    ("как это исправить?", False),
    ("translate this to english: “これは何ですか、教えてください、お願いします”", True),
    (f"{CODE}\n请解释一下", False),
    (f"why does this loop print ten numbers\n{CODE}", True),
    (CODE, None),
    ("hi", None),
    ("https://example.org/une/page/tres/longue", None),
    ("pandas permute columns", None),
    ("bcrypt syntax", None),
    ("chuẩn bcnf", False),
    ("", None),
    ("int main() { return 0; }", None),
]


@pytest.mark.parametrize(("text", "expected"), TEXTS)
def test_one_turn(text: str, expected: bool | None) -> None:
    assert in_language(pl.Series([text]), ["English"]).to_list() == [expected]


def test_other_languages_can_be_kept() -> None:
    texts = pl.Series(["das ist doch wirklich nicht schwer", "questo non è molto difficile", "что"])
    assert in_language(texts, ["de", "Russian"]).to_list() == [True, False, True]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("english", "English"), ("en", "English"), ("pt-BR", "Portuguese"), ("Latin", "Latin")],
)
def test_labels_are_read_as_names_codes_and_locales(name: str, expected: str) -> None:
    assert language_name(name) == expected


GERMAN = (
    "wie koche ich ein ei, so dass das gelbe weich bleibt",
    "und was mache ich, wenn der herd langsam heiß wird",
    "kannst du mir das als liste für die küche schreiben",
)


@pytest.mark.parametrize(
    ("label", "turns", "detail"),
    [
        (None, ENGLISH, None),
        ("English", ENGLISH, None),
        ("en-GB", ENGLISH, None),
        ("German", ENGLISH, "label German"),
        (None, GERMAN, "0 of 3 turns"),
        ("English", GERMAN, "0 of 3 turns"),  # the detector overrules the label
        (None, (*ENGLISH[:3], *GERMAN), "3 of 6 turns"),
        ("English", (*ENGLISH[:3], *GERMAN), "3 of 6 turns"),
        (None, (*ENGLISH, GERMAN[0]), None),  # four of five
        (None, (*ENGLISH, *GERMAN[:2]), "4 of 6 turns"),
        ("English", (*ENGLISH, *GERMAN[:2]), None),  # a majority, and the label says so
        (None, ("ja", "ok", "pip", "npm"), None),  # nothing to tell by: the benefit of the doubt
    ],
)
def test_a_conversation(label: str | None, turns: tuple[str, ...], detail: str | None) -> None:
    row = conversation("one", dialogue(*turns), language=label)
    dropped = judge(table(row), CurateSettings()).dropped
    assert dropped["detail"].to_list() == ([] if detail is None else [detail])


def test_short_turns_are_read_together() -> None:
    row = conversation("one", dialogue("warum", "wieso", "weshalb", "wozu denn"))
    assert judge(table(row), CurateSettings()).dropped["detail"].to_list() == ["0 of 1 turns"]
