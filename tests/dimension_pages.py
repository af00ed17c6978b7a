"""The two pages on dimensions: docs/dimensions.md (what, how good) and docs/levels.md (how it
looks). Everything in them is made up or measured; no word of a real person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

import polars as pl

from persona_extract.curate import user_turns
from persona_extract.curate.repair import repair
from persona_extract.dimensions import all_dimensions
from persona_extract.dimensions.cards import act_cards, card
from persona_extract.dimensions.directives import show_value
from persona_extract.dimensions.examples import parse_dialogue
from persona_extract.dimensions.protocol import Dimension
from persona_extract.dimensions.read import (
    TURN_KEYS,
    pool_conversations,
    pool_users,
    turn_readings,
)
from persona_extract.profile.standing import standings
from persona_extract.records.dimensions import DimensionCard, LabelResult, StabilityResult
from persona_extract.records.fields import LEVELS
from persona_extract.records.tables import CONVERSATIONS
from persona_extract.sources import open_source

SHORT, LONG = 8, 160
"""Quotes have that many characters where a turn of that length fits; longer ones are cut."""

COLUMNS = (
    *("dimension", "definition", "unit", "source", "low", "high"),
    *("RealHumanEval", "STAR", "precision", "recall", "kappa", "use"),
)

INTRO = """\
# Dimensions

Generated from `persona_extract/dimensions/` by `make golden`. A dimension measures people,
measures simulations, and instructs simulators. `persona-extract dimensions` prints the same on
the screen. What each level looks like: [levels.md](levels.md).

{count}

**Pooling.** A dimension reads one value from a turn, or nothing where it is not defined (thanks
on an opening, casing in pasted code). A conversation's value is the mean over its turns, a user's
the mean over all turns of the user. Lengths are logarithms, so that one pasted page does not
outweigh a hundred short turns.

**Shrinkage.** Means over few turns are noisy. Where a user stands in a population is shrunk by
empirical Bayes: the deviation from the precision-weighted mean is multiplied by `w = b / (b +
s/n)`, with `n` the user's turns, `s` the pooled variance between turns within users, and `b` the
variance between users by the moment estimator of DerSimonian and Laird (1986)
(`persona_extract/profile/standing.py`; [method.md](method.md)). A directive needs `w >= 0.5`.

**Levels.** Cut at the population's percentiles 10, 25, 75 and 90: *very low, low, typical, high,
very high*. Percentiles are mid-ranks, so that what most people do is typical. *Low* and *very
low* give the directive in the column low, *high* and *very high* the one in the column high,
`{value}` being the person's own value; *typical* gives none.

**Check.** On simulated turns: the mean of the dimension over the turns on which it is defined,
three or more, lies on the asked side of the threshold half-way between the population's median
and the person's value.

**Reliability** (columns RealHumanEval, STAR) says whether people differ for good. Conversations
of each user with two or more are halved at random, pooled in each half, and the halves are
correlated over users: Spearman's rho, because most dimensions are rates with many zeros; mean
over 100 halvings, stepped up to whole users by Spearman and Brown (1910). In brackets the 95 %
interval (bootstrap over users) and the number of users. *Above chance*: the interval lies above
0, on 20 users or more. With owners shuffled, 3 to 4 in 100 dimensions come out above chance. The
figure is about people who do similar tasks in one corpus: what two conversations of a sitting
have in common counts, and a trait that shows in every twentieth conversation cannot be reliable
over four.

**Validity** (columns precision, recall, kappa) says whether a rule that reads meaning is right.
Turns of WildChat, RealHumanEval and STAR, drawn by stratum, were labelled by reading, blind to
the rules, in two independent passes; kappa is Cohen's between the passes, which were made by a
language model, so that it says how repeatable the labels are and not how far people would agree
([codebook and labels](../benchmarks/labels/README.md)). A rule finds a turn if it reads 0.5 or
more. Precision and recall are weighted by how many turns of the corpora a labelled turn stands
for; turns on which the dimension is not defined do not count. Precision is measured on the turns
drawn after the rules were last mended (sample 2) where these have ten found turns or more, else
on all labelled turns; recall is on all. In brackets the lower end of the 95 % interval (Wilson,
at the effective number of turns) and the number of turns.

**Use.** *Personal*: reliable above chance on at least one corpus and, if it reads meaning, with a
precision of 0.7 or more. Only personal dimensions become directives. *Population*: kept in
readings, reports and comparisons of groups, never said of one person.

The figures: `python benchmarks/dimensions.py` computes them from the corpora and compares them
with `persona_extract/dimensions/measured.csv`."""

ACTS_INTRO = """\
Reactions are conditional on what the assistant did in the message just before the turn. These are
found by the rules in `persona_extract/dimensions/_acts.py`, held against the same labels."""

LEVELS_INTRO = """\
# What each level looks like

Generated from `persona_extract/dimensions/` by `make golden`. For each dimension a made-up
example of its low and of its high side, and for each level a short turn of somebody at that level
among the made-up people of the demo, with that person's value: for the high levels a turn that
reads at least as high as the person, for the low levels one at most as high. A level at which
nobody stands is left out."""


def dimensions_page() -> str:
    """docs/dimensions.md."""
    cards = [card(dimension) for dimension in all_dimensions()]
    personal = sum(one.personal for one in cards)
    count = (
        f"{len(cards)} dimensions: {personal} personal, {len(cards) - personal} population-level."
    )
    lines = [INTRO.replace("{count}", count)]
    group = ""
    for one in cards:
        if one.group != group:
            group = one.group
            lines += ["", f"## {group}", "", row(COLUMNS), row(["---"] * len(COLUMNS))]
        lines.append(row(_cells(one)))
    lines += ["", "## What the assistant did", "", ACTS_INTRO, ""]
    lines += [row(("act", "definition", "precision", "recall", "kappa")), row(["---"] * 5)]
    lines += [row((act.name, act.definition, *_validity(act.validity))) for act in act_cards()]
    return "\n".join(lines) + "\n"


def levels_page() -> str:
    """docs/levels.md."""
    lines = [LEVELS_INTRO]
    quotes = _quotes()
    group = ""
    for dimension in all_dimensions():
        if dimension.group != group:
            group = dimension.group
            lines += ["", f"## {group}"]
        lines += ["", f"### `{dimension.name}`", dimension.definition]
        for side in ("low", "high"):
            if side in dimension.examples:
                lines += ["", f"{side.capitalize()}:", *_dialogue(dimension.examples[side])]
        told = list(_quoted(dimension, quotes))
        if told:
            lines += ["", row(("level", "value", "turn")), row(["---"] * 3), *told]
    return "\n".join(lines) + "\n"


def row(cells: Iterable[str]) -> str:
    """A row of a Markdown table."""
    escaped = (" ".join(cell.split()).replace("|", r"\|") for cell in cells)
    return f"| {' | '.join(escaped)} |"


def _cells(one: DimensionCard) -> Iterator[str]:
    yield from (f"`{one.name}`", one.definition, one.unit, one.source)
    yield from (one.directives.get(side, "") for side in ("low", "high"))
    stable = {found.corpus: found for found in one.reliability}
    yield from (_stability(stable.get(corpus)) for corpus in ("RealHumanEval", "STAR"))
    yield from _validity(one.validity)
    yield "personal" if one.personal else f"population: {one.reason}"


def _stability(one: StabilityResult | None) -> str:
    if one is None or one.reliability is None:
        return f"- ({one.users})" if one else ""
    return f"{one.reliability:.2f} [{one.low:.2f}, {one.high:.2f}] ({one.users})"


def _validity(one: LabelResult | None) -> tuple[str, str, str]:
    if one is None:
        return ("", "", "")
    precision = "-" if one.precision is None else f"{one.precision:.2f}"
    at_least = "" if one.precision_low is None else f" [{one.precision_low:.2f}]"
    recall = "-" if one.recall is None else f"{one.recall:.2f}"
    kappa = "-" if one.kappa is None else f"{one.kappa:.2f}"
    return (
        f"{precision}{at_least} ({one.n_predicted})",
        f"{recall} ({one.n_labelled})",
        f"{kappa} (`{one.label}`)",
    )


def _dialogue(text: str) -> Iterator[str]:
    """The dialogue as a block that shows its lines and blanks as they are."""
    yield "~~~text"
    for role, content in parse_dialogue(text):
        who = "user: " if role == "user" else "assistant: "
        yield who + content.replace("\n", "\n" + " " * len(who))
    yield "~~~"


def _quoted(
    dimension: Dimension, quotes: dict[tuple[str, str], tuple[float, str]]
) -> Iterator[str]:
    for level in LEVELS:
        if (dimension.name, level) in quotes:
            value, text = quotes[dimension.name, level]
            yield row((level, f"{show_value(dimension, value)}", _inline(text)))


def _inline(text: str) -> str:
    """The turn as code, line ends shown, cut where it is long."""
    lines = " ⏎ ".join(line.strip() for line in text.strip().splitlines() if line.strip())
    cut = lines if len(lines) <= LONG else f"{lines[: LONG - 1].rstrip()}…"
    return f"`` {cut} ``"


@cache
def _quotes() -> dict[tuple[str, str], tuple[float, str]]:
    """(dimension, level) -> the user's value and the turn that shows it."""
    turns = _demo_turns()
    wide = turn_readings(turns)
    people = pool_users(pool_conversations(wide))
    at = standings(people, people).select("user_key", "dimension", "value", "level")
    value, reading, level = pl.col("value").round(6), pl.col("reading").round(6), pl.col("level")
    fits = (
        pl.when(level.is_in(["high", "very high"]))
        .then(reading >= value)
        .when(level.is_in(["low", "very low"]))
        .then(reading <= value)
        .otherwise(True)
    )
    length = pl.col("text").str.len_chars()
    shown = (
        wide.unpivot(index=list(TURN_KEYS), variable_name="dimension", value_name="reading")
        .drop_nulls("reading")
        .join(at, on=["user_key", "dimension"])
        .join(turns.select(*TURN_KEYS, "text"), on=list(TURN_KEYS))
        .filter(fits)
        .with_columns(
            far=(reading - value).abs().round(3), odd=~length.is_between(SHORT, LONG), length=length
        )
        .sort("dimension", "level", "odd", "far", "length", "text", "user_key", "turn")
        .unique(["dimension", "level"], keep="first", maintain_order=True)
    )
    rows = shown.select("dimension", "level", "value", "text").iter_rows()
    return {(name, level): (value, text) for name, level, value, text in rows}


def _demo_turns() -> pl.DataFrame:
    frames = [batch.frame for batch in open_source("demo").batches(size=1000)]
    conversations = pl.concat(frames).with_columns(
        conversation_id=pl.col("source_id"),
        user_key=pl.col("user_id"),
        user_known=pl.lit(True),
    )
    return user_turns(repair(conversations.select(list(CONVERSATIONS))).select(list(CONVERSATIONS)))
