"""Whether the numbers of a profile add up: rates, transitions, reactions, policy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from persona_extract.packs.findings import Doubt
from persona_extract.records.fields import DIGITS
from persona_extract.records.policy import Policy
from persona_extract.records.profile import MoveRate, Profile, Transition

ROUNDED = 10.0**-DIGITS
"""By so much a rounded rate may miss what it comes from."""


def rate_doubts(profile: Profile) -> Iterator[Doubt]:
    """Where rates do not sum to 1, are not what they are counted from, or speak of moves that the
    profile does not make."""
    yield from _counted("moves", profile.moves)
    befores = dict.fromkeys(step.before for step in profile.transitions)
    for before in befores:
        steps = [step for step in profile.transitions if step.before == before]
        about = f"transitions after {before or 'the opening'}"
        yield from _counted(about, steps)
        if len({step.after for step in steps}) < len(steps):
            yield Doubt("claims", f"{about}: one stands twice")
    made = {rate.move for rate in profile.moves}
    for move in sorted({s.after for s in profile.transitions} | {b for b in befores if b}):
        if move not in made:
            yield Doubt("claims", f"transition of {move}: the profile does not make that move")
    if profile.policy is not None:
        yield from _policy(profile.policy)


def source_doubts(profile: Profile) -> Iterator[Doubt]:
    """Where readings say more than the conversations hold."""
    source = profile.source
    if len(set(source.conversations)) < len(source.conversations):
        yield Doubt("claims", "a conversation stands twice")
    if source.n_turns < len(source.conversations):
        yield Doubt("claims", "it has fewer turns than conversations")
    for reading in profile.readings:
        if reading.n > source.n_turns or not (
            reading.n_conversations <= min(reading.n, len(source.conversations))
        ):
            yield Doubt(
                "claims", f"reading of {reading.dimension}: out of more turns than there are"
            )


def _counted(about: str, rates: list[MoveRate] | list[Transition]) -> Iterator[Doubt]:
    total, n = sum(one.rate for one in rates), sum(one.n for one in rates)
    if rates and abs(total - 1) > ROUNDED * len(rates):
        yield Doubt("weights", f"rates of {about} sum to {total:.4f}, not 1")
    elif any(abs(one.rate - one.n / n) > ROUNDED for one in rates):
        yield Doubt("weights", f"rates of {about} are not the shares of their counts")


def _policy(policy: Policy) -> Iterator[Doubt]:
    if policy.patience_turns < policy.conversation_turns:
        yield Doubt("claims", "policy: patience_turns are fewer than conversation_turns")
    for reaction in policy.reactions:
        total = sum(reaction.rates.values())
        if abs(total - 1) > ROUNDED * len(reaction.rates):
            yield Doubt(
                "weights", f"rates of reactions after {reaction.after} sum to {total:.4f}, not 1"
            )
    yield from _repeated(reaction.after for reaction in policy.reactions)


def _repeated(acts: Iterable[str]) -> Iterator[Doubt]:
    for act, n in Counter(acts).items():
        if n > 1:
            yield Doubt("claims", f"policy: reactions after {act} stand twice")
