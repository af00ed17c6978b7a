"""What the first page of a gallery searches, filters and sorts: one script with the pack in
columns."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import numpy as np

from persona_extract.report.gallery_near import Atlas
from persona_extract.report.gallery_people import HEADLINE, People, cuts, parts
from persona_extract.report.html import script_json
from persona_extract.report.profile_words import known_dimensions
from persona_extract.report.words import plain_name

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_NONE = "--"


def index_script(people: People, atlas: Atlas) -> str:
    """A script that leaves everything in `window.gallery`. Readings are two digits of base 36 each:
    thousandths of the percentile, in the order of `dimensions`; "--" where there is none."""
    texts = _numbered(told.text for one in people.everyone for told in one.profile.directives)
    kinds = {one.id: i for i, one in enumerate(people.archetypes)}
    traits = [[one.id, one.label.name] for one in people.pack.manifest.traits]
    moves = [[one.id, one.label.name] for one in people.pack.manifest.moves]
    has = {one[0]: i for i, one in enumerate([*traits, *moves])}
    profiles = [one.profile for one in people.everyone]
    found: dict[str, object] = {
        "cuts": cuts(),
        "texts": list(texts),
        "archetypes": [[one.id, one.label.name, people.sign(one.id)] for one in people.archetypes],
        "traits": traits,
        "moves": moves,
        "dimensions": [people.dimensions[i] for i in people.personal],
        "glyph": [_place(people, name) for name in HEADLINE],
        "id": [one.id.removeprefix("p_") for one in profiles],
        "title": [one.title for one in people.everyone],
        "archetype": [
            kinds.get(one.archetype.archetype, -1) if one.archetype else -1 for one in profiles
        ],
        "conversations": [len(one.source.conversations) for one in profiles],
        "turns": [one.source.n_turns for one in profiles],
        "says": [[texts[told.text] for told in one.directives] for one in profiles],
        "has": [
            [
                has[i]
                for i in (*(t.trait for t in one.traits), *(m.move for m in one.moves))
                if i in has
            ]
            for one in profiles
        ],
        "unusual": [round(100 * one.unusual) for one in people.everyone],
        "at": [list(place) for place in atlas.places],
        "readings": _readings(people),
        "reliable": _reliable(people),
    }
    document = json.dumps(found, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return f"window.gallery={script_json(document)};\n"


def named_dimensions(people: People) -> list[tuple[str, list[str]]]:
    """Personal dimensions by group, for a list to choose from."""
    groups: dict[str, list[str]] = {}
    for i in people.personal:
        name = people.dimensions[i]
        groups.setdefault(plain_name(known_dimensions()[name].group), []).append(name)
    return sorted(groups.items())


def _place(people: People, name: str) -> int:
    """Position of a dimension among the personal ones, or -1."""
    at = people.column.get(name, -1)
    return people.personal.index(at) if at in people.personal else -1


def _numbered(texts: Iterable[str]) -> dict[str, int]:
    return {text: i for i, text in enumerate(sorted(set(texts)))}


def _readings(people: People) -> list[str]:
    return ["".join(map(_digits, row)) for row in people.percentiles[:, people.personal].tolist()]


def _digits(percentile: float) -> str:
    if np.isnan(percentile):
        return _NONE
    high, low = divmod(parts(percentile), 36)
    return _DIGITS[high] + _DIGITS[low]


def _reliable(people: People) -> list[str]:
    """A digit for each dimension of the glyph: tenths of its reliability, 9 at the most."""
    columns: Sequence[int] = [people.column.get(name, -1) for name in HEADLINE]
    return [
        "".join("0" if at < 0 else str(min(9, int(row[at] * 10))) for at in columns)
        for row in people.reliability.tolist()
    ]
