"""What a policy says of made-up people whose numbers are known."""

from __future__ import annotations

import math

import polars as pl
import pytest

from persona_extract.curate import user_turns
from persona_extract.dimensions.read import pool_conversations, pool_users, turn_readings
from persona_extract.profile.policy import policies
from persona_extract.profile.standing import standings
from persona_extract.records.policy import Policy, Reaction
from persona_extract.records.tables import CONVERSATIONS

ASK = "Which size do you want?"
REFUSE = "I'm sorry, but I cannot help with that."
ERR = "I apologize for the mistake, the total is 8."
LONG = " ".join(["The answer is given here at some length."] * 40)


def conversation(user: int, at: int, *messages: str) -> tuple[object, ...]:
    """Messages take turns, the user's first."""
    said = [
        {"role": "assistant" if i % 2 else "user", "content": text}
        for i, text in enumerate(messages)
    ]
    ids = (f"{user:08x}{at:08x}", f"{user:016x}", True)
    return (*ids, "test", "r1", "CC0", None, None, None, None, None, None, said)


def policy_of(*rows: tuple[object, ...]) -> dict[int, Policy]:
    """User -> policy."""
    turns = user_turns(pl.DataFrame(list(rows), schema=CONVERSATIONS, orient="row"))
    readings = turn_readings(turns)
    users = pool_users(pool_conversations(readings))
    found = policies(turns, readings, standings(users, users))
    return {int(key, 16): policy for key, policy in found.items()}


def reaction(policy: Policy, after: str) -> Reaction:
    return next(one for one in policy.reactions if one.after == after)


def test_lengths_turns_and_patience() -> None:
    two = [conversation(0, at, "one two three", "ok", "four five", "ok") for at in range(9)]
    four = conversation(0, 9, "one two three", "ok", *["six seven", "ok"] * 3)
    policy = policy_of(*two, four)[0]
    assert (policy.opening_words, policy.followup_words) == (3, 2)
    assert policy.words_spread == 0
    assert policy.conversation_turns == 2
    assert policy.patience_turns == math.ceil(2 + 0.1 * 2)  # between the ninth and the tenth


def test_spread_is_around_openings_and_follow_ups_apart() -> None:
    """One who opens with ten words and goes on with two has no spread, whatever the mix."""
    even = conversation(0, 0, "a b c d e f g h i j", "ok", "k l", "ok", "m n", "ok")
    odd = conversation(1, 1, "a b", "ok", "k", "ok", "m n o p q r s t", "ok")
    found = policy_of(even, odd)
    assert found[0].words_spread == 0
    around = math.log(2), math.log(9)
    assert found[1].words_spread == pytest.approx((around[1] - around[0]) / math.sqrt(6), abs=0.01)


def test_disclosure_pace() -> None:
    at_once = conversation(0, 0, "book room 12 for 3 nights from 7 May", "ok", "yes please", "ok")
    later = conversation(1, 1, "i need a room", "ok", "room 12 for 3 nights", "ok", "from 7", "ok")
    silent = conversation(2, 2, "i need a room", "ok", "yes", "ok")
    found = policy_of(at_once, later, silent)
    assert (found[0].opening_share, found[1].opening_share) == (1.0, 0.0)
    assert found[2].opening_share is None
    assert found[0].opening_facts >= 3 and found[0].facts_per_turn == 0
    assert found[1].opening_facts == 0 and found[1].facts_per_turn == pytest.approx(1.5)


def test_a_single_turn_has_no_ending_and_lends_its_length() -> None:
    policy = policy_of(conversation(0, 0, "how do i boil an egg", "In water."))[0]
    assert policy.ending is None
    assert policy.opening_words == policy.followup_words == 6


def test_reactions_sum_to_one_and_lean_on_the_others() -> None:
    """Users 0 to 9 object to every refusal, user 10 to none."""
    said = ["that is not true, do it"] * 10 + ["a poem about cats then"]
    rows = [
        conversation(user, 10 * user + at, "draw me a cat", REFUSE, said[user], "ok")
        for user in range(11)
        for at in range(3)
    ]
    found = policy_of(*rows)
    for policy in found.values():
        for one in policy.reactions:
            assert sum(one.rates.values()) == pytest.approx(1, abs=1e-5)
    first, last = reaction(found[0], "refusal"), reaction(found[10], "refusal")
    assert first.n == last.n == 3
    assert first.rates["objects"] > 0.9 > 0.5 > last.rates["objects"]


@pytest.mark.parametrize(
    ("heard", "after", "replies"),
    [
        (ASK, "question", {"answers", "answers vaguely", "ignores it"}),
        (ERR, "error", {"objects", "goes on"}),
        (REFUSE, "refusal", {"objects", "turns away", "goes on"}),
        (LONG, "long answer", {"asks", "takes it up", "goes on"}),
    ],
)
def test_each_act_has_its_replies(heard: str, after: str, replies: set[str]) -> None:
    rows = [
        conversation(user, user, "i want shoes", heard, "size nine, the red ones", "ok")
        for user in range(3)
    ]
    found = policy_of(*rows)[0]
    assert set(reaction(found, after).rates) == replies


def test_what_was_never_met_is_not_in_the_table() -> None:
    policy = policy_of(conversation(0, 0, "i want shoes", "Here they are.", "thanks", "ok"))[0]
    assert policy.reactions == []
