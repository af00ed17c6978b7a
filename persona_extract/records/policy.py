"""A profile in numbers, for simulators that ask what to do next instead of being told in words."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from persona_extract.records.fields import Record, Share

Act = Literal["question", "error", "refusal", "long answer"]
"""What the assistant did just before."""

ACTS: tuple[Act, ...] = ("question", "error", "refusal", "long answer")

Reply = Literal[
    "answers",
    "answers vaguely",
    "ignores it",
    "objects",
    "turns away",
    "asks",
    "takes it up",
    "goes on",
]
"""What a user does after an act of the assistant."""


class Reaction(Record):
    """What the user does in the `n` turns just after an act of the assistant.

    Attributes:
        words: typical length of these turns.
        rates: share of each reply; they sum to 1. All are drawn towards the other users' as far as
            this user's few turns are unreliable.
    """

    after: Act
    n: Annotated[int, Field(ge=1)]
    words: Annotated[int, Field(ge=1)]
    rates: dict[Reply, Share]


class Ending(Record):
    """How conversations end: shares of those with two turns or more, which overlap (`thanks` are
    among those that are wrapped up)."""

    thanks: Share
    wraps_up: Share
    silent: Share
    abandons: Share


class Policy(Record):
    """What an executable simulator needs, told in numbers.

    Attributes:
        opening_words: typical length of the first turn, in words outside code.
        followup_words: typical length of a later one.
        words_spread: standard deviation of ln(1+words) of a turn around these.
        conversation_turns: median user turns of a conversation.
        patience_turns: user turns within which nine of ten of them were over.
        opening_facts: mean number of facts (figures, names, quoted strings) in an opening.
        facts_per_turn: mean number in a follow-up.
        opening_share: share of a conversation's facts that its opening tells (disclosure pace); 1
            tells all at once. None where no conversation of two turns or more has a fact.
        reactions: to acts of the assistant that the user met with.
        ending: None where every conversation has one turn.
    """

    opening_words: Annotated[int, Field(ge=1)]
    followup_words: Annotated[int, Field(ge=1)]
    words_spread: Annotated[float, Field(ge=0)]
    conversation_turns: Annotated[int, Field(ge=1)]
    patience_turns: Annotated[int, Field(ge=1)]
    opening_facts: Annotated[float, Field(ge=0)]
    facts_per_turn: Annotated[float, Field(ge=0)]
    opening_share: Share | None
    reactions: list[Reaction]
    ending: Ending | None
