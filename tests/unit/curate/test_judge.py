from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from persona_extract.curate import REASONS, judge
from persona_extract.errors import UsageError
from persona_extract.records.settings import CurateSettings
from persona_extract.records.tables import CONVERSATIONS, DROPPED, empty
from tests.unit.curate.talk import ENGLISH, Said, conversation, dialogue, table

DEFAULT = CurateSettings()
ANY_LANGUAGE = CurateSettings(languages=None)


def reason_of(row: dict[str, object], using: CurateSettings = DEFAULT) -> str | None:
    judged = judge(table(row), using)
    assert judged.kept.height + judged.dropped.height == 1
    return None if judged.kept.height else str(judged.dropped["reason"][0])


GOOD = dialogue(*ENGLISH)
CASES: list[tuple[str | None, Said, dict[str, object]]] = [
    (None, GOOD, {}),
    ("toxic", GOOD, {"toxic": True, "redacted": True}),
    ("redacted", GOOD, {"redacted": True}),
    ("redacted", dialogue(*ENGLISH, "mail <PRESIDIO_ANONYMIZED_EMAIL_ADDRESS> about it"), {}),
    ("empty", [("a", "Hello!"), ("u", "  "), ("u", None)], {}),
    ("alternation", [("u", text) for text in ENGLISH], {}),
    ("alternation", [*GOOD, ("?", "Meanwhile, elsewhere.")], {}),
    ("language", GOOD, {"language": "Spanish"}),
    ("turns", dialogue(*ENGLISH[:2]), {}),
    ("turns", dialogue("hello there!", *ENGLISH[:2], "thanks a lot"), {}),
    (None, dialogue("hello there!", *ENGLISH[:3], "thanks a lot"), {}),
    ("length", dialogue(*ENGLISH, "word " * 90_000), {}),
]


@pytest.mark.parametrize(("reason", "said", "columns"), CASES)
def test_each_rule_gives_its_reason(
    reason: str | None, said: Said, columns: dict[str, object]
) -> None:
    assert reason_of(conversation("one", said, **columns)) == reason


def test_switches_turn_rules_off() -> None:
    off = CurateSettings(drop_toxic=False, drop_redacted=False, languages=None, min_turns=1)
    flagged = conversation("one", dialogue("hola"), toxic=True, redacted=True, language="Spanish")
    assert reason_of(flagged, off.model_copy(update={"bookend_words": 0})) is None


@pytest.mark.parametrize(
    ("model", "kept"),
    [("GPT-4o (chat)", True), ("gpt-4o-2024-08-06", True), ("gpt-4-0314", False), (None, False)],
)
def test_models_are_kept_by_prefix(model: str | None, kept: bool) -> None:
    using = CurateSettings(models=["gpt-4o"])
    assert (reason_of(conversation("one", GOOD, model=model), using) is None) == kept


def test_too_many_turns_say_how_many() -> None:
    row = conversation("one", GOOD)
    dropped = judge(table(row), CurateSettings(max_turns=3)).dropped
    assert dropped.select("reason", "detail").row(0) == ("length", "4 turns")


def test_bookends_stay_in_what_is_kept() -> None:
    said = dialogue("hi", *ENGLISH, "thanks!")
    judged = judge(table(conversation("one", said)), CurateSettings())
    assert len(judged.kept["messages"][0]) == len(said)
    assert judged.repairs["bookend_not_counted"] == 2


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("thanks, now in C", True),
        ("hello world in java", True),
        ("ok", True),
        ("yes", True),
        ("Thank you so much!!", False),
        ("Good morning, ChatGPT", False),
        ("thank you very much for all that help", True),  # eight words
        ("how are you?", False),
        ("merci beaucoup", True),  # not in the list as a whole: counted, not lost
        ("gracias", False),
    ],
)
def test_what_a_bookend_is(text: str, counts: bool) -> None:
    row = conversation("one", dialogue(*ENGLISH[:2], text))
    assert (reason_of(row, ANY_LANGUAGE) is None) == counts


def test_thanks_in_the_middle_count() -> None:
    assert reason_of(conversation("one", dialogue(ENGLISH[0], "thanks", ENGLISH[1]))) is None


def test_messages_are_repaired_and_counted() -> None:
    said: Said = [
        ("s", "You are a cook."),
        ("a", "Welcome!"),
        ("u", ENGLISH[0]),
        ("u", ENGLISH[0]),
        ("a", ""),
        ("u", ENGLISH[1]),
        ("a", "Part one."),
        ("t", "{}"),
        ("a", "Part two."),
        *dialogue(ENGLISH[2], ENGLISH[3]),
        ("u", " "),
    ]
    judged = judge(table(conversation("one", said)), CurateSettings())
    assert [m["content"] for m in judged.kept["messages"][0]][:2] == [
        f"{ENGLISH[0]}\n\n{ENGLISH[1]}",
        "Part one.\n\nPart two.",
    ]
    assert judged.repairs == {
        "aside_dropped": 2,
        "empty_dropped": 2,
        "leading_assistant_dropped": 1,
        "repeat_dropped": 1,
        "merged": 2,
        "bookend_not_counted": 0,
    }


def test_nothing_in_nothing_out() -> None:
    judged = judge(empty(CONVERSATIONS), CurateSettings())
    assert judged.kept.schema == pl.Schema(CONVERSATIONS)
    assert judged.dropped.schema == pl.Schema(DROPPED)
    assert set(judged.repairs.values()) == {0}


def test_a_message_list_that_is_missing_is_empty() -> None:
    row = conversation("one", []) | {"messages": None}
    assert reason_of(row) == "empty"


def test_an_unknown_language_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="German"):
        judge(table(conversation("one", GOOD)), CurateSettings(languages=["Germen"]))


MESSAGE = st.tuples(
    st.sampled_from("uuuaaast?"),
    st.sampled_from([None, "", "hi", "thanks", "a longer one", "and another", "no"]),
)
ROWS = st.lists(
    st.tuples(
        st.lists(MESSAGE, max_size=12),
        st.sampled_from([None, "gpt-4o", "gpt-4"]),
        st.sampled_from([None, True, False]),
    ),
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_kept_and_dropped_are_the_input_whatever_its_order(rows, random) -> None:
    using = CurateSettings(languages=None, min_turns=2, models=["gpt-4o"])
    made = [
        conversation(f"c{i}", said, model=model, toxic=flag)
        for i, (said, model, flag) in enumerate(rows)
    ]
    judged = judge(table(*made), using)
    kept, dropped = judged.kept["conversation_id"], judged.dropped["conversation_id"]
    assert sorted([*kept, *dropped]) == sorted(row["conversation_id"] for row in made)
    assert set(judged.dropped["reason"]) <= set(REASONS)
    random.shuffle(made)
    again = judge(table(*made), using)
    assert again.repairs == judged.repairs
    assert again.kept.sort("conversation_id").equals(judged.kept.sort("conversation_id"))
    assert again.dropped.sort("conversation_id").equals(judged.dropped.sort("conversation_id"))


@settings(max_examples=60, deadline=None)
@given(st.lists(MESSAGE, max_size=14))
def test_what_is_kept_alternates_and_needs_no_more_repair(said: Said) -> None:
    using = CurateSettings(languages=None, min_turns=1)
    kept = judge(table(conversation("one", said)), using).kept
    for messages in kept["messages"].to_list():
        roles = [message["role"] for message in messages]
        assert roles == ["user", "assistant"] * (len(roles) // 2) + ["user"] * (len(roles) % 2)
        assert all(message["content"].strip() for message in messages)
    again = judge(kept, using)
    assert again.kept.equals(kept)
    assert all(n == 0 for kind, n in again.repairs.items() if kind != "bookend_not_counted")
