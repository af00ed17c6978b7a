"""What frequent English words look like after a slip of the fingers.

Damerau (1964) found four in five misspellings to be one letter left out, added or wrong, or two
swapped. Of these the slips are taken that hardly ever give another word: a letter left out after
the first, two neighbours swapped, a letter doubled or a double letter made single.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from persona_extract.lexicons import load_columns, load_lexicon

FREQUENT = 1500
"""Words whose slips are looked for: each costs time on every turn."""

LEAST_LETTERS = 5
"""Shorter words have slips that are other words, names and abbreviations."""


@cache
def slips() -> tuple[str, ...]:
    """The slips of the `FREQUENT` most frequent words, none of them a word, sorted.

    Source: the frequency dictionary of symspellpy (MIT), made from Google Books Ngrams and SCOWL,
    and `lexicons/misspellings.txt`.
    """
    known = [line.split(" ")[0] for line in _dictionary().splitlines()]
    words = frozenset(known) | _ours()
    frequent = [w for w in known[:FREQUENT] if len(w) >= LEAST_LETTERS and w.isalpha()]
    made = {slip for word in frequent for slip in _slips_of(word)} - words
    listed = {w for w in load_lexicon("misspellings") if w.isalpha()}
    return tuple(sorted(made | listed))


def _slips_of(word: str) -> Iterator[str]:
    for i in range(1, len(word)):
        if len(word) > LEAST_LETTERS and word[i] != word[i - 1]:
            yield word[:i] + word[i + 1 :]
        if i + 1 < len(word):
            yield word[:i] + word[i + 1] + word[i] + word[i + 2 :]
        yield word[: i + 1] + word[i] + word[i + 1 :]
        if word[i] == word[i - 1]:
            yield word[:i] + word[i + 1 :]


def _ours() -> frozenset[str]:
    """Words of chat, code and British English that are no slips."""
    short = {form.replace("'", "") for line in load_columns("contractions") for form in line}
    chat = {line[0] for line in load_columns("chat_spellings")}
    return frozenset(short | chat | set(load_lexicon("code_words")))


def _dictionary() -> str:
    place = files("symspellpy").joinpath("frequency_dictionary_en_82_765.txt")
    return place.read_text(encoding="utf-8-sig")
