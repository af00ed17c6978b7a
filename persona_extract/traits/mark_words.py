"""What makes a kind of people, in plain words: "short messages, lower case, no closing mark"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from persona_extract.dimensions.protocol import Side
from persona_extract.records.catalogue import Mark

NO_MARKS = "near the middle"
_IN_NAME = 3
_AT_MOST = 5
_SHORT = 3  # letters of words that tell phrases not apart

PHRASES: Mapping[str, tuple[str, str]] = {
    "lowercase_i": ('capital "I"', 'lower-case "i"'),
    "lowercase_sentences": ("capitals after a full stop", "lower case inside"),
    "lowercase_start": ("capital at the start", "lower case"),
    "no_capitals": ("capitals", "no capitals"),
    "shouting": ("", "words in CAPITALS"),
    "title_words": ("", "capitals inside sentences"),
    "apology": ("", "apologises"),
    "closing_thanks": ("no thanks at the end", "thanks at the end"),
    "greeting": ("no greeting", "greets"),
    "please": ('no "please"', 'says "please"'),
    "polite_requests": ("", 'asks "can you"'),
    "thanks": ("no thanks", "thanks"),
    "fragments": ("whole sentences", "bare phrases"),
    "how_questions": ('no "how" or "what"', 'asks "how" and "what"'),
    "imperatives": ("no commands", "commands"),
    "numbers": ("no figures", "gives figures"),
    "questions": ("no questions", "questions"),
    "statements": ("only asks or commands", "states facts"),
    "wants": ("", 'says "I need"'),
    "persistence": ("lets go after a refusal", "keeps at it"),
    "silent_ending": ("", "ends silently"),
    "wraps_up": ("no goodbye", "says goodbye"),
    "elongation": ("", "stretched words"),
    "fillers": ("no fillers", "fillers"),
    "hedges": ("no hedging", "hedges"),
    "hesitation": ("", "thinks aloud"),
    "intensifiers": ("", "strong words"),
    "abbreviations": ("", "shortened words"),
    "articles": ("telegraphic", 'every "a" and "the"'),
    "chat_spellings": ("", "chat spellings"),
    "contractions": ("no contractions", "contractions"),
    "dropped_apostrophes": ("apostrophes", "no apostrophes"),
    "first_person": ("impersonal", "speaks of oneself"),
    "second_person": ('no "you"', 'addresses "you"'),
    "spelling_slips": ("careful spelling", "typing slips"),
    "background": ("tells nothing of oneself", "tells one's situation"),
    "facts": ("few facts", "many facts"),
    "new_content": ("stays with what was said", "always something new"),
    "code_paste": ("pastes nothing", "pastes code"),
    "dashes_colons": ("", "dashes and colons"),
    "double_blanks": ("", "double blanks"),
    "quote_marks": ("", "quotation marks"),
    "acronym": ("", "acronyms"),
    "apostrophe": ("no apostrophes", "apostrophes"),
    "capital_after_mark": ("", "capitals after a full stop"),
    "capital_letters": ("few capitals", "many capitals"),
    "small_after_mark": ("", "lower case inside"),
    "starts_capital": ("", "capital at the start"),
    "starts_small": ("", "lower case"),
    "two_sentences": ("single sentences", "several sentences"),
    "ends_letter": ("closing marks", "no closing mark"),
    "ends_pasted": ("", "pastes code"),
    "call": ("", "code names"),
    "number_words": ("", "numbers as words"),
    "comma_inside": ("no commas", "commas"),
    "ends_exclaiming": ("", "exclamation mark at the end"),
    "ends_period": ("no full stop at the end", "full stop at the end"),
    "ends_question": ("no question mark at the end", "question mark at the end"),
    "lines": ("one line", "many lines"),
    "names_inside": ("no code names", "code names"),
    "pasted_amount": ("pastes nothing", "pastes much"),
    "round_bracket": ("", "brackets"),
    "followup_words": ("short follow-ups", "long follow-ups"),
    "front_loading": ("tells it bit by bit", "tells all at once"),
    "length_spread": ("messages of one length", "messages of all lengths"),
    "opening_words": ("short opening", "long opening"),
    "sentence_words": ("short sentences", "long sentences"),
    "sentences": ("single sentences", "many sentences"),
    "short_turns": ("more than a few words", "a few words only"),
    "turn_words": ("short messages", "long messages"),
    "word_length": ("short words", "long words"),
    "acknowledgement": ("", "takes up the answer"),
    "conversation_turns": ("short conversations", "long conversations"),
    "pointers": ("names things again", 'says "it" and "that"'),
    "starts_how_to": ("", 'asks "how to"'),
    "first_how_to": ("", 'asks "how to"'),
    "starts_how_do": ("", 'asks "how do I"'),
    "first_how_do": ("", 'asks "how do I"'),
    "starts_can": ("", 'asks "can you"'),
    "starts_self": ("", 'starts with "I"'),
    "first_self": ("", 'starts with "I"'),
    "first_what": ("", 'starts with "what"'),
    "names_tool": ("", "names the tool"),
    "starts_making": ("", 'starts with "write" or "make"'),
    "first_making": ("", 'starts with "write" or "make"'),
    "starts_assent": ("", 'starts with "yes" or a greeting'),
    "starts_pasted": ("", "starts with what is pasted"),
    "only_pasted": ("", "pastes without a word"),
    "commas": ("few commas", "many commas"),
    "doubled_marks": ("", "doubled marks"),
    "ellipsis": ("", "trailing dots"),
    "exclamation": ("no exclamation marks", "exclamation marks"),
    "full_stop": ("no full stops", "full stops"),
    "open_ending": ("closing marks", "no closing mark"),
    "spacing_slips": ("", "careless spacing"),
    "unmarked_questions": ("question marks", "no question marks"),
    "words_after_question": ("short answers", "long answers"),
    "carried_words": ("", "repeats the last message"),
    "echo": ("own words", "takes up the assistant's words"),
    "opening_repetition": ("", "comes back to the first request"),
}
"""Dimension -> words for its low and its high side. A side without words names nobody: it says what
most people do, or nothing that a stranger would understand."""


def words_of(name: str, side: Side) -> str:
    """Words for one side of a dimension; empty if it has none."""
    low, high = PHRASES.get(name, ("", ""))
    return low if side == "low" else high


def name_kinds(marks: Sequence[Sequence[Mark]]) -> list[str]:
    """A name for each kind of people from its two or three strongest marks that have words.

    Names are distinct: of equal ones each takes further marks, and if those do not tell it apart,
    all but the first get a number.
    """
    phrases = [_phrases(one) for one in marks]
    names = [_joined(one[:_IN_NAME]) for one in phrases]
    for longer in range(_IN_NAME + 1, _AT_MOST + 1):
        twice = {name for name in names if names.count(name) > 1}
        names = [
            _joined(one[:longer]) if name in twice else name
            for name, one in zip(names, phrases, strict=True)
        ]
    return _numbered(names)


def _phrases(marks: Sequence[Mark]) -> list[str]:
    """Of the marks that have words, the strongest first; none that has a word of another."""
    chosen: list[str] = []
    said: set[str] = set()
    for mark in marks:
        phrase = words_of(mark.name, mark.side) if mark.kind == "dimension" else ""
        words = {word.strip('",').rstrip("s") for word in phrase.split() if len(word) > _SHORT}
        if phrase and phrase not in chosen and not words & said:
            chosen.append(phrase)
            said |= words
    return chosen


def _joined(phrases: Sequence[str]) -> str:
    return ", ".join(phrases) if phrases else NO_MARKS


def _numbered(names: Sequence[str]) -> list[str]:
    told: list[str] = []
    for name in names:
        free, n = name, 1
        while free in told:
            n += 1
            free = f"{name} {n}"
        told.append(free)
    return told
