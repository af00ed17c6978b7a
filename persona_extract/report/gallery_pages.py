"""What each page of a gallery shows, made ready for its template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from markupsafe import Markup

from persona_extract.profile.render import SIZES, Size, count_profile_tokens, render
from persona_extract.records.catalogue import Archetype
from persona_extract.records.directives import ImportedDirective
from persona_extract.records.pack import Quantiles
from persona_extract.records.profile import Profile
from persona_extract.report.found import dimension_words
from persona_extract.report.gallery_near import Neighbours
from persona_extract.report.gallery_people import HEADLINE, People, Person
from persona_extract.report.gallery_strips import Spread, Strip, glyph, mean_glyph, spread, strip
from persona_extract.report.profile_words import (
    about,
    is_known_personal,
    known_dimensions,
    move_labels,
    policy_lines,
    replies,
    support_words,
    unit_words,
    unusual,
)
from persona_extract.report.words import plain_name

UNUSUAL = 10
MEMBERS = 24
TRANSITIONS = 10
EXTREMES = 3
_RELIABLE = 0.5
_OTHERS = "other dimensions"


class Told(NamedTuple):
    """A directive as a page shows it."""

    kind: str
    text: str
    level: str
    situation: str
    strength: float | None
    support: str
    check: str
    tested: str
    dimension: str


class Step(NamedTuple):
    """One move after another; `before` is empty for the opening."""

    before: str
    after: str
    rate: float
    n: int


class Link(NamedTuple):
    """Another profile, how far it is, and its glyph."""

    person: Person
    distance: float
    glyph: Markup


class Brief(NamedTuple):
    """What a simulator is told in one size, or in several that are alike."""

    size: str
    text: str
    tokens: int


@dataclass(frozen=True, slots=True)
class Face:
    """Everything that the page of one profile shows."""

    person: Person
    glyph: Markup
    headline: list[Strip]
    unusual: list[Strip]
    briefs: list[Brief]
    directives: list[Told]
    policy: list[tuple[str, str]]
    reactions: list[tuple[str, int, int, list[tuple[str, float]]]]
    steps: list[Step]
    groups: list[tuple[str, list[Strip]]]
    nearest: list[Link]
    farthest: list[Link]
    before: Person
    after: Person


@dataclass(frozen=True, slots=True)
class Crowd:
    """Everything that is shown of one archetype."""

    archetype: Archetype
    sign: str
    glyph: Markup
    members: list[Person]
    n_members: int


@dataclass(frozen=True, slots=True)
class Axis:
    """Everything that is shown of one dimension."""

    name: str
    low: str
    high: str
    definition: str
    source: str
    unit: str
    quantiles: Quantiles
    spread: Spread | None
    most: list[Person]
    least: list[Person]


def face(people: People, at: int, near: Neighbours) -> Face:
    """The page of the profile at that position."""
    person = people.everyone[at]
    one = person.profile
    readings = {reading.dimension: reading for reading in one.readings}
    policy = one.policy
    return Face(
        person=person,
        glyph=glyph(one.readings),
        headline=[strip(readings[name]) for name in HEADLINE if name in readings],
        unusual=[strip(reading) for reading in unusual(one, UNUSUAL)],
        briefs=_briefs(one),
        directives=_directives(one),
        policy=policy_lines(policy) if policy else [],
        reactions=[
            (r.after, r.n, r.words, replies((str(k), v) for k, v in r.rates.items()))
            for r in (policy.reactions if policy else [])
        ],
        steps=_steps(one),
        groups=_groups(one),
        nearest=_links(people, near.nearest),
        farthest=_links(people, near.farthest),
        before=people.everyone[at - 1],
        after=people.everyone[(at + 1) % len(people.everyone)],
    )


def crowds(people: People) -> list[Crowd]:
    """The archetypes, each with the members that fit it best."""
    rows: dict[str, list[int]] = {}
    for i, person in enumerate(people.everyone):
        if person.profile.archetype:
            rows.setdefault(person.profile.archetype.archetype, []).append(i)
    columns = [people.column.get(name, -1) for name in HEADLINE]
    return [
        Crowd(
            archetype=one,
            sign=people.sign(one.id),
            glyph=mean_glyph(people.percentiles[mine], columns, f"mean of {one.label.name}"),
            members=_best(people, mine)[:MEMBERS],
            n_members=len(mine),
        )
        for one in people.archetypes
        if (mine := rows.get(one.id, []))
    ]


def axes(people: People) -> list[tuple[str, list[Axis]]]:
    """Dimensions by group: the personal ones, and at the end all others."""
    groups: dict[str, list[Axis]] = {}
    for at, name in enumerate(people.dimensions):
        known = known_dimensions().get(name)
        group = plain_name(known.group) if known and is_known_personal(name) else _OTHERS
        groups.setdefault(group, []).append(_axis(people, at))
    return sorted(groups.items(), key=lambda pair: (pair[0] == _OTHERS, pair[0]))


def legend(people: People) -> list[tuple[str, str]]:
    """What the bars of a glyph stand for: low and high, in order."""
    held = [name for name in HEADLINE if name in people.column]
    return [(dimension_words(name, "low"), dimension_words(name, "high")) for name in held]


def _briefs(one: Profile) -> list[Brief]:
    sizes: dict[str, list[Size]] = {}
    for size in SIZES:
        sizes.setdefault(render(one, size=size), []).append(size)
    return [
        Brief(" and ".join(same), text, count_profile_tokens(one, same[0]))
        for text, same in sizes.items()
    ]


def _directives(one: Profile) -> list[Told]:
    told: list[Told] = []
    for each in one.directives:
        kind = about(each)
        bare = isinstance(each, ImportedDirective)
        told.append(
            Told(
                kind=kind.kind,
                text=each.text,
                level=each.level if each.kind == "measured" else "",
                situation="" if kind.situation == "always" else kind.situation,
                strength=None if bare else each.strength,
                support="" if bare else support_words(each),
                check=kind.check,
                tested=kind.tested,
                dimension=each.dimension if each.kind == "measured" else "",
            )
        )
    return told


def _steps(one: Profile) -> list[Step]:
    labels = move_labels(one)
    found = [
        Step(labels.get(t.before or "", t.before or ""), labels.get(t.after, t.after), t.rate, t.n)
        for t in sorted(one.transitions, key=lambda t: (-t.n, -t.rate, t.before or "", t.after))
    ]
    return found[:TRANSITIONS]


def _groups(one: Profile) -> list[tuple[str, list[Strip]]]:
    groups: dict[str, list[Strip]] = {}
    for reading in one.readings:
        if is_known_personal(reading.dimension):
            group = plain_name(known_dimensions()[reading.dimension].group)
            groups.setdefault(group, []).append(strip(reading))
    return sorted(groups.items())


def _links(people: People, ends: Sequence[tuple[int, float]]) -> list[Link]:
    return [
        Link(people.everyone[i], away, glyph(people.everyone[i].profile.readings))
        for i, away in ends
    ]


def _best(people: People, rows: Sequence[int]) -> list[Person]:
    def fit(person: Person) -> float:
        kind = person.profile.archetype
        return -2.0 if kind is None or kind.fit is None else kind.fit

    return sorted((people.everyone[i] for i in rows), key=lambda p: (-fit(p), p.profile.id))


def _axis(people: People, at: int) -> Axis:
    name = people.dimensions[at]
    known = known_dimensions().get(name)
    quantiles = people.pack.manifest.population[name]
    marks = [(quantiles.q10, ""), (quantiles.q50, ""), (quantiles.q90, "")]
    order = _ranked(people, at)
    return Axis(
        name=name,
        low=dimension_words(name, "low"),
        high=dimension_words(name, "high"),
        definition=known.definition if known else "A dimension that this version does not know.",
        source=known.source if known else "",
        unit=unit_words(known.unit).removeprefix("share ") if known else "",
        quantiles=quantiles,
        spread=spread(name, people.values[:, at], marks),
        most=[people.everyone[i] for i in order[::-1] if people.percentiles[i, at] > 0.75][
            :EXTREMES
        ],
        least=[people.everyone[i] for i in order if people.percentiles[i, at] <= 0.25][:EXTREMES],
    )


def _ranked(people: People, at: int) -> list[int]:
    """Profiles whose reading is reliable, from the lowest to the highest; more reliable ones are
    further out among equals."""
    away = (people.percentiles[:, at] - 0.5) * people.reliability[:, at]
    sure = np.flatnonzero(people.reliability[:, at] >= _RELIABLE)
    return sorted((int(i) for i in sure if not np.isnan(away[i])), key=lambda i: (away[i], i))
