"""Statements without topic: what they share with the user's text is taken out, and those that are
about the task, the person, or what is counted anyway are refused.

**The rule for tasks.** A statement needs words of behaviour beside its main verb (lists
`behaviour_verbs`, `manner_words`): one if the verb itself is of behaviour ("corrects errors"), two
if it merely says what is wanted ("asks for code in small steps", not "asks for a poem"; list
`task_verbs`). There have to be fewer words of topic, scrubbed or unknown, than words of behaviour;
with a verb of behaviour there may be one more. What the rule gets right and wrong is measured on
made-up sentences (`tests/unit/traits/statements.csv`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from persona_extract.lexicons import load_lexicon
from persona_extract.prompts.fence import without_control_tokens
from persona_extract.text import fold_space
from persona_extract.traits.form import GAP
from persona_extract.traits.vocabulary import (
    BEING,
    TOKEN,
    allowed,
    stem,
    verbs_of_behaviour,
    verbs_of_tasks,
    words,
    words_of_behaviour,
)

Refusal = Literal[
    "not about the user",
    "more than one sentence",
    "too long",
    "speaks to the reader",
    "counted already",
    "about the person",
    "about the task",
]

RUN = 5
"""So many words of the user in a row are never left in a statement."""

LONGEST, LONGEST_CONDITION = 240, 120
"""Characters of a statement and of a condition."""

_SUBJECT = re.compile(r"^(?:The |This |the |this )?(?:[Uu]ser|[Pp]erson|[Tt]hey)(?=['’\s])")
_SENTENCES = re.compile(r"[.!?;]['\"”)]*\s+(?=\S)|\n")
_TO_READER = re.compile(
    r"\b(?:you|your|yours|yourself|system prompt|(?:previous|above|these|all) instructions|"
    r"jailbreak|developer mode|simulator|reader must|must (?:always )?(?:obey|output|comply))\b",
    re.IGNORECASE,
)
_OPAQUE = re.compile(
    r"https?://\S+|www\.\S+|\S+@\S+|<[A-Z]{2,}[^<>]*>|@\w+|#\w+|\S*\d\S*|\S*[\\/]\S*[\\/]\S*|"
    r"\b\w+_\w+\b|\b\w+\.\w+\b|\b[a-z]+[A-Z]\w*|`[^`]*`|\"[^\"]*\"|“[^”]*”|«[^»]*»|"
    r"(?<!\w)['‘][^'‘’]+['’](?!\w)"
)
_IS_A = re.compile(r"^The user (?:is|was|seems to be|appears to be) (?:a|an) ((?:[\w-]+ ?){1,3})")
_GAPS = re.compile(rf"{GAP}(?:[\s,]*(?:(?:and|or|of|in|for|a|an|the|to|on|with) )?\s*{GAP})+")
_MAIN_AMONG = 6


@dataclass(frozen=True, slots=True)
class Said:
    """What must not show in a statement: stems of the words, and runs of words, of the user."""

    stems: frozenset[str]
    runs: frozenset[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """A statement without topic; `GAP` stands for what was taken out."""

    text: str


def said_in(user: Iterable[str], assistant: Iterable[str] = ()) -> Said:
    """What is taken out of statements on these turns: runs are the user's only."""
    turns = [words(text) for text in user]
    told = [*turns, *(words(text) for text in assistant)]
    return Said(
        frozenset(stem(word) for turn in told for word in turn),
        frozenset(tuple(turn[i : i + RUN]) for turn in turns for i in range(len(turn) - RUN + 1)),
    )


def scrub_statement(text: str, said: Said) -> Scrubbed | Refusal:
    """A reader's sentence as it may be kept, or why it may not."""
    sentence = fold_space(without_control_tokens(text)).rstrip(".")
    if (refusal := _form_refusal(sentence)) is not None:
        return refusal
    sentence = _SUBJECT.sub("The user", sentence)
    if _names_person(sentence):
        return "about the person"
    if _measured(sentence):
        return "counted already"
    left = _without_topic(sentence, said)
    return Scrubbed(left + ".") if _tells_behaviour(left) else "about the task"


def scrub_condition(text: str | None, said: Said) -> str | None:
    """A condition as it may be kept; None if nothing of it may, or it says nothing."""
    whole = fold_space(without_control_tokens(text or "")).strip(" .,;")
    if not whole or len(whole) > LONGEST_CONDITION:
        return None
    if _TO_READER.search(whole) or _SENTENCES.search(whole) or _names_person(whole):
        return None
    left = _without_topic(whole, said)
    good, foreign = _counts(left, main=None)
    return left[0].lower() + left[1:] if good > foreign else None


def _form_refusal(sentence: str) -> Refusal | None:
    if not _SUBJECT.match(sentence):
        return "not about the user"
    if len(sentence) > LONGEST:
        return "too long"
    if _TO_READER.search(sentence):
        return "speaks to the reader"
    return "more than one sentence" if _SENTENCES.search(sentence) else None


def _measured(sentence: str) -> bool:
    return _has_one_of(sentence, "measured_words")


def _names_person(sentence: str) -> bool:
    if _has_one_of(sentence, "person_words"):
        return True
    found = _IS_A.match(sentence)
    return found is not None and not any(stem(w) in words_of_behaviour() for w in words(found[1]))


def _has_one_of(sentence: str, lexicon: str) -> bool:
    padded = f" {' '.join(words(sentence))} "
    return any(f" {' '.join(words(entry))} " in padded for entry in load_lexicon(lexicon))


def _without_topic(sentence: str, said: Said) -> str:
    """The sentence with gaps for names, figures, quotes, the user's words and runs of them."""
    opened = _OPAQUE.sub(GAP, sentence)
    gapped = TOKEN.sub(lambda found: _kept(found, said), opened)
    while (run := _run(gapped, said)) is not None:
        gapped = f"{gapped[: run[0]]}{GAP}{gapped[run[1] :]}"
    return fold_space(_GAPS.sub(GAP, gapped))


def _kept(found: re.Match[str], said: Said) -> str:
    word, known = found[0], stem(found[0]) in allowed()
    name = word[0].isupper() and (found.start() > 0 or not known) and word not in ("AI", "LLM")
    return GAP if name or (not known and stem(word) in said.stems) else word


def _run(sentence: str, said: Said) -> tuple[int, int] | None:
    """Where a run of the user's words stands in the sentence, gaps interrupting runs."""
    offset = 0
    for piece in sentence.split(GAP):
        tokens = list(TOKEN.finditer(piece))
        told = words(piece)
        for i in range(len(tokens) - RUN + 1):
            if tuple(told[i : i + RUN]) in said.runs:
                return offset + tokens[i].start(), offset + tokens[i + RUN - 1].end()
        offset += len(piece) + len(GAP)
    return None


def _tells_behaviour(sentence: str) -> bool:
    if not sentence.startswith("The user"):
        return False
    main = _main_verb(sentence)
    good, foreign = _counts(sentence, main)
    if main in BEING:
        return good >= 1 and foreign < good
    if main is not None and main in verbs_of_behaviour() - verbs_of_tasks():
        return good >= 1 and foreign <= good + 1
    return good >= 2 and foreign < good


def _main_verb(sentence: str) -> str | None:
    """Stem of the first verb after the subject, None if none is known."""
    verbs = verbs_of_behaviour() | verbs_of_tasks() | BEING
    for word in words(sentence)[2 : 2 + _MAIN_AMONG]:
        if stem(word) in verbs or word in BEING:
            return word if word in BEING else stem(word)
    return None


def _counts(sentence: str, main: str | None) -> tuple[int, int]:
    """Distinct words of behaviour beside the main verb; words of topic, taken out or unknown."""
    stems = [stem(word) for word in words(sentence)]
    good = {found for found in stems if found in words_of_behaviour()} - {main, "user", "assistant"}
    unknown = sum(found not in allowed() for found in stems)
    return len(good), unknown + sentence.count(GAP)
