"""Where a profile and a scenario say different things about the same user.

The scenario says what, the profile says how. A scenario that also says how, that needs more turns
than the profile stays for, or that gives its user another person's age, makes a brief of two
minds: what a simulator then does measures neither. What is compared is stated in
`docs/executable.md`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from persona_extract.dimensions.protocol import Side
from persona_extract.profile.manner import Manner, Meaning, manners_in, meanings_of
from persona_extract.profile.needs import Needs, needs_of, turns_for_facts, turns_for_words
from persona_extract.profile.person import Told, differs, told_of_person
from persona_extract.profile.sentences import shorten
from persona_extract.records.directives import ImportedDirective, MeasuredDirective, ReadDirective
from persona_extract.records.lint import Clash, ClashKind, Severity
from persona_extract.records.profile import Profile, Reading, measured
from persona_extract.records.scenario import ScenarioText

FEW_WORDS, MANY_WORDS = 6, 40
"""Words of a follow-up up to which a policy is brief, and from which it is talkative."""

SLOW, FAST = 0.25, 0.75
"""Share of the facts in the opening up to which a policy waits, and from which it tells all."""

LEAST_FIGURES, LEAST_FACTS = 2, 4
"""Figures, and facts of all kinds, from which a scenario is in the way of a directive that forbids
to give them."""

LEAST_RELIABILITY = 0.5
MIXES = 0.1
"""Share of turns with words of another language from which a user mixes languages."""


@dataclass(frozen=True, slots=True)
class Stance:
    """Where a profile stands on something that manners ask for.

    Attributes:
        side: low or high.
        text: the directive, or the policy or reading in words.
        told: whether a simulator is told so; a reading without directive is not.
    """

    side: Side
    text: str
    told: bool


@dataclass(frozen=True, slots=True)
class ReadScenario:
    """A scenario read once, for all profiles."""

    id: str
    manners: list[tuple[Manner, list[Meaning]]]
    person: list[Told]
    needs: Needs


@dataclass(frozen=True, slots=True)
class ReadProfile:
    """A profile read once, for all scenarios: `stances` by dimension or policy field, strongest
    directive first; `worded` are the manners in directives that rest on no dimension."""

    profile: Profile
    stances: Mapping[str, Stance]
    worded: list[tuple[Manner, str]]
    directives: Mapping[str, MeasuredDirective]


def lint(profile: Profile, scenario: ScenarioText) -> list[Clash]:
    """Clashes of one profile with one scenario, worst first."""
    return lint_read(read_profile(profile), read_scenario(scenario))


def lint_read(one: ReadProfile, other: ReadScenario) -> list[Clash]:
    """As `lint`, of what was read before: a pack and a benchmark are compared each with each."""
    found = [
        *_manner(one, other),
        *_patience(one, other),
        *_person(one, other),
        *_task(one, other),
    ]
    return sorted(found, key=lambda clash: _ORDER[clash.severity])


def read_scenario(given: ScenarioText) -> ReadScenario:
    """What a scenario says of its user, and what it needs."""
    manners = [(manner, meanings_of(manner)) for manner in manners_in(given.text)]
    person, needs = told_of_person(given.text), needs_of(given.scenario, given.text)
    return ReadScenario(given.scenario.id, manners, person, needs)


def read_profile(profile: Profile) -> ReadProfile:
    """Where a profile stands."""
    worded = [
        (manner, one.text)
        for one in profile.directives
        if isinstance(one, ReadDirective | ImportedDirective)
        for manner in manners_in(one.text)
    ]
    directives = {one.dimension: one for one in measured(profile)}
    return ReadProfile(profile, _stances(profile), worded, directives)


_ORDER: dict[Severity, int] = {"contradiction": 0, "interference": 1, "note": 2}
_DROP = "Say in the scenario what the user wants, and leave the manner to the profile."
_TURNS = "Shorten the scenario, or do not give it to this profile."


def _stances(profile: Profile) -> dict[str, Stance]:
    found: dict[str, Stance] = {}
    for one in measured(profile):
        side: Side = "high" if one.check.operator == ">=" else "low"
        found.setdefault(one.dimension, Stance(side, one.text, told=True))
    for reading in profile.readings:
        if reading.level.startswith("very") and reading.reliability >= LEAST_RELIABILITY:
            found.setdefault(reading.dimension, _reading_stance(reading))
    return found | dict(_policy_stances(profile))


def _reading_stance(reading: Reading) -> Stance:
    text = f"reading of {reading.dimension}: {reading.level} ({reading.value:.2f})"
    return Stance("high" if reading.level == "very high" else "low", text, told=False)


def _policy_stances(profile: Profile) -> Iterator[tuple[str, Stance]]:
    if profile.policy is None:
        return
    words, share = profile.policy.followup_words, profile.policy.opening_share
    if not FEW_WORDS < words < MANY_WORDS:
        side: Side = "low" if words <= FEW_WORDS else "high"
        yield "policy.followup_words", Stance(side, f"policy: {words} words a turn", told=True)
    if share is not None and not SLOW < share < FAST:
        side = "low" if share <= SLOW else "high"
        text = f"policy: {share:.0%} of the facts stand in the opening"
        yield "policy.opening_share", Stance(side, text, told=True)


def _manner(one: ReadProfile, other: ReadScenario) -> Iterator[Clash]:
    """One clash a manner: the worst of what its meanings and the profile's own words give."""
    for manner, meanings in other.manners:
        against, same = _sides(one, meanings)
        for own, text in one.worded:
            (against if _opposed(manner, own) else same).extend([text] * _related(manner, own))
        severity, text, advice = _weigh(manner, meanings, against, same, one)
        yield _clash(one, other, "manner", manner.title, severity, manner.said, text, advice)


def _sides(one: ReadProfile, meanings: list[Meaning]) -> tuple[list[str], list[str]]:
    """What the profile is told, or reads, on the other side of a manner and on its own; what it is
    told on a firm meaning first."""
    held = [(one.stances[m.about], m) for m in meanings if m.about in one.stances]
    held.sort(key=lambda pair: (not pair[1].firm, not pair[0].told))
    against = [stance.text for stance, meaning in held if stance.side != meaning.side]
    return against, [stance.text for stance, meaning in held if stance.side == meaning.side]


def _weigh(
    manner: Manner, meanings: list[Meaning], against: list[str], same: list[str], one: ReadProfile
) -> tuple[Severity, str, str]:
    """Severity, what it is against, and advice."""
    if against:
        firm = {
            one.stances[m.about].text
            for m in meanings
            if m.firm and m.about in one.stances and one.stances[m.about].told
        } | {text for own, text in one.worded if _opposed(manner, own)}
        hard = [text for text in against if text in firm]
        if hard and not manner.conditional:
            return "contradiction", hard[0], f"The profile says otherwise. {_DROP}"
        return "interference", against[0], f"The profile leans the other way. {_DROP}"
    if same:
        return "note", same[0], "The profile says the same; the scenario need not."
    return "interference", "", f"All profiles are made alike in this. {_DROP}"


def _related(one: Manner, other: Manner) -> bool:
    """Whether two manners speak of the same."""
    if one.name == other.name:
        return True
    mine, theirs = ({m.about for m in meanings_of(manner)} for manner in (one, other))
    return bool(mine & theirs) and _OPPOSITES.get(one.name) == other.name


def _opposed(one: Manner, other: Manner) -> bool:
    if one.name == other.name:
        return one.negated != other.negated
    return _OPPOSITES.get(one.name) == other.name and not one.negated and not other.negated


_PAIRS = (
    ("polite", "rude"),
    ("brief", "talkative"),
    ("private", "open"),
    ("reactive", "upfront"),
    ("impatient", "patient"),
    ("persistent", "yielding"),
    ("formal", "informal"),
    ("unsure", "sure"),
    ("angry", "calm"),
    ("precise", "vague"),
)
_OPPOSITES = {a: b for pair in _PAIRS for a, b in (pair, pair[::-1])}


def _patience(one: ReadProfile, other: ReadScenario) -> Iterator[Clash]:
    policy = one.profile.policy
    if policy is None:
        return
    by_facts, by_words = turns_for_facts(other.needs, policy), turns_for_words(other.needs, policy)
    needed = max(by_facts, by_words)
    said = f"{other.needs.facts} facts and {other.needs.words} words of content: {needed} turns"
    leaves = one.directives.get("conversation_turns")
    if policy.patience_turns < needed:
        stays = f"policy: patience for {policy.patience_turns} turns"
    elif leaves and leaves.check.operator == "<=" and policy.conversation_turns < needed:
        stays = leaves.text
    else:
        return
    # Words can be saved by saying it differently, facts cannot.
    hard = policy.patience_turns < by_facts
    severity: Severity = "contradiction" if hard else "interference"
    yield _clash(one, other, "patience", "patience_turns", severity, said, stays, _TURNS)


def _person(one: ReadProfile, other: ReadScenario) -> Iterator[Clash]:
    background = {own.attribute: own for own in one.profile.background}
    for told in other.person:
        if told.attribute == "language":
            yield from _language(one, other, told)
            continue
        own = next((b for name, b in background.items() if name == told.attribute), None)
        if own is None:
            continue
        differing = differs(told, own)
        if differing is False:
            continue
        severity: Severity = "contradiction" if differing else "interference"
        against = f"background: {own.attribute} {shorten(own.value, most=60)} ({own.source})"
        advice = f"Leave the {own.attribute.replace('_', ' ')} out of one of the two."
        yield _clash(one, other, "person", own.attribute, severity, told.said, against, advice)


def _language(one: ReadProfile, other: ReadScenario, told: Told) -> Iterator[Clash]:
    reading = next((r for r in one.profile.readings if r.dimension == "mixed_language"), None)
    directive = one.directives.get("mixed_language")
    mixes = directive is not None or (reading is not None and reading.value >= MIXES)
    share = f"reading of mixed_language: {reading.value:.0%} of turns" if reading else ""
    against = directive.text if directive else share
    if told.value == "english":
        severity: Severity | None = "contradiction" if directive else "interference"
        severity = severity if mixes else None
        advice = "Let the scenario allow for the words that this user mixes in."
    else:
        severity = "note" if mixes else "interference"
        advice = "Profiles were measured on English turns: do not read the result as this user's."
    if severity is not None:
        yield _clash(one, other, "language", told.value, severity, told.said, against, advice)


def _task(one: ReadProfile, other: ReadScenario) -> Iterator[Clash]:
    """Directives that are in the way of what has to be told."""
    needs = other.needs
    facts = f"{needs.facts} facts, {needs.figures} of them ids or figures"
    wanted = {
        "numbers": facts if needs.figures >= LEAST_FIGURES else "",
        "facts": facts if needs.facts >= LEAST_FACTS else "",
        "background": shorten(needs.personal),
    }
    for dimension, said in wanted.items():
        directive = one.directives.get(dimension)
        if said and directive is not None and directive.check.operator == "<=":
            advice = "The task needs it told: expect this directive to be broken, or its check"
            yield _clash(
                one, other, "task", dimension, "interference", said, directive.text,
                f"{advice} to be low for that reason.",
            )  # fmt: skip


def _clash(
    one: ReadProfile,
    other: ReadScenario,
    kind: ClashKind,
    about: str,
    severity: Severity,
    said: str,
    against: str,
    advice: str,
) -> Clash:
    return Clash(
        profile=one.profile.id,
        scenario=other.id,
        kind=kind,
        about=about,
        severity=severity,
        said=said,
        against=against,
        advice=advice,
    )
