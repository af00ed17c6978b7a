"""Agenda-based user simulation: a stack of requests and facts, worked off at the user's pace.

Schatzmann, Thomson, Weilhammer, Ye and Young, "Agenda-Based User Simulation for Bootstrapping a
POMDP Dialogue System", NAACL 2007. The pace, the patience and the closing thanks come from the
profile's policy, the wording from its readings. No model.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from persona_extract.records.policy import Policy
from persona_extract.records.scenario import Scenario
from persona_extract.simulators.pace import count_words, fill, join, pack, sentences
from persona_extract.simulators.protocol import Part, Player
from persona_extract.simulators.voice import Place, Voice, voice_of

THANKS = "Thank you."
LONG = 2.0
"""An item this many times longer than the turn should be is split between sentences."""

PATIENCE = 2
"""A user leaves after so many times the usual number of turns: every second conversation is longer
than the usual one, and nobody walks off in the middle of those."""


@dataclass(frozen=True, slots=True)
class AgendaSimulator:
    """Plays a scenario without a model."""

    name: str = "agenda"

    def play(self, part: Part, rng: np.random.Generator) -> Player:
        """A player for one conversation. All its randomness comes from `rng`."""
        policy = part.profile.policy if part.profile else None
        thanks = bool(policy and policy.ending and rng.random() < policy.ending.thanks)
        return _User(part, policy, voice_of(part.profile, rng), thanks, _agenda(part.scenario))


SIMULATOR = AgendaSimulator()


@dataclass(frozen=True, slots=True)
class _Item:
    """One thing to say."""

    text: str
    fact: bool


@dataclass(slots=True)
class _User:
    """One user in one conversation. A first message that it hears makes it a continuation."""

    part: Part
    policy: Policy | None
    voice: Voice
    thanks: bool
    agenda: list[_Item]
    said: int = 0

    def speak(self, heard: str | None) -> str | None:
        """The next user turn, or None when the user leaves."""
        if not self.agenda or self.said >= self._most():
            return None
        if heard and "?" in heard:
            _bring_forward(self.agenda)
        opening = heard is None
        content = self._take(opening)
        last = not self.agenda
        if last and self.thanks:
            content = f"{content} {THANKS}"
        self.said += 1
        return self.voice.word(content, self.part.scenario.facts, Place(opening, last))

    @property
    def ended(self) -> str:
        """Why it left, or would if it were cut off now."""
        if not self.agenda:
            return "goal"
        return "cap" if self._most() == self.part.max_turns else "patience"

    def _most(self) -> int:
        """User turns at the most."""
        if self.policy is None:
            return self.part.max_turns
        return min(PATIENCE * self.policy.conversation_turns, self.part.max_turns)

    def _take(self, opening: bool) -> str:
        """Takes the next turn's content off the agenda: one item, or what the pace asks for."""
        if self.policy is None:
            return self.agenda.pop(0).text
        target = self.policy.opening_words if opening else self.policy.followup_words
        first = self.agenda[0]
        if not first.fact and count_words([first.text]) > LONG * target:
            pieces = pack(sentences(first.text), target)
            self.agenda[:1] = [_Item(piece, fact=False) for piece in pieces]
        n = fill([item.text for item in self.agenda], target)
        taken, self.agenda = self.agenda[:n], self.agenda[n:]
        return join(item.text for item in taken)


def _agenda(scenario: Scenario) -> list[_Item]:
    """First request, facts, further requests: facts come early unless a question asks sooner."""
    first, *further = (_Item(request, fact=False) for request in scenario.requests)
    facts = (_Item(fact, fact=True) for fact in scenario.facts)
    return [item for item in (first, *facts, *further) if item.text.strip()]


def _bring_forward(agenda: list[_Item]) -> None:
    """An asked user answers: the next fact goes on top."""
    at = next((i for i, item in enumerate(agenda) if item.fact), None)
    if at:
        agenda.insert(0, agenda.pop(at))
