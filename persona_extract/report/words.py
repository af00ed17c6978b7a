"""Numbers and findings in words that a reader needs no statistics for."""

from __future__ import annotations

import math
from collections.abc import Sequence

from persona_extract.records.results import ArmContrast, ClusterResult, Interval, Results

ARMS = {
    "plain": "told the task only, no profile",
    "grounded": "told the task and the person's own profile",
    "shuffled": "told the task and the profile of another person",
}
EVIDENCE = (
    "Attribution looks at lower-cased letters only, so that casing and marks that the simulator "
    "was told to set do not count. Chat spellings, contractions and fillers that it writes still "
    "do: it is a second, partly independent measure."
)
BASELINES = {
    "profile": "the dimensions of the profile",
    "char": "runs of characters, rare ones counting more (TF-IDF)",
    "word": "words, rare ones counting more (TF-IDF)",
    "chance": "nothing: it guesses",
}


def count(n: int) -> str:
    """1234567 -> 1,234,567."""
    return f"{n:,}"


def counted(n: int, noun: str) -> str:
    """1 user, 2 users."""
    return f"{count(n)} {noun}" if n == 1 else f"{count(n)} {noun}s"


def few(n_users: int) -> str:
    """A warning, after a space, where users are too few to conclude anything from."""
    return " Fewer than ten users: too few to conclude anything." if n_users < 10 else ""


def number(value: float) -> str:
    """Three significant digits, no exponent for everyday sizes; a dash for what is not a number."""
    if not math.isfinite(value):
        return "–"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return minus(f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}")


def level(value: float, unit: str) -> str:
    """A value in its unit, without the unit: shares as per cent."""
    return percent(value) if is_share(unit) else number(value)


def sentence(note: str) -> str:
    """A note as a sentence of its own: a capital first, a mark last."""
    text = note[:1].upper() + note[1:]
    return f"{text}." if text and (text[-1].isalnum() or text[-1] in ")”") else text


def measured(value: float, unit: str) -> str:
    """A value and its unit: 12% of turns, 17.4 words."""
    return f"{level(value, unit)} {unit.removeprefix('share ')}".strip()


def baseline(name: str) -> str:
    """The name of a baseline as a reader sees it."""
    return {"char": "characters", "word": "words"}.get(name, name)


def percent(share: float) -> str:
    """0.1234 -> 12%; small shares and nearly whole ones keep a decimal. Only 1 is 100%."""
    if not math.isfinite(share):
        return "–"
    if 0 < share < 0.0005:
        return "<0.1%"
    if 0.9995 <= share < 1:
        return ">99.9%"
    return f"{share:.1%}" if 0 < abs(share) < 0.1 or 0.995 <= share < 1 else f"{share:.0%}"


def percents(shares: Sequence[float]) -> list[str]:
    """Shares of one sentence with the same decimals: as few as keep all but 0 and 1 off 0% and
    100%."""
    inside = [share for share in shares if 0 < share < 1]
    for digits in range(4):
        bounds = f"{0:.{digits}%}", f"{1:.{digits}%}"
        if not any(f"{share:.{digits}%}" in bounds for share in inside):
            return [f"{x:.{digits}%}" if x in inside else percent(x) for x in shares]
    return [percent(share) for share in shares]


def area(auc: float) -> str:
    """An AUC to a thousandth; 1.000 and 0.000 are only said of what is exactly that."""
    if 0.9995 <= auc < 1:
        return ">0.999"
    return "<0.001" if 0 < auc < 0.0005 else f"{auc:.3f}"


def part(n: int, of: int) -> str:
    """n of `of` as per cent, or a dash where there is nothing to divide by."""
    return percent(n / of) if of else "–"


def interval(found: Interval) -> str:
    """Value [low, high], all to a thousandth, so that neighbours can be compared."""
    if not is_measured(found):
        return number(math.nan)
    value, low, high = (minus(f"{x:.3f}") for x in (found.value, found.low, found.high))
    return f"{value} [{low}, {high}]"


def area_interval(found: Interval) -> str:
    """The same of an AUC."""
    if not is_measured(found):
        return number(math.nan)
    return f"{area(found.value)} [{area(found.low)}, {area(found.high)}]"


def is_measured(found: Interval) -> bool:
    """Whether estimate and interval are all numbers."""
    return all(map(math.isfinite, (found.value, found.low, found.high)))


def minus(text: str) -> str:
    """A typographic minus; and no minus before a rounded zero."""
    text = text.lstrip("-") if not text.strip("-0.") else text
    return text.replace("-", "−")


def plain_name(name: str) -> str:
    """An id as words: `lower_case_start` -> lower case start."""
    return name.replace("_", " ").strip() or name


def is_share(unit: str) -> bool:
    """Whether the values of a unit are fractions of one."""
    return unit.lower().startswith(("share", "fraction", "proportion"))


def contrast_sentence(contrast: ArmContrast) -> str:
    """What the interval of a paired difference in distance allows one to say."""
    found = contrast.distance
    if not is_measured(found):
        return f"{contrast.arm} against {contrast.against}: not measured."
    pair = f"{contrast.arm} against {contrast.against}: {interval(found)}."
    if found.high < 0:
        return (
            f"{pair} The whole interval lies below zero: the turns are nearer to the real "
            f"person with {contrast.arm} than with {contrast.against}."
        )
    if found.low > 0:
        return (
            f"{pair} The whole interval lies above zero: the turns are further from the real "
            f"person with {contrast.arm} than with {contrast.against}."
        )
    return f"{pair} The interval includes zero: no difference is shown."


def attribution_sentence(contrast: ArmContrast) -> str:
    """The same for attribution, where higher is better; empty if it was not measured."""
    found = contrast.attribution
    if not is_measured(found):
        return ""
    pair = f"{contrast.arm} against {contrast.against}: {interval(found)}."
    if found.low > 0:
        return (
            f"{pair} The whole interval lies above zero: the right person is found more often "
            f"with {contrast.arm} than with {contrast.against}."
        )
    if found.high < 0:
        return (
            f"{pair} The whole interval lies below zero: the right person is found less often "
            f"with {contrast.arm} than with {contrast.against}."
        )
    return f"{pair} The interval includes zero: no difference is shown."


def silhouette_sentence(clusters: ClusterResult) -> str:
    """How clear-cut the groups are, in the bands of Kaufman and Rousseeuw (1990): up to 0.25 no
    substantial structure, up to 0.5 a weak one; and whether they are found again."""
    if clusters.moves and clusters.chosen is None:
        return "There were too few to tell groups apart: all are in one."
    if clusters.chosen == 1:
        return (
            "No number of groups stands apart more than in made-up data without any: all are in "
            "one."
        )
    said: list[str] = []
    if clusters.silhouette is not None:
        said.append(_cut(clusters.silhouette))
    if clusters.stability is not None:
        said.append(
            "Groupings of users drawn anew (bootstrap samples) agree with an adjusted Rand index "
            f"of {number(clusters.stability)} on average (1 is the same groups, 0 is chance)."
        )
    return " ".join(said)


def _cut(silhouette: float) -> str:
    cut = "a fairly clear cut"
    if silhouette <= 0.5:
        cut = "a rough cut through a continuum" if silhouette <= 0.25 else "a loose cut"
    shown = number(silhouette)
    return f"Groups are {cut}: the mean silhouette is {shown} (1 is clear-cut, 0 is none)."


def encoder_line(clusters: ClusterResult) -> str:
    """Which encoder it was and why, without the word that the line is shown under."""
    return (clusters.encoder_line or clusters.encoder).removeprefix("encoder: ")


def withheld(n: int) -> str:
    """How many directives were compiled and not given out, and why."""
    return f"{count(n)} withheld: not held up by the user's own turns"


def identity_sentence(results: Results) -> str:
    """How far the profile is above chance and above the better text baseline."""
    found = results.identity
    if found is None:
        return sentence(results.identity_note) or "Identity was not measured."
    auc, low, high = percents((found.auc, found.auc_low, found.auc_high))
    opening = (
        f"A held-out conversation is nearer to its own user's profile than to another user's in "
        f"{auc} of comparisons (95% interval {low} to {high}; guessing gives 50%)."
    )
    texts = {k: v for k, v in found.baselines.items() if k in ("char", "word")}
    if not texts:
        return opening
    name, best = max(texts.items(), key=lambda item: (item[1].auc, item[0]))
    side = "above" if found.auc > best.auc else "not above"
    apart = found.auc_low > best.auc_high or best.auc_low > found.auc_high
    return (
        f"{opening} That is {side} the better text baseline ({baseline(name)}: "
        f"{percent(best.auc)}); the two intervals {'do not ' if apart else ''}overlap."
    )
