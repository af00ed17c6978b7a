"""The few dimensions that a card shows: how the users of a pack differ, in everyday units."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from persona_extract.records.fields import Record
from persona_extract.records.pack import PackManifest

Scale = Literal["share", "ln(1+n)", "ln(n)"]


@dataclass(frozen=True, slots=True)
class Headline:
    """A dimension with a title, and the scale that it is kept on."""

    dimension: str
    title: str
    scale: Scale


HEADLINES = (
    Headline("opening_words", "words of an opening", "ln(1+n)"),
    Headline("followup_words", "words of a follow-up", "ln(1+n)"),
    Headline("conversation_turns", "user turns of a conversation", "ln(n)"),
    Headline("facts", "figures, names and quoted strings in a turn", "ln(1+n)"),
    Headline("questions", "turns that ask", "share"),
    Headline("imperatives", "turns that command", "share"),
    Headline("please", 'turns with "please"', "share"),
    Headline("thanks", "follow-ups that thank", "share"),
    Headline("lowercase_start", "turns that start in lower case", "share"),
    Headline("open_ending", "turns without a closing mark", "share"),
    Headline("spelling_slips", "turns with a misspelt word", "share"),
    Headline("pushback", "follow-ups that push back", "share"),
)


class Distribution(Record):
    """One dimension over the users of a pack: tenth, middle and ninetieth of a hundred.

    Shares are 0..1; words, turns and facts are counts (the middle of logarithms, undone).
    """

    dimension: str
    title: str
    share: bool
    n_users: int
    q10: float
    q50: float
    q90: float


def distributions(manifest: PackManifest) -> Iterator[Distribution]:
    """The headline dimensions that a pack has."""
    for one in HEADLINES:
        if (of := manifest.population.get(one.dimension)) is not None:
            yield Distribution(
                dimension=one.dimension,
                title=one.title,
                share=one.scale == "share",
                n_users=of.n_users,
                q10=_plain(of.q10, one.scale),
                q50=_plain(of.q50, one.scale),
                q90=_plain(of.q90, one.scale),
            )


def _plain(value: float, scale: Scale) -> float:
    match scale:
        case "share":
            return round(value, 4)
        case "ln(1+n)":
            return round(math.expm1(min(value, 50.0)), 2)
        case "ln(n)":
            return round(math.exp(min(value, 50.0)), 2)
