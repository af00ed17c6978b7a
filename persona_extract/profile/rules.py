"""The policy of a profile as lines of a brief, where no measured directive says it already."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from persona_extract.profile.lines import WHEN, Line
from persona_extract.records.directives import Situation
from persona_extract.records.policy import ACTS, Act, Ending, Policy, Reaction, Reply

NOTICED = 0.1
"""Share of occasions from which a reply, or a way to end, is told."""

USUAL = 0.9
"""Share from which it is told as what always happens."""

MOST_SHOWN = 9999
"""Numbers above are shown as this one."""

_AFTER: dict[Act, Situation] = {
    "question": "after a question",
    "error": "after an error",
    "refusal": "after a refusal",
    "long answer": "after a long answer",
}
_REPLIES: dict[Reply, str] = {
    "answers": "answer it",
    "answers vaguely": "answer vaguely or in part",
    "ignores it": "pass over the question",
    "objects": "object or ask again",
    "turns away": "turn to something else",
    "asks": "ask about it",
    "takes it up": "say first that you have read it",
    "goes on": "go on with what you want",
}
_TIMES = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

Told = Sequence[Line]
"""The lines of directives that are in the brief."""


def length_lines(policy: Policy, told: Told) -> Iterator[Line]:
    """How long messages are."""
    opening, later = _lengths_untold(told)
    if opening:
        yield Line("write", f"Open with about {_count(policy.opening_words, 'word')}.")
    if later:
        words = _count(policy.followup_words, "word")
        yield Line("write", f"After that write about {words} at a time.")


def pace_lines(policy: Policy, told: Told) -> Iterator[Line]:
    """Disclosure: how much of what there is to tell comes at once, and how the rest follows."""
    share = policy.opening_share
    if share is None or "front_loading" in _names(told):
        return
    if share >= USUAL:
        yield Line("write", "Tell all that you know in the first message.")
        return
    start = "hardly anything" if share < NOTICED else f"about {round(100 * share)}%"
    later = _later(min(policy.facts_per_turn, MOST_SHOWN))
    yield Line("write", f"Of what you know, tell {start} in the first message, {later}.")


def reaction_lines(policy: Policy, told: Told) -> Iterator[Line]:
    """What a user does after an act of the assistant, as when-rules."""
    table = {one.after: one for one in reversed(policy.reactions)}  # of two on one act the first
    for reaction in (table[act] for act in ACTS if act in table):
        situation = _AFTER[reaction.after]
        names = {one.tells for one in told if one.situation == situation if one.tells}
        lengths = {name for name in names if name.startswith("words_after")}
        clauses = [] if lengths else [_words(reaction)]
        clauses += [] if names - lengths else _replies(reaction)
        if clauses:
            yield Line("react", f"When {WHEN[situation]}: {'; '.join(clauses)}.")


def end_lines(policy: Policy, told: Told) -> Iterator[Line]:
    """How long conversations last, and how they end."""
    if "conversation_turns" not in _names(told):
        turns = _count(policy.conversation_turns, "message")
        yield Line("end", f"Your conversations have about {turns}.")
    enough = _count(policy.patience_turns, "message")
    yield Line("end", f"If you lack what you want after {enough}, leave.")
    if ways := _ways_untold(policy.ending, told):
        yield Line("end", f"At the end: {'; '.join(map(_with_share, ways))}.")


def short_lines(policy: Policy, told: Told) -> Iterator[Line]:
    """Lengths, number of messages and the usual way to end, in two lines."""
    opening, later = _lengths_untold(told)
    first = _count(policy.opening_words, "word")
    then = min(policy.followup_words, MOST_SHOWN)
    if opening and later:
        yield Line("write", f"Open with about {first}, then write about {then} at a time.")
    else:
        yield from length_lines(policy, told)
    turns = f"about {min(policy.conversation_turns, MOST_SHOWN)}, "
    stay = "" if "conversation_turns" in _names(told) else turns
    ways = _ways_untold(policy.ending, told)
    end = f"; at the end {ways[0][1]}" if ways else ""
    yield Line("end", f"Stay for {stay}at most {_count(policy.patience_turns, 'message')}{end}.")


def how_often(share: float) -> str:
    """A share of at least a twentieth in words: "mostly", "about one time in three"."""
    if share >= 0.6:
        return "nearly always" if share >= USUAL else "mostly"
    return f"about one time in {_TIMES[min(round(1 / share), 10) - 2]}"


def _names(told: Told) -> set[str]:
    return {one.tells for one in told if one.tells}


def _lengths_untold(told: Told) -> tuple[bool, bool]:
    names = _names(told)
    return "opening_words" not in names, not names & {"followup_words", "turn_words"}


def _later(facts: float) -> str:
    if facts < 0.05:
        return "the rest when you are asked"
    if facts > 2 / 3:  # else it would be "one in about 1"
        return f"later about {round(facts)} at a time"
    return f"later one detail in about {round(1 / facts)} messages, and always when asked"


def _words(reaction: Reaction) -> str:
    verb = "answer in" if reaction.after == "question" else "write"
    return f"{verb} about {_count(reaction.words, 'word')}"


def _replies(reaction: Reaction) -> list[str]:
    """What it does, the usual first; to answer, or to go on, only where it is all that it does."""
    rates = sorted(reaction.rates.items(), key=lambda each: (-each[1], each[0]))
    noticed = [each for each in rates if each[1] >= NOTICED]
    unusual = [each for each in noticed if each[0] not in ("answers", "goes on")]
    return [_with_share((rate, _REPLIES[reply])) for reply, rate in unusual or noticed]


def _ways_untold(ending: Ending | None, told: Told) -> list[tuple[float, str]]:
    """Share and wording of each way to end, the usual one first."""
    if ending is None or any(one.situation == "ending" for one in told):
        return []
    ways = [
        (ending.thanks, "say thanks"),
        (ending.wraps_up - ending.thanks, "say goodbye"),
        (ending.silent, "just stop writing once you have your answer"),
        (ending.abandons, "give up and leave if you are refused or failed"),
    ]
    return sorted((way for way in ways if way[0] >= NOTICED), key=lambda way: -way[0])


def _with_share(way: tuple[float, str]) -> str:
    share, text = way
    return text if share >= USUAL else f"{how_often(share)} {text}"


def _count(number: int, what: str) -> str:
    return f"{min(number, MOST_SHOWN)} {what}{'s' * (number != 1)}"
