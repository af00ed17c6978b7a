from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from persona_extract.curate import user_turns
from persona_extract.records.tables import CONVERSATIONS, TURNS, empty
from tests.unit.curate.talk import Said, conversation, dialogue, table

MESSAGE = st.tuples(st.sampled_from("uuuaas"), st.sampled_from([None, "", "a", "b c", "d"]))
TALKS = st.lists(
    st.tuples(st.sampled_from(["u1", "u2", "u3"]), st.lists(MESSAGE, max_size=8)), max_size=6
)


def by_hand(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """The same table by a plain loop."""
    turns: list[dict[str, object]] = []
    for row in sorted(rows, key=lambda row: (row["user_key"], row["conversation_id"])):
        messages = [(m["role"], m["content"] or "") for m in row["messages"]]
        places = [i for i, (role, _) in enumerate(messages) if role == "user"]
        for turn, place in enumerate(places):
            before = messages[place - 1] if place else ("", "")
            after = messages[place + 1] if place + 1 < len(messages) else ("", "")
            turns.append(
                {
                    "user_key": row["user_key"],
                    "conversation_id": row["conversation_id"],
                    "domain": row.get("domain"),
                    "turn": turn,
                    "n_turns": len(places),
                    "text": messages[place][1],
                    "opening_text": messages[places[0]][1] if turn else None,
                    "previous_text": messages[places[turn - 1]][1] if turn else None,
                    "assistant_before": before[1] if before[0] == "assistant" else None,
                    "assistant_after": after[1] if after[0] == "assistant" else None,
                }
            )
    return turns


@settings(max_examples=100, deadline=None)
@given(TALKS)
def test_the_same_as_a_plain_loop(talks: list[tuple[str, Said]]) -> None:
    rows = [
        conversation(f"c{len(talks) - i}", said, user_key=user, domain=f"d{i % 2}")
        for i, (user, said) in enumerate(talks)
    ]
    turns = user_turns(table(*rows))
    assert dict(turns.schema) == TURNS
    assert turns.to_dicts() == by_hand(rows)


def test_no_conversations_no_turns() -> None:
    assert dict(user_turns(empty(CONVERSATIONS)).schema) == TURNS


def test_what_stands_around_a_turn() -> None:
    turns = user_turns(table(conversation("one", dialogue("first", "second", "third"))))
    assert turns["turn"].to_list() == [0, 1, 2]
    assert turns["previous_text"].to_list() == [None, "first", "second"]
    assert turns["opening_text"].to_list() == [None, "first", "first"]
    assert turns["assistant_before"].null_count() == 1
    assert turns["assistant_after"].null_count() == 0
