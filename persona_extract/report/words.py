"""Numbers and findings in words that a reader needs no statistics for."""

from __future__ import annotations

import math

from persona_extract.records.results import ArmContrast, Interval, Results

ARMS = {
    "plain": "told the task only, no profile",
    "grounded": "told the task and the person's own profile",
    "shuffled": "told the task and the profile of another person",
}
BASELINES = {
    "profile": "the dimensions of the profile",
    "char": "runs of characters, rare ones counting more (TF-IDF)",
    "word": "words, rare ones counting more (TF-IDF)",
    "chance": "nothing: it guesses",
}


def count(n: int) -> str:
    """1234567 -> 1,234,567."""
    return f"{n:,}"


def number(value: float) -> str:
    """Three significant digits, no exponent for everyday sizes; a dash for what is not a number."""
    if not math.isfinite(value):
        return "–"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return minus(f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}")


def level(value: float, unit: str) -> str:
    """A value in its unit: shares as per cent."""
    return percent(value) if is_share(unit) else number(value)


def baseline(name: str) -> str:
    """The name of a baseline as a reader sees it."""
    return {"char": "characters", "word": "words"}.get(name, name)


def percent(share: float) -> str:
    """0.1234 -> 12 %; small shares keep a decimal."""
    if not math.isfinite(share):
        return "–"
    return f"{share:.1%}" if 0 < abs(share) < 0.1 else f"{share:.0%}"


def part(n: int, of: int) -> str:
    """n of `of` as per cent, or a dash where there is nothing to divide by."""
    return percent(n / of) if of else "–"


def interval(found: Interval) -> str:
    """Value [low, high], to a thousandth where a hundredth would hide it."""
    if not is_measured(found):
        return number(math.nan)
    digits = 3 if max(abs(found.low), abs(found.high)) < 0.1 else 2
    value, low, high = (minus(f"{x:.{digits}f}") for x in (found.value, found.low, found.high))
    return f"{value} [{low}, {high}]"


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


def identity_sentence(results: Results) -> str:
    """How far the profile is above chance and above the better text baseline."""
    found = results.identity
    if found is None:
        return results.identity_note or "Identity was not measured."
    opening = (
        f"A held-out conversation is nearer to its own user's profile than to another user's in "
        f"{percent(found.auc)} of comparisons (95% interval {percent(found.auc_low)} to "
        f"{percent(found.auc_high)}; guessing gives 50%)."
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
