"""The machine does what the policy says, as often as it says, and always comes to an end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from persona_extract.records.policy import ACTS, Act, Ending, Policy, Reaction
from persona_extract.records.profile import MoveRate, Transition
from persona_extract.simulators.manner import NEUTRAL, Manner, manner_of
from persona_extract.simulators.policy import (
    MOST_TURNS,
    MOST_WORDS,
    Plan,
    PolicyState,
    start,
    step,
)
from tests.unit.simulators.people import profile

NOTHING: frozenset[Act] = frozenset()
ASKED: frozenset[Act] = frozenset(("question",))
MANY = 4000

POLICY = Policy(
    opening_words=40,
    followup_words=12,
    words_spread=0.5,
    conversation_turns=6,
    patience_turns=11,
    opening_facts=1.0,
    facts_per_turn=0.25,
    opening_share=0.6,
    reactions=[
        Reaction(after="question", n=9, words=5, rates={"answers": 0.7, "ignores it": 0.3}),
        Reaction(after="refusal", n=3, words=20, rates={"objects": 1.0}),
    ],
    ending=Ending(thanks=0.3, wraps_up=0.4, silent=0.3, abandons=0.3),
)
MANNER = Manner(POLICY)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def changed(**changes: object) -> Manner:
    return Manner(POLICY.model_copy(update=changes))


def once(
    manner: Manner,
    state: PolicyState,
    heard: Iterable[Act] = (),
    *,
    goal: bool = False,
    left: int = 0,
    n: int = MANY,
) -> list[Plan]:
    """The same step by so many seeds."""
    draws = rng()
    return [
        step(manner, state, frozenset(heard), goal_reached=goal, facts_left=left, rng=draws)[0]
        for _ in range(n)
    ]


def conversation(
    manner: Manner, seed: int, *, n_facts: int = 0, heard: Sequence[Act] = (), goal_at: int = 10**6
) -> list[Plan]:
    """All plans up to the stop; the assistant always does the same."""
    draws = rng(seed)
    state, left, plans = start(manner, draws, n_facts=n_facts), n_facts, list[Plan]()
    while not plans or not plans[-1].stop:
        goal = state.turn >= goal_at
        plan, state = step(
            manner, state, frozenset(heard), goal_reached=goal, facts_left=left, rng=draws
        )
        left -= plan.facts
        assert left >= 0
        plans.append(plan)
    return plans


def later(turn: int = 1, n_facts: int = 0, move: str | None = None) -> PolicyState:
    return PolicyState(n_facts, patience=MOST_TURNS, turn=turn, move=move)


def median(plans: list[Plan]) -> float:
    return float(np.median([plan.words for plan in plans]))


@pytest.mark.parametrize(
    ("state", "heard", "words"),
    [
        (later(0), NOTHING, 40),
        (later(0), ASKED, 40),  # a greeting that asks is no question
        (later(1), NOTHING, 12),
        (later(1), ASKED, 5),
        (later(1), {"refusal"}, 20),
        (later(1), {"refusal", "question"}, 5),  # the first of ACTS
        (later(1), {"error", "refusal"}, 20),  # the first that the policy knows
        (later(1), {"long answer"}, 12),
    ],
)
def test_the_median_length_is_the_policy_s(
    state: PolicyState, heard: frozenset[Act], words: int
) -> None:
    plans = once(MANNER, state, heard)
    assert abs(median(plans) - words) <= 0.05 * words
    logs = np.log1p([plan.words for plan in plans])
    assert abs(float(np.std(logs)) - POLICY.words_spread) < 0.06
    assert {plan.words for plan in once(changed(words_spread=0.0), state, heard, n=9)} == {words}


def test_replies_come_at_their_rates() -> None:
    counts = Counter(plan.reply for plan in once(MANNER, later(), ASKED))
    assert set(counts) == {"answers", "ignores it"}
    assert abs(counts["ignores it"] / MANY - 0.3) < 0.03
    assert {plan.reply for plan in once(MANNER, later(), {"long answer"}, n=9)} == {None}
    assert {plan.reply for plan in once(MANNER, later(0), ASKED, n=9)} == {None}


def test_the_opening_tells_its_share_of_the_facts() -> None:
    for n_facts in (1, 3, 10):
        told = [plan.facts for plan in once(MANNER, later(0, n_facts), left=n_facts)]
        assert abs(np.mean(told) - 0.6 * n_facts) < 0.05
        assert max(told) - min(told) <= 1
    assert {p.facts for p in once(changed(opening_share=1.0), later(0, 7), left=7, n=9)} == {7}
    unknown = [p.facts for p in once(changed(opening_share=None), later(0, 8), left=8, n=9)]
    assert unknown == [4] * 9


def test_later_turns_tell_at_the_pace_and_all_by_the_usual_end() -> None:
    slow = changed(facts_per_turn=0.25, conversation_turns=100)
    assert abs(np.mean([plan.facts for plan in once(slow, later(1, 9), left=9)]) - 0.25) < 0.03
    assert {plan.facts for plan in once(MANNER, later(5, 9), left=4, n=9)} == {4}
    assert {plan.facts for plan in once(MANNER, later(1, 9), left=0, n=9)} == {0}
    assert abs(np.mean([plan.facts for plan in once(MANNER, later(2, 9), left=2)]) - 0.5) < 0.03


def test_a_question_brings_a_fact_unless_it_is_ignored() -> None:
    slow = changed(facts_per_turn=0.0, conversation_turns=10**6)
    plans = once(slow, later(1, 5), ASKED, left=5, n=500)
    assert {(plan.reply, plan.facts) for plan in plans} == {("answers", 1), ("ignores it", 0)}
    assert {plan.facts for plan in once(slow, later(1, 5), ASKED, left=0, n=9)} == {0}
    assert {plan.facts for plan in once(slow, later(1, 5), left=5, n=9)} == {0}
    deaf = changed(reactions=[])
    assert {min(p.facts, 1) for p in once(deaf, later(1, 5), ASKED, left=5, n=99)} == {1}


def test_who_has_the_goal_closes_as_the_policy_says() -> None:
    plans = once(MANNER, later(3), goal=True)
    counts = Counter(plan.closing for plan in plans)
    assert all(plan.stop and not plan.facts and plan.reply is None for plan in plans)
    expected = {"thanks": 0.3 / 0.7, "wraps_up": 0.1 / 0.7, "silent": 0.3 / 0.7}
    assert counts.keys() == expected.keys()
    assert all(abs(counts[name] / MANY - rate) < 0.03 for name, rate in expected.items())
    assert all((plan.words > 0) == (plan.closing in ("thanks", "wraps_up")) for plan in plans)
    for ending in (None, Ending(thanks=0, wraps_up=0, silent=0, abandons=1)):
        assert {p.closing for p in once(changed(ending=ending), later(), goal=True, n=9)} == {
            "silent"
        }


def test_without_the_goal_people_stay_as_long_as_the_policy_says() -> None:
    lengths = [len(conversation(MANNER, seed)) - 1 for seed in range(1500)]
    assert np.median(lengths) == 6
    assert abs(np.mean(np.array(lengths) <= 11) - 0.9) < 0.03
    assert {conversation(MANNER, seed)[-1].closing for seed in range(50)} == {"abandons"}
    fixed = changed(patience_turns=6)
    assert {len(conversation(fixed, seed)) - 1 for seed in range(20)} == {6}


def test_the_goal_ends_a_conversation_before_patience_does() -> None:
    for seed in range(20):
        plans = conversation(changed(conversation_turns=50, patience_turns=50), seed, goal_at=4)
        assert len(plans) == 5
        assert plans[-1].closing != "abandons"


@pytest.mark.parametrize("heard", [(), ("question",), ("error", "long answer")])
def test_everything_is_told_in_the_end(heard: Sequence[Act]) -> None:
    patient = changed(patience_turns=6)
    for seed in range(100):
        plans = conversation(patient, seed, n_facts=9, heard=heard)
        assert sum(plan.facts for plan in plans) == 9


MOVES = (
    MoveRate(move="a", label="", rate=0.8, n=8),
    MoveRate(move="b", label="", rate=0.2, n=2),
)
TRANSITIONS = (
    Transition(before=None, after="a", rate=1.0, n=3),
    Transition(before="a", after="b", rate=0.25, n=1),
    Transition(before="a", after="a", rate=0.75, n=3),
)


def test_moves_follow_the_last_one_or_else_their_rates() -> None:
    moving = Manner(POLICY, MOVES, TRANSITIONS)

    def shares(move: str | None) -> dict[str | None, float]:
        plans = once(moving, later(2, move=move))
        return {name: n / MANY for name, n in Counter(plan.move for plan in plans).items()}

    assert shares(None) == {"a": 1.0}
    assert abs(shares("a")["b"] - 0.25) < 0.03
    assert abs(shares("b")["b"] - 0.2) < 0.03  # nothing is known to follow on b
    assert {plan.move for plan in once(moving, later(0), n=9)} == {None}
    assert {plan.move for plan in once(MANNER, later(2), n=9)} == {None}
    _, state = step(moving, later(1), NOTHING, goal_reached=False, facts_left=0, rng=rng())
    assert (state.turn, state.move) == (2, "a")


def test_a_seed_decides_everything() -> None:
    moving = Manner(POLICY, MOVES, TRANSITIONS)
    plans = [conversation(moving, 7, n_facts=5, heard=["question"]) for _ in range(2)]
    assert plans[0] == plans[1]
    assert plans[0] != conversation(moving, 8, n_facts=5, heard=["question"])


def test_a_profile_gives_its_manner_and_nobody_the_neutral_one() -> None:
    one = profile(opening_words=33).model_copy(update={"moves": list(MOVES)})
    assert manner_of(one) == Manner(one.policy or NEUTRAL, MOVES)
    assert manner_of(None) == manner_of(one.model_copy(update={"policy": None})) == Manner(NEUTRAL)
    assert conversation(manner_of(None), 0, n_facts=3)[-1].stop


COUNTS = st.integers(1, 30) | st.integers(1, 10**400)
AMOUNTS = st.floats(0, 5) | st.floats(min_value=0, allow_nan=False)
SHARES = st.floats(0, 1)
RATES = st.dictionaries(st.sampled_from(["answers", "ignores it", "objects", "goes on"]), SHARES)
REACTIONS = st.builds(Reaction, after=st.sampled_from(ACTS), n=COUNTS, words=COUNTS, rates=RATES)
POLICIES = st.builds(
    Policy,
    opening_words=COUNTS,
    followup_words=COUNTS,
    words_spread=AMOUNTS,
    conversation_turns=COUNTS,
    patience_turns=COUNTS,
    opening_facts=AMOUNTS,
    facts_per_turn=AMOUNTS,
    opening_share=st.none() | SHARES,
    reactions=st.lists(REACTIONS, max_size=5),
    ending=st.none()
    | st.builds(Ending, thanks=SHARES, wraps_up=SHARES, silent=SHARES, abandons=SHARES),
)
NAMES = st.sampled_from(["a", "b", "c"])
MOVED = st.lists(st.builds(MoveRate, move=NAMES, label=st.just(""), rate=SHARES, n=COUNTS))
PASSED = st.lists(
    st.builds(Transition, before=st.none() | NAMES, after=NAMES, rate=SHARES, n=COUNTS)
)


@given(
    st.builds(Manner, POLICIES, MOVED.map(tuple), PASSED.map(tuple)),
    st.lists(st.frozensets(st.sampled_from(ACTS)), min_size=1, max_size=8),
    st.integers(0, 20),
    st.integers(0, 2**32 - 1),
)
def test_no_policy_breaks_the_machine(
    manner: Manner, heard: list[frozenset[Act]], n_facts: int, seed: int
) -> None:
    draws = rng(seed)
    state, left = start(manner, draws, n_facts=n_facts), n_facts
    assert 1 <= state.patience <= MOST_TURNS
    for acts in heard:
        plan, after = step(manner, state, acts, goal_reached=False, facts_left=left, rng=draws)
        assert plan.stop == (state.turn >= state.patience)
        assert plan.stop or 1 <= plan.words <= MOST_WORDS
        assert (plan.closing is None) == (not plan.stop)
        assert 0 <= plan.facts <= left
        assert after.turn == state.turn + 1
        state, left = after, left - plan.facts
    last, _ = step(manner, state, NOTHING, goal_reached=True, facts_left=left, rng=draws)
    assert last.stop and last.closing in ("thanks", "wraps_up", "silent")
