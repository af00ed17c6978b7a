"""Agenda-based user simulation: a stack of requests and facts, worked off at the user's pace.

Schatzmann, Thomson, Weilhammer, Ye and Young, "Agenda-Based User Simulation for Bootstrapping a
POMDP Dialogue System", NAACL 2007. The pace, the patience and the closing thanks come from the
profile's policy, the wording from its readings. No model.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from persona_extract.records.profile import Policy
from persona_extract.records.scenario import Scenario
from persona_extract.simulators.protocol import Part, Player
from persona_extract.simulators.spans import MARK, protect, restore
from persona_extract.simulators.voice import Place, Voice, voice_of

THANKS = "Thank you."
LONG = 2.0
"""An item this many times longer than the turn should be is split between sentences."""

_BORDER = re.compile(rf"(?<=[.!?])[ \t]+|(?<!{MARK.pattern})\n+|\n+(?!{MARK.pattern}|\n)")


@dataclass(frozen=True, slots=True)
class AgendaSimulator:
    """Plays a scenario without a model."""

    name: str = "agenda"

    def play(self, part: Part, rng: np.random.Generator) -> Player:
        """A player for one conversation. All its randomness comes from `rng`."""
        policy = part.profile.policy if part.profile else None
        thanks = bool(policy and rng.random() < policy.thanks_at_end)
        return _User(part, policy, voice_of(part.profile), rng, thanks, _agenda(part.scenario))


SIMULATOR = AgendaSimulator()


@dataclass(slots=True)
class _Item:
    """One thing to say, in sentences; what is left of it once it has been split."""

    sentences: list[str]
    fact: bool


@dataclass(slots=True)
class _User:
    """One user in one conversation. A first message that it hears makes it a continuation."""

    part: Part
    policy: Policy | None
    voice: Voice
    rng: np.random.Generator
    thanks: bool
    agenda: list[_Item]
    said: int = 0
    ended: str = field(default="cap")

    def speak(self, heard: str | None) -> str | None:
        """The next user turn, or None when the user leaves."""
        self.ended = self._reason_to_leave()
        if self.ended:
            return None
        if heard and "?" in heard:
            _bring_forward(self.agenda)
        opening = heard is None
        content = self._take(opening)
        last = not self.agenda
        if last and self.thanks:
            content = f"{content} {THANKS}"
        self.said += 1
        return self.voice.word(content, self.part.scenario.facts, Place(opening, last), self.rng)

    def _reason_to_leave(self) -> str:
        if not self.agenda:
            return "goal"
        if self.said >= self.part.max_turns:
            return "cap"
        tired = self.policy is not None and self.said >= self.policy.patience_turns
        return "patience" if tired else ""

    def _take(self, opening: bool) -> str:
        """Takes the next turn's content off the agenda: at least a sentence of one item."""
        if self.policy is None:
            return _joined(self.agenda.pop(0).sentences)
        target = self.policy.opening_words if opening else self.policy.followup_words
        taken = self._take_item(target)
        while self.agenda and _nearer(taken, self.agenda[0].sentences, target):
            taken += self.agenda.pop(0).sentences
        return _joined(taken)

    def _take_item(self, target: int) -> list[str]:
        item = self.agenda[0]
        if _words(item.sentences) <= LONG * target:
            return self.agenda.pop(0).sentences
        taken = [item.sentences.pop(0)]
        while item.sentences and _nearer(taken, item.sentences[:1], target):
            taken.append(item.sentences.pop(0))
        if not item.sentences:
            self.agenda.pop(0)
        return taken


def _agenda(scenario: Scenario) -> list[_Item]:
    """First request, facts, further requests: facts come early unless a question asks sooner."""
    first, *further = (_Item(_sentences(r), fact=False) for r in scenario.requests)
    facts = [_Item([f], fact=True) for f in scenario.facts]
    return [item for item in (first, *facts, *further) if item.sentences]


def _bring_forward(agenda: list[_Item]) -> None:
    """An asked user answers: the next fact goes on top."""
    at = next((i for i, item in enumerate(agenda) if item.fact), None)
    if at:
        agenda.insert(0, agenda.pop(at))


def _sentences(text: str) -> list[str]:
    """The text cut after sentences and lines (not between lines of code), nothing lost."""
    masked = protect(text)
    ends = [border.end() for border in _BORDER.finditer(masked.text)]
    cuts = zip([0, *ends], [*ends, len(masked.text)], strict=True)
    parts = (restore(masked.text[start:end], masked.spans) for start, end in cuts)
    return [part for part in parts if part.strip()]


def _nearer(taken: Iterable[str], more: Iterable[str], target: int) -> bool:
    """Whether saying `more` as well brings the turn nearer to its target length."""
    now = _words(taken)
    return abs(now + _words(more) - target) < abs(now - target)


def _words(sentences: Iterable[str]) -> int:
    return sum(len(sentence.split()) for sentence in sentences)


def _joined(sentences: Iterable[str]) -> str:
    return "".join(s if s[-1].isspace() else f"{s} " for s in sentences).strip()
