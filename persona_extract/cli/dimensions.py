"""`persona-extract dimensions`: what is measured, and how far it can be trusted."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from persona_extract.records.dimensions import DimensionCard, LabelResult, StabilityResult

app = typer.Typer()

WIDTH = 100
_LEGEND = (
    "Reliability: split-half over a user's conversations, Spearman-Brown, with 95 % interval; only",
    "the number of users where fewer than 20 can be halved.",
    "P/R: precision and recall against turns labelled by reading, for rules that read meaning.",
    "Only personal dimensions become directives. `persona-extract dimensions NAME` shows one.",
)


@app.command()
def dimensions(
    name: Annotated[
        str | None,
        typer.Argument(metavar="NAME", help="Everything about this dimension.", show_default=False),
    ] = None,
    group: Annotated[
        str | None, typer.Option(help="Only the dimensions of this group.", show_default=False)
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Show the dimensions of behaviour: what they measure, and how far each can be trusted.

    A dimension reads one value from each turn. RELIABILITY says whether people differ on it for
    good: each user's conversations are halved at random, and the halves are correlated over users
    (1: the half tells all, 0: chance). It was measured on RealHumanEval and on STAR.

    VALIDITY says whether a rule that reads meaning, such as "pushes back", is right: of the turns
    that it finds, how many have the label that was given by reading (precision), and of the turns
    with the label, how many it finds (recall).

    A dimension is PERSONAL if it is reliable above chance on at least one of the two, and right in
    at least 70 % if it reads meaning. All others are POPULATION-level: they stand in readings,
    reports and comparisons of groups, and never instruct the simulation of one person.

    [dim]persona-extract dimensions
    persona-extract dimensions --group courtesy
    persona-extract dimensions lowercase_start
    persona-extract dimensions --json[/dim]
    """
    from persona_extract.cli.output import print_json, print_lines
    from persona_extract.dimensions.cards import act_cards
    from persona_extract.records.dimensions import DimensionCards

    cards = _asked(name, group)
    if json:
        print_json(cards[0] if name else DimensionCards(dimensions=cards, acts=act_cards()))
    else:
        print_lines(_one(cards[0]) if name else _table(cards))


def _asked(name: str | None, group: str | None) -> list[DimensionCard]:
    from persona_extract.dimensions import all_dimensions, find_dimension
    from persona_extract.dimensions.cards import card
    from persona_extract.errors import UsageError

    if name is not None and group is not None:
        raise UsageError("give NAME or --group, not both")
    if name is not None:
        return [card(find_dimension(name))]
    groups = list(dict.fromkeys(dimension.group for dimension in all_dimensions()))
    if group is not None and group not in groups:
        raise UsageError(f"no group is named {group!r}; known: {', '.join(groups)}")
    return [card(one) for one in all_dimensions() if group in (None, one.group)]


def _table(cards: Sequence[DimensionCard]) -> Iterator[str]:
    from persona_extract.dimensions.cards import act_cards
    from persona_extract.dimensions.measured import CORPORA

    wide = max(len(card.name) for card in cards) + 2
    heads = (*CORPORA.values(), "P/R", "use", "unit")
    yield _row("", heads, wide)
    for group, members in groupby(cards, key=lambda card: card.group):
        yield ""
        yield group
        for card in members:
            stable = {one.corpus: one for one in card.reliability}
            figures = [_interval(stable.get(corpus)) for corpus in CORPORA.values()]
            use = "personal" if card.personal else "population"
            yield _row(f"  {card.name}", (*figures, _rates(card.validity), use, card.unit), wide)
    yield ""
    yield "what the assistant did just before, which reactions depend on"
    for act in act_cards():
        yield _row(f"  {act.name}", ("", "", _rates(act.validity), "", ""), wide)
    personal = sum(card.personal for card in cards)
    yield ""
    yield f"{len(cards)} dimensions, {personal} personal, {len(cards) - personal} population-level."
    yield from _LEGEND


def _row(name: str, cells: Sequence[str], wide: int) -> str:
    sizes = (16, 16, 7, 10)
    padded = (f"{cell:<{size}}" for cell, size in zip(cells, sizes, strict=False))
    line = " ".join((f"{name:<{wide}}", *padded, cells[-1])).rstrip()
    return line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…"


def _interval(one: StabilityResult | None) -> str:
    from persona_extract.dimensions.measured import MIN_USERS

    if one is None or one.users < MIN_USERS:
        return f"{one.users if one else 0} users"
    return f"{_short(one.reliability)} [{_short(one.low)} {_short(one.high)}]"


def _rates(one: LabelResult | None) -> str:
    return "" if one is None else f"{_short(one.precision)}/{_short(one.recall)}"


def _short(figure: float | None) -> str:
    """Two decimals without the leading zero."""
    shown = "-" if figure is None else f"{round(figure, 2) + 0.0:.2f}"
    return shown.replace("0.", ".", 1).replace("1.00", "1")


def _one(card: DimensionCard) -> Iterator[str]:
    yield f"{card.name} ({card.group})"
    yield from _wrapped(card.definition)
    yield ""
    yield from _facts(card)
    yield ""
    yield "Reliability, split-half over a user's conversations"
    yield from (_stability_line(one) for one in card.reliability)
    if not card.reliability:
        yield "  never measured"
    yield from _validity_lines(card.validity)
    yield ""
    yield "Directive at each level, {value} being the person's own value"
    low, high = (card.directives.get(side, "nothing is said") for side in ("low", "high"))
    for level, text in (
        ("very low, low", low),
        ("typical", "nothing is said"),
        ("high, very high", high),
    ):
        yield from _labelled(level, text)
    for side in ("low", "high"):
        if side in card.examples:
            yield ""
            yield f"A made-up example of {side}"
            yield from _dialogue(card.examples[side])
    yield ""
    yield "Check on simulated turns"
    yield from _wrapped(
        f"The mean of {card.name} over the turns on which it is defined, three or more, lies on "
        "the side of the threshold that was asked for (high: >=, low: <=). The threshold is "
        "half-way between the population's median and the person's value."
    )


def _facts(card: DimensionCard) -> Iterator[str]:
    sides = {1: "high is more formal", -1: "low is more formal", 0: "neither side is more formal"}
    yield from _labelled("unit", card.unit)
    yield from _labelled("read on", card.where)
    yield from _labelled("source", card.source or "plain counting")
    yield from _labelled("formality", sides[card.formal])
    yield from _labelled(
        "pooling",
        "mean over turns. For directives, the deviation from the population is shrunk by the "
        "reliability of the person's mean: empirical Bayes with the moment estimator of "
        "DerSimonian and Laird",
    )
    yield from _labelled("levels", "cut at the population's percentiles 10, 25, 75 and 90")
    yield from _labelled(
        "use", f"{'personal' if card.personal else 'population-level'}: {card.reason}"
    )


def _stability_line(one: StabilityResult) -> str:
    if one.reliability is None:
        return f"  {one.corpus:<15} {one.users} users are too few"
    verdict = "above chance" if one.above_chance else "not above chance"
    interval = f"({one.low:.2f} to {one.high:.2f})"
    return f"  {one.corpus:<15} {one.reliability:.2f} {interval}, {one.users} users: {verdict}"


def _validity_lines(one: LabelResult | None) -> Iterator[str]:
    if one is None:
        return
    yield ""
    yield f"Validity against turns labelled `{one.label}` by reading"
    yield (
        f"  precision {_figure(one.precision)} (95 % interval from "
        f"{_figure(one.precision_low)}, {one.n_predicted} turns found)"
    )
    yield f"  recall    {_figure(one.recall)} ({one.n_labelled} turns with the label)"
    yield f"  kappa     {_figure(one.kappa)} between two passes of labelling"


def _figure(figure: float | None) -> str:
    return "unknown" if figure is None else f"{figure:.2f}"


def _dialogue(text: str) -> Iterator[str]:
    from persona_extract.dimensions.examples import parse_dialogue

    for role, content in parse_dialogue(text):
        for at, line in enumerate(content.split("\n")):
            yield from _labelled(role if at == 0 else "", line)


def _labelled(label: str, text: str) -> Iterator[str]:
    lines = textwrap.wrap(text, 61) or [""]
    for at, line in enumerate(lines):
        yield f"  {label if at == 0 else '':<15} {line}".rstrip()


def _wrapped(text: str) -> Iterator[str]:
    yield from textwrap.wrap(text, 78, initial_indent="  ", subsequent_indent="  ")
