"""What the catalogue says, in words: how firm a group is, what is held back, what has changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from persona_extract.dimensions.protocol import Side
from persona_extract.records.catalogue import Change, LabelAccuracy, Left, Mark
from persona_extract.records.results import Interval, PlantedResult, Results
from persona_extract.report.words import (
    count,
    counted,
    minus,
    number,
    percent,
    percents,
    plain_name,
)
from persona_extract.traits.mark_words import words_of

FEW = 10
"""Users below which a group may lead to single people (the default of the k-users rule)."""

KINDS = {"move": "moves", "trait": "traits", "archetype": "archetypes"}
_MEMBERS = {"move": "turn", "trait": "statement", "archetype": "user"}
_WHY = {
    "too few users": "shown by fewer than {k} users",
    "unstable, merged": "not found again when users were drawn anew; put together with the "
    "nearest one",
    "unstable, dropped": "not found again when users were drawn anew; dropped",
}
_WORD = "has_"  # dimensions of single words
_VERBS = frozenset(
    "answers asks continues doubts ends ignores names pivots says starts takes turns".split()
)
_UNLISTED = {
    "unstable, dropped": "that are not found again when users are drawn anew",
    "too few users": "that fewer than {k} users show",
}
_AFTER = {
    "unstable, merged": "put together with the nearest one",
    "unstable, dropped": "dropped because not found again",
    "too few users": "not listed because too few users show it",
}
_WHAT = {
    "kept": "found again, under the same id",
    "new": "not there before",
    "vanished": "there before, not found now",
    "split": "one before, several now",
    "merged": "several before, one now",
}


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of clusters of one kind in one way, a line each."""

    kind: str
    what: str
    meaning: str
    lines: list[str]


def firmness(stability: float | None) -> str:
    """The bands of Hennig (2007): from 0.75 a stable cluster, below 0.6 not to be trusted."""
    if stability is None:
        return "not measured"
    if stability >= 0.75:
        return "stable"
    return "doubtful" if stability >= 0.6 else "weak"


def label_names(results: Results) -> dict[str, str]:
    """Labels of everything that has an id."""
    names = {move.id: move.label for move in results.clusters.moves}
    names |= {trait.id: trait.label.name for trait in results.traits}
    return names | {one.id: one.label.name for one in results.archetypes.archetypes}


def mark_name(mark: Mark, names: dict[str, str]) -> str:
    """On what an archetype stands out, and to which side, in words."""
    if mark.kind == "dimension":
        return dimension_words(mark.name, mark.side)
    named = names.get(mark.name, mark.name)
    return named if mark.side == "high" else f"seldom: {named}"


def dimension_words(name: str, side: Side) -> str:
    """One side of a dimension in words: "short messages", "seldom says “not”"."""
    if said := words_of(name, side):
        return said
    if name.startswith(_WORD):
        word = name.removeprefix(_WORD)
        word = "I" if word == "i" else word
        return f"says “{word}”" if side == "high" else f"seldom says “{word}”"
    if side == "high":
        return plain_name(name)
    return f"{'seldom' if name.split('_')[0] in _VERBS else 'little'} {plain_name(name)}"


def strongest_first(marks: Sequence[Mark]) -> list[Mark]:
    """Marks by their distance from the mean of all users. Of dimensions that say the same in words
    only the strongest is kept."""
    kept: dict[str, Mark] = {}
    for mark in sorted(marks, key=lambda mark: (-abs(mark.z), mark.name)):
        said = mark_name(mark, {}) if mark.kind == "dimension" else mark.name
        kept.setdefault(said, mark)
    return list(kept.values())


def signed(value: float) -> str:
    """A number with its sign, to a tenth."""
    return minus(f"{value:+.1f}")


def in_no_archetype(results: Results) -> int:
    """Users that are in no archetype."""
    return max(0, results.n_users - sum(one.n_users for one in results.archetypes.archetypes))


def variance_sentence(variance: Sequence[float]) -> str:
    """How much of what tells users apart the two axes show; empty if not known."""
    if len(variance) < 2:
        return ""
    across, up, both = percents([variance[0], variance[1], sum(variance[:2])])
    return (
        f"The two directions hold {both} of the variance between users ({across} across, {up} "
        "upwards); the rest is not on the map."
    )


def left_sentence(left: Left, k_users: int) -> str:
    """How many clusters are held back, with how much in them, and why."""
    noun, member = KINDS[left.kind].removesuffix("s"), _MEMBERS[left.kind]
    why = _WHY[left.reason].format(k=k_users)
    return f"{counted(left.n_clusters, noun)} with {counted(left.n_members, member)} in all: {why}."


def unlisted_sentence(results: Results) -> str:
    """How many follow-ups are in no listed move, and why; empty if there were none to list."""
    n = results.clusters.n_follow_ups
    missing = n - sum(move.n_turns for move in results.clusters.moves)
    if not n:
        return ""
    if not missing:
        return f"All {counted(n, 'follow-up')} are in a listed move."
    gone = Counter[str]()
    for left in results.left:
        if left.kind == "move" and left.reason in _UNLISTED:
            gone[left.reason] += left.n_members
    why = [
        f"{count(gone[reason])} in groups {said.format(k=results.k_users)}"
        for reason, said in _UNLISTED.items()
        if gone[reason]
    ]
    many = f"{percent(missing / n)} of the {counted(n, 'follow-up')} are in no listed move"
    return f"{many}: {' and '.join(why)}." if why else f"{many}."


def chosen_sentence(results: Results) -> str:
    """How many groups of follow-ups were taken and what became of them; empty if none was."""
    chosen = results.clusters.chosen
    if chosen is None:
        return ""
    if chosen == 1:
        return "No number of groups was better than one."
    lost = Counter[str]()
    for left in results.left:
        if left.kind == "move":
            lost[left.reason] += left.n_clusters
    after = [
        f"{counted(lost[reason], 'group')} {'was' if lost[reason] == 1 else 'were'} {what}"
        for reason, what in _AFTER.items()
        if lost[reason]
    ]
    taken = f"{counted(chosen, 'group')} were taken."
    return f"{taken} After that, {', '.join(after)}." if after else taken


def k_users_sentence(k_users: int) -> str:
    """What the k-users rule holds back."""
    if k_users <= 1:
        return "No group is held back for having few users: the limit is one."
    return (
        f"A move, trait or archetype that fewer than {count(k_users)} users show is not listed, "
        "so that no group leads to single people (k-users rule)."
    )


def k_users_warning(k_users: int) -> str:
    """A warning where the limit is low; empty where it is not."""
    if k_users >= FEW:
        return ""
    return (
        f"The limit is below {FEW}: groups may describe very few people. Look before you publish."
    )


def changes_by_kind(results: Results) -> list[Changed]:
    """Changes since the last catalogue, by kind and what became of them, with labels."""
    names = label_names(results)
    found = [
        Changed(KINDS[kind], what, meaning, [_change(c, names) for c in of if c.what == what])
        for kind in KINDS
        for of in [[change for change in results.changes if change.kind == kind]]
        for what, meaning in _WHAT.items()
    ]
    return [changed for changed in found if changed.lines]


def above_chance(found: LabelAccuracy) -> str:
    """Whether the interval lies clear of guessing."""
    chance = 1 / found.choices
    if found.low > chance:
        return "The whole interval lies above guessing."
    if found.high < chance:
        return "The whole interval lies below guessing: the labels mislead."
    return "The interval includes guessing: the labels may say nothing."


def accuracy_sentence(found: LabelAccuracy) -> str:
    """How often labels were recognised, against guessing, and who judged."""
    share, low, high = percents([found.accuracy, found.low, found.high])
    return (
        f"{KINDS[found.kind].capitalize()}: {found.judge} picked the right one of "
        f"{counted(found.choices, 'label')} for {share} of {counted(found.n, 'held-out member')} "
        f"(95% interval {low} to {high}; guessing gives {percent(1 / found.choices)}). "
        f"{above_chance(found)}"
    )


def accuracy_rows(found: Sequence[LabelAccuracy]) -> dict[str, tuple[Interval, float]]:
    """Accuracy and chance by the name of what was judged."""
    return {
        f"{KINDS[one.kind]}, {one.judge}": (
            Interval(value=one.accuracy, low=one.low, high=one.high),
            1 / one.choices,
        )
        for one in found
    }


def planted_sentence(found: PlantedResult) -> str:
    """How much of what was planted stands in the profiles."""
    precision, recall = (
        "not measured" if share is None else number(share)
        for share in (found.precision, found.recall)
    )
    return (
        f"Planted habits found: precision {precision} ({count(found.n_found)} of "
        f"{count(found.n_told)} told), recall {recall} ({count(found.n_found)} of "
        f"{count(found.n_tellable)} that a profile may tell; {count(found.n_planted)} planted)."
    )


def tallied(habits: Sequence[str]) -> list[str]:
    """Habits with how many users each is of, the most frequent first."""
    times = Counter(habits)
    return [
        f"{plain_name(habit).replace('=', ', ')}: {counted(times[habit], 'user')}"
        for habit in sorted(times, key=lambda habit: (-times[habit], habit))
    ]


def _change(change: Change, names: dict[str, str]) -> str:
    def said(ids: Sequence[str]) -> str:
        return ", ".join(f"{names[one]} ({one})" if one in names else earlier(one) for one in ids)

    def earlier(one: str) -> str:
        return f"an earlier {KINDS[change.kind].removesuffix('s')} ({one})"

    match change.what:
        case "kept" | "new":
            return said(change.after)
        case "vanished":
            return said(change.before)
        case _:
            return f"{said(change.before)} → {said(change.after)}"
