"""Which words speak of behaviour, which of a task: own lists, compared by word stem."""

from __future__ import annotations

import re
from functools import cache

from persona_extract.lexicons import load_lexicon

TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
"""One word or number; parts of hyphenated words are words of their own."""

BEING = frozenset(("is", "are", "was", "seem", "appear", "becom", "remain", "stay", "get", "grow"))
"""Stems of verbs that ascribe a manner: "is patient"."""

_ENDINGS = ("ingly", "edly", "ings", "ing", "ed", "es", "ly", "s")
_SHORTEST = 3
_OWN = ("user", "assistant", "ai", "llm", "they", "their", "them", "theirs", "themselves")


def words(text: str) -> list[str]:
    """Words of a text in lower case with one kind of apostrophe."""
    return [found.replace("’", "'") for found in TOKEN.findall(text.lower())]


@cache
def stem(word: str) -> str:
    """A word in lower case without its inflection: "splitting", "splits", "split" are one. Crude
    (Lovins-like), and only ever compared with other stems."""
    bare = word.lower().replace("’", "'").split("'")[0]
    if bare.endswith(("ied", "ies")) and len(bare) > _SHORTEST + 1:
        return bare[:-3] + "y"
    for ending in _ENDINGS:
        if bare.endswith(ending) and not bare.endswith("ss") and len(bare) - len(ending) >= 3:
            bare = bare[: -len(ending)]
            break
    if len(bare) > _SHORTEST and bare[-1] == bare[-2] and bare[-1] not in "aeiouls":
        bare = bare[:-1]
    return bare[:-1] if len(bare) > _SHORTEST and bare.endswith("e") else bare


@cache
def verbs_of_behaviour() -> frozenset[str]:
    """Stems of what somebody does in a conversation, whatever it is about."""
    return _stems("behaviour_verbs")


@cache
def verbs_of_tasks() -> frozenset[str]:
    """Stems of the verbs that tell what somebody wants."""
    return _stems("task_verbs")


@cache
def words_of_behaviour() -> frozenset[str]:
    """Stems of all that tells how somebody acts: verbs and manners."""
    return (verbs_of_behaviour() - verbs_of_tasks()) | _stems("manner_words")


@cache
def grammar() -> frozenset[str]:
    """Stems of words that tie others together, and of those that stand in any conversation."""
    return _stems("conversation_words") | _stems("function_words")


@cache
def allowed() -> frozenset[str]:
    """Stems that are no topic, whoever uses them."""
    own = frozenset(stem(word) for word in _OWN)
    return own | grammar() | words_of_behaviour() | verbs_of_tasks() | verbs_of_behaviour() | BEING


def _stems(name: str) -> frozenset[str]:
    return frozenset(stem(part) for entry in load_lexicon(name) for part in words(entry))
