"""The policy machine: what a simulated user does next, in numbers. Pure and seeded; no words.

Any simulator can ask it, before each turn of its user, how long the turn should be, how many facts
to tell, how to react, and whether to stop:

    manner = manner_of(profile)
    state = start(manner, rng, n_facts=len(scenario.facts))
    plan, state = step(manner, state, acts_of(message), goal_reached=..., facts_left=..., rng=rng)

**Words** are lognormal: the median is the policy's length for the opening, for a follow-up, or for
the reaction to what was heard; `words_spread` is the standard deviation of ln(1+words).

**Facts.** The opening tells `opening_share` of the scenario's. Later turns tell `facts_per_turn`,
or more where it would otherwise not all be told by the usual number of turns: a scenario may have
more facts than the person's own conversations. Amounts between whole numbers are rounded up as
often as their fraction says, so that means hold. After a question there is at least one, unless
it is ignored.

**Reply and move.** The reply is drawn from the reaction to the first act, in the order of
`records.profile.ACTS`, that was heard and that the policy knows. The move is drawn from the
transitions that follow the last move; from the rates of all moves where none does.

**Stop.** With its goal reached the user leaves, and closes as drawn from `ending`, conversations
that were given up left aside. Without it the user gives up when patience is spent. Patience is
drawn at the start, in turns: lognormal with the median `conversation_turns`, and nine of ten draws
within `patience_turns`. So without any success simulated conversations are as long as the person's
are, and no longer with it; how long the person would have stayed on in vain is not known.

**Nobody** (no profile, or an imported one without a policy) is `manner.NEUTRAL`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

import numpy as np

from persona_extract.records.policy import ACTS, Act, Policy, Reaction, Reply
from persona_extract.simulators.manner import NEUTRAL, Manner

Closing = Literal["thanks", "wraps_up", "silent", "abandons"]

MOST_WORDS = 10_000
MOST_TURNS = 10_000
"""No plan exceeds these, whatever the policy says."""

_TENTH = 1.2815515655446004
"""Standard deviations above the mean within which nine tenths of a normal distribution lie."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PolicyState:
    """Where one conversation stands.

    Attributes:
        n_facts: of the scenario.
        patience: user turns at the most, drawn.
        turn: user turns so far.
        move: of the last follow-up; None before the first.
    """

    n_facts: int
    patience: int
    turn: int = 0
    move: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What the user does now.

    Attributes:
        words: about how many to write; 0 where nothing is said any more.
        facts: how many of those left to tell.
        reply: how to react to what was heard; None: nothing that a reaction is known to.
        move: of the catalogue; None at the opening and where the profile has none.
        stop: this is the end.
        closing: how, at the end. "thanks" and "wraps_up" are one last message, the others none.
    """

    words: int
    facts: int = 0
    reply: Reply | None = None
    move: str | None = None
    stop: bool = False
    closing: Closing | None = None


def start(manner: Manner, rng: np.random.Generator, *, n_facts: int) -> PolicyState:
    """The state before the opening. Patience is drawn here."""
    usual = min(manner.policy.conversation_turns, MOST_TURNS)
    tenth = min(max(usual, manner.policy.patience_turns), MOST_TURNS)
    drawn = usual * math.exp(math.log(tenth / usual) / _TENTH * rng.standard_normal())
    return PolicyState(n_facts, patience=max(1, min(round(drawn), MOST_TURNS)))


def step(
    manner: Manner,
    state: PolicyState,
    heard: frozenset[Act],
    *,
    goal_reached: bool,
    facts_left: int,
    rng: np.random.Generator,
) -> tuple[Plan, PolicyState]:
    """The plan for the user's next turn, and the state after it.

    Args:
        manner: of the user.
        state: as `start` or the last `step` gave it.
        heard: acts of the assistant's message just before (`acts.acts_of`); at the opening they
            change nothing, for a greeting that asks "how can I help?" is no question.
        goal_reached: whether the user has what it wanted.
        facts_left: facts of the scenario that the user has not told yet.
        rng: all randomness comes from it.
    """
    after = replace(state, turn=state.turn + 1)
    if goal_reached or state.turn >= state.patience:
        return _last(manner.policy, goal_reached, rng), after
    if state.turn == 0:
        words = _words(manner.policy, manner.policy.opening_words, rng)
        return Plan(words, _at_once(manner.policy, state, facts_left, rng)), after
    reaction = _reaction(manner.policy, heard)
    reply = _drawn(reaction.rates, rng) if reaction else None
    length = reaction.words if reaction else manner.policy.followup_words
    facts = _later(manner.policy, state, facts_left, rng)
    if "question" in heard and reply != "ignores it":
        facts = max(facts, min(1, facts_left))
    move = _move(manner, state.move, rng)
    words = _words(manner.policy, length, rng)
    return Plan(words, facts, reply, move), replace(after, move=move)


def _last(policy: Policy, goal_reached: bool, rng: np.random.Generator) -> Plan:
    closing = _closing(policy, rng) if goal_reached else "abandons"
    speaks = closing in ("thanks", "wraps_up")
    words = _words(policy, policy.followup_words, rng) if speaks else 0
    return Plan(words, stop=True, closing=closing)


def _closing(policy: Policy, rng: np.random.Generator) -> Closing:
    """Those who thank are mostly among those who wrap up."""
    ending = policy.ending
    if ending is None:
        return "silent"
    rates: dict[Closing, float] = {
        "thanks": ending.thanks,
        "wraps_up": max(0.0, ending.wraps_up - ending.thanks),
        "silent": ending.silent,
    }
    return _drawn(rates, rng) or "silent"


def _words(policy: Policy, median: int, rng: np.random.Generator) -> int:
    noise = min(policy.words_spread, 10.0) * rng.standard_normal()
    drawn = math.expm1(min(math.log1p(min(median, MOST_WORDS)) + noise, math.log1p(MOST_WORDS)))
    return max(1, round(drawn))


def _at_once(policy: Policy, state: PolicyState, left: int, rng: np.random.Generator) -> int:
    share = NEUTRAL.opening_share if policy.opening_share is None else policy.opening_share
    return min(left, _rounded((share or 0.0) * state.n_facts, rng))


def _later(policy: Policy, state: PolicyState, left: int, rng: np.random.Generator) -> int:
    usual_left = max(1, min(policy.conversation_turns, MOST_TURNS) - state.turn)
    return min(left, _rounded(max(min(policy.facts_per_turn, left), left / usual_left), rng))


def _rounded(amount: float, rng: np.random.Generator) -> int:
    """Up as often as the fraction says: the mean is the amount."""
    return int(amount + rng.random())


def _reaction(policy: Policy, heard: frozenset[Act]) -> Reaction | None:
    table = {one.after: one for one in reversed(policy.reactions)}  # of two on one act the first
    return next((table[act] for act in ACTS if act in heard and act in table), None)


def _move(manner: Manner, last: str | None, rng: np.random.Generator) -> str | None:
    following = {one.after: one.rate for one in manner.transitions if one.before == last}
    return _drawn(following or {one.move: one.rate for one in manner.moves}, rng)


def _drawn(rates: dict[T, float], rng: np.random.Generator) -> T | None:
    """One of them, as often as its rate says; None where all are 0."""
    at = rng.random() * sum(rates.values())
    for one, rate in rates.items():
        if at < rate:
            return one
        at -= rate
    return next((one for one in reversed(rates) if rates[one] > 0), None)
