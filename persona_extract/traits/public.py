"""What of the users' wording may leave the workspace: stock phrases that several people share, and
what a model says of them in words of its own.

That several users wrote it is not enough alone, for users without ids may be one person many times;
that it consists of words of conversation is not enough alone either, for so does many a quirk.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from importlib.resources import files

import polars as pl

from persona_extract.lexicons import load_lexicon
from persona_extract.prompts.injection import injected
from persona_extract.text import WORD
from persona_extract.traits.form import GAP

PUBLIC_USERS = 3
"""So many users must have written a phrase or form before it may be shown, in any corpus."""

COPIED_WORDS = 5
"""A run of so many words of a text is a quotation of it."""

_ORDINARY = 30_000  # most frequent words of English
_LINK = re.compile(r"https?:|www\.|@|\w\.(?:com|org|net|io|edu|gov)\b|[/\\]\w+[/\\]", re.IGNORECASE)
_TOKEN = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_SENTENCE_START = re.compile(r"(?:^|[.!?:]\s+)[\"'“‘(]*$")
_CAPITAL_WORDS = frozenset(("I", "I'm", "I've", "I'd", "I'll", "AI"))


def conversational(word: str) -> pl.Expr:
    """Whether a column of single words stands in the list of words of conversation."""
    return pl.col(word).is_in(_listed())


def public_form(form: str, n_users: str) -> pl.Expr:
    """The form where it may be shown, else null: listed words, gaps and a question mark only."""
    pieces = pl.col(form).str.split(" ")
    listed = pieces.list.eval(pl.element().is_in([*_listed(), GAP, "?"])).list.all()
    return pl.when(listed & (pl.col(n_users) >= PUBLIC_USERS)).then(form)


def why_not_public(
    told: Sequence[str], shown: Iterable[str], shared: Collection[str]
) -> str | None:
    """Why a label may not leave the workspace, for whoever wrote it; None if it may.

    It may not hold figures, links, what would take a model over (`prompts.injection`), names
    (capitals inside a sentence), five words in a row of a text it was made from, or a word that is
    neither among the `_ORDINARY` most frequent of English nor used by enough users. The reason
    names no text of users but the word in question.

    Args:
        told: name, directive, condition and check.
        shown: texts that it was made from.
        shared: lower-case words that enough users wrote.
    """
    runs = {run for text in shown for run in _runs(text)}
    for text in told:
        if _LINK.search(text):
            return "it holds a link or an address"
        if re.search(r"\d", text):
            return "it holds a figure"
        if reason := next(injected(text), None):
            return reason
        if name := _name(text):
            return f'it holds a name, or a capital inside a sentence: "{name}"'
        if any(run in runs for run in _runs(text)):
            return "it copies five or more words in a row from the lists"
        if rare := _rare(text, shared):
            return f'"{rare}" is not a common word'
    return None


def shared_words(texts: pl.DataFrame, *, k: int = PUBLIC_USERS) -> list[str]:
    """Lower-case words that at least k users have, sorted.

    Args:
        texts: user_key, text.
        k: users.
    """
    words = (
        texts.select("user_key", word=pl.col("text").str.to_lowercase().str.extract_all(WORD))
        .explode("word")
        .drop_nulls()
        .group_by("word")
        .agg(n=pl.col("user_key").n_unique())
        .filter(pl.col("n") >= k)
    )
    return sorted(words["word"])


@cache
def ordinary_words() -> frozenset[str]:
    """The most frequent words of English, lower case, and those of conversation.

    Source: the frequency dictionary of symspellpy (MIT), made from Google Books Ngrams and SCOWL.
    """
    place = files("symspellpy").joinpath("frequency_dictionary_en_82_765.txt")
    lines = place.read_text(encoding="utf-8-sig").splitlines()[:_ORDINARY]
    return frozenset(line.split(" ")[0] for line in lines) | {*_listed(), "ai"}


def _runs(text: str) -> Iterable[tuple[str, ...]]:
    # a gap parts what stands around it
    for piece in text.casefold().replace("’", "'").split(GAP):
        words = _TOKEN.findall(piece)
        for start in range(len(words) - COPIED_WORDS + 1):
            yield tuple(words[start : start + COPIED_WORDS])


def _name(text: str) -> str | None:
    for found in _TOKEN.finditer(text.replace("’", "'")):
        word = found[0]
        if word in _CAPITAL_WORDS or word == word.lower():
            continue
        if word[1:] != word[1:].lower() or not _SENTENCE_START.search(text[: found.start()]):
            return word
    return None


def _rare(text: str, shared: Collection[str]) -> str | None:
    """The first word that is not known, nor made of known ones ("follow-up", "assistant's")."""

    def known(word: str) -> bool:
        return word in shared or word in ordinary_words()

    for word in _TOKEN.findall(text.replace("’", "'").lower()):
        parts = [part for part in re.split(r"-|'s$", word) if part]
        if not known(word) and not all(known(part) for part in parts):
            return word
    return None


def _listed() -> list[str]:
    return list(load_lexicon("conversation_words"))
