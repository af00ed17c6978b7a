"""How much a scenario asks to be told, and how many turns that takes at a profile's pace."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from persona_extract.lexicons import load_lexicon
from persona_extract.profile.sentences import cut_sentences, is_conditional
from persona_extract.records.policy import Policy
from persona_extract.records.scenario import Scenario

FACTS_ASKED = 2
"""Facts in one turn that anybody gives when asked ("name and postal code?")."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What has to be told whatever the assistant does.

    Attributes:
        figures: distinct ids, amounts, dates, addresses of mail: all that has a digit or an @.
        facts: these and distinct names and quoted words.
        words: distinct words of content in requests and facts.
        personal: the sentence that asks for the user's own circumstances to be told; empty if none.
    """

    figures: int
    facts: int
    words: int
    personal: str


def needs_of(scenario: Scenario, text: str) -> Needs:
    """What a scenario needs. Sentences for a case that may not come do not count."""
    whole = " \n".join((*scenario.requests, *scenario.facts))
    told = [each for each in cut_sentences(whole) if not is_conditional(each)]
    figures = {found.lower() for each in told for found in _FIGURE.findall(each)}
    names = {found.strip().lower() for each in told for found in _NAME.findall(each)}
    quoted = {found.lower() for each in told for found in _QUOTED.findall(each)}
    words = {word for each in told for word in _WORD.findall(each.lower())}
    empty = {word for entry in load_lexicon("function_words") for word in entry.split()} | _ASIDE
    personal = next((each for each in cut_sentences(text) if _PERSONAL.search(each)), "")
    return Needs(len(figures), len(figures | names | quoted), len(words - empty), personal)


def turns_for_facts(needs: Needs, policy: Policy) -> int:
    """User turns after which all facts are told at a profile's pace: the opening tells its share of
    them, or as many as openings do where the share is unknown; a later turn as many as follow-ups
    do. No turn tells less than `FACTS_ASKED`."""
    share = policy.opening_share
    opening = policy.opening_facts if share is None else share * needs.facts
    left = needs.facts - max(opening, FACTS_ASKED)
    return 1 + max(0, math.ceil(left / max(policy.facts_per_turn, FACTS_ASKED)))


def turns_for_words(needs: Needs, policy: Policy) -> int:
    """User turns after which the distinct words of content are written at a profile's length, were
    every word of every turn one of these."""
    return 1 + max(0, math.ceil((needs.words - policy.opening_words) / policy.followup_words))


_FIGURE = re.compile(r"[\w.#$+-]*(?:\d|@)[\w.@:/$%+-]*\w")
_NAME = re.compile(r"(?<=[a-z,;:(] )(?:[A-Z][\w'’-]*[a-z][\w'’-]*(?: |\b))+")
_QUOTED = re.compile(r"[\"“]([^\"”\n]{1,80})[\"”]")
_WORD = re.compile(r"[^\W_][\w'’-]+")
_ASIDE = frozenset(("you", "your", "you're", "want", "wants", "would", "like", "agent", "user"))
_PERSONAL = re.compile(
    r"\b(?:explain your situation|mention (?:that )?(?:you|your|a)\b|say (?:that )?(?:you|your)\b"
    r"|tell (?:the |them|him|her)(?:agent|assistant|representative)? ?(?:that |about )?"
    r"(?:you|your)\b)",
    re.IGNORECASE,
)
