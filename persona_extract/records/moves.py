"""A move: what a kind of follow-up turn does, as the catalogue of a run lists it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from persona_extract.records.profile import Record, Share


class Move(Record):
    """One cluster of follow-up turns. Holds stock phrases only: every word of a phrase stands in
    `lexicons/conversation_words.txt`, and at least three users wrote it, however small the corpus.

    Attributes:
        id: "m_" and a hash of the members: the same for the same input.
        label: two or three key phrases, e.g. "continue / go on", or "other wording" if no phrase
            may be shown; a number tells equal ones apart.
        phrases: key phrases, the best first.
        exemplars: forms of turns, the most frequent first; "…" stands for words that few users
            used.
        share: share of all clustered turns.
    """

    id: Annotated[str, Field(pattern=r"^m_[0-9a-f]{8}$")]
    label: str
    phrases: list[str]
    n_turns: Annotated[int, Field(ge=1)]
    n_users: Annotated[int, Field(ge=1)]
    exemplars: list[str]
    share: Share
