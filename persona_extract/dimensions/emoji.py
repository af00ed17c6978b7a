"""Emoji and emoticons."""

from __future__ import annotations

import re

import numpy as np

from persona_extract.dimensions._enact import edit_prose, flip, one
from persona_extract.dimensions._prose import HEAD, has
from persona_extract.dimensions.protocol import Dimension

_EMOJI = (
    r"[\x{1F300}-\x{1FAFF}\x{1F1E6}-\x{1F1FF}\x{2600}-\x{26FF}\x{2764}\x{2728}\x{270C}\x{270B}]"
)
_EMOTICON = r"(?:^|\s)(?:[:;=][-^']?[()DPpOo/|]|[xX]D|<3|\^_?\^)(?:[\s.,!?]|$)"
_EMOJI_PY = re.compile(
    "[ ]?[\U0001f300-\U0001faff\U0001f1e6-\U0001f1ff\u2600-\u26ff\u2764\u2728\u270c\u270b]+\ufe0f?"
)
_EMOTICON_PY = re.compile(r"(?<!\S)(?:[:;=][-^']?[()DPpOo/|]|[xX]D|<3|\^_?\^)(?=[\s.,!?]|$)")


def _smile(text: str, rng: np.random.Generator) -> str:
    return text.rstrip() + " " + one(("🙂", "😊", "🙏", "😅", "👍"), rng)


def _plain(text: str, rng: np.random.Generator) -> str:
    return edit_prose(text, lambda part: _EMOJI_PY.sub("", part)).rstrip()


def _type_smile(text: str, rng: np.random.Generator) -> str:
    return text.rstrip() + " " + one((":)", ":D", ";)"), rng)


def _drop_smile(text: str, rng: np.random.Generator) -> str:
    return edit_prose(text, lambda part: _EMOTICON_PY.sub("", part)).rstrip()


DIMENSIONS = (
    Dimension(
        name="emoji",
        group="emoji",
        definition="The turn has an emoji.",
        unit="share of turns",
        expr=has(_EMOJI, on=HEAD),
        directives={
            "high": "Put an emoji into about {value} of your messages.",
            "low": "Do not use emoji.",
        },
        enact=flip(_smile, _plain),
        formal=-1,
        examples={
            "high": "we won the quiz 🎉",
            "low": "we won the quiz",
        },
    ),
    Dimension(
        name="emoticons",
        group="emoji",
        definition='The turn has a typed smiley (":)", ":D", "<3").',
        unit="share of turns",
        expr=has(_EMOTICON, on=HEAD),
        directives={
            "high": 'Type a smiley (":)") in about {value} of your messages.',
            "low": "Do not type smileys.",
        },
        enact=flip(_type_smile, _drop_smile),
        formal=-1,
        examples={
            "high": "that soup was lovely :)",
            "low": "that soup was lovely",
        },
    ),
)
