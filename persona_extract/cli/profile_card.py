"""One profile as a card on the terminal."""

from __future__ import annotations

from rich.text import Text

from persona_extract.cli.screen import Screen, plain
from persona_extract.profile.render import render
from persona_extract.records.directives import ImportedDirective, Situation
from persona_extract.records.policy import Policy
from persona_extract.records.profile import Profile, Provenance
from persona_extract.report.profile_words import (
    about,
    amount,
    in_words,
    move_labels,
    next_moves,
    policy_lines,
    replies,
    support_words,
    title,
    unusual,
    window_words,
)
from persona_extract.report.words import counted, minus, percent

MOVES = 8
UNUSUAL = 8
_REPLIES = 3
_LEFT = 11  # columns of what stands before a text
_ALWAYS: Situation = "always"


def show_profile(one: Profile) -> None:
    """Prints who, the brief, what it rests on, policy, moves, what is unusual, where from."""
    screen = Screen()
    _who(screen, one)
    screen.head("Brief")
    for line in render(one).splitlines():
        screen.hanging("-", line[2:], "dim") if line.startswith("- ") else screen.line(line)
    _directives(screen, one)
    _traits(screen, one)
    if one.policy is not None:
        _policy(screen, one.policy)
    _moves(screen, one)
    _unusual(screen, one)
    _background(screen, one)
    screen.head("Provenance")
    screen.line(_provenance(one.provenance, one))


def _who(screen: Screen, one: Profile) -> None:
    source = one.source
    screen.line(one.id, "bold")
    screen.line(title(one), "italic")
    screen.line()
    days = window_words(one)
    read = f"{counted(len(source.conversations), 'conversation')}, "
    read += counted(source.n_turns, "user turn") + (f", {days}" if days else "")
    screen.hanging("corpus", source.corpus, wide=_LEFT)
    screen.hanging("read", read if source.n_turns else "nothing: imported", wide=_LEFT)
    if one.archetype is None:
        screen.hanging("archetype", "none", wide=_LEFT)
        return
    kind = one.archetype
    fit = "" if kind.fit is None else f"; fit {minus(f'{kind.fit:.2f}')} (-1 to 1)"
    screen.hanging("archetype", f"{kind.name} ({kind.archetype})", wide=_LEFT)
    screen.hanging("", f"{percent(kind.weight)} of all users{fit}", wide=_LEFT)


def _directives(screen: Screen, one: Profile) -> None:
    if not one.directives:
        screen.head("Directives: none")
        return
    kinds = [directive.kind for directive in one.directives]
    said = ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds))
    screen.head(f"Directives: {said}")
    for number, told in enumerate(one.directives, 1):
        screen.hanging(f"{number:>2}.", plain(told.text, "bold"))
        if isinstance(told, ImportedDirective):
            screen.hanging("   ", "imported: nothing measured supports it, nothing tests it")
            continue
        facts = about(told)
        level = "" if told.kind == "read" else told.level
        where = "" if facts.situation == _ALWAYS else facts.situation
        parts = [level, f"in {support_words(told)}", where]
        line = plain(f"strength {told.strength:.2f} ") + screen.meter(told.strength)
        line.append(plain(("  " if screen.bars else " ") + "  ".join(filter(None, parts))))
        screen.hanging("   ", line)
        if facts.check:
            screen.hanging("   ", plain(f"check: {facts.check}", "dim"))
        if facts.tested:
            screen.hanging("   ", plain(f"found: {facts.tested}", "dim"))


def _traits(screen: Screen, one: Profile) -> None:
    if not one.traits:
        return
    screen.head("Traits")
    rows = [
        [f"{t.support.n} of {t.support.of}", t.name, screen.meter(t.support.n / t.support.of)]
        for t in one.traits
    ]
    screen.table(["seen in", "trait", ""], rows, numbers=[0])


def _policy(screen: Screen, policy: Policy) -> None:
    screen.head("Policy")
    for what, said in policy_lines(policy):
        screen.hanging(what, said, wide=_LEFT)
    if not policy.reactions:
        return
    screen.line()
    rows = [
        [
            reaction.after,
            str(reaction.n),
            str(reaction.words),
            ", ".join(
                f"{reply} {percent(rate)}"
                for reply, rate in replies((str(k), v) for k, v in reaction.rates.items())[
                    :_REPLIES
                ]
            ),
        ]
        for reaction in policy.reactions
    ]
    screen.table(["after", "turns", "words", "what the user does"], rows, numbers=[1, 2])


def _moves(screen: Screen, one: Profile) -> None:
    if not one.moves:
        return
    screen.head("Follow-up moves")
    labels, then = move_labels(one), next_moves(one)
    rows: list[list[str | Text]] = []
    for move in one.moves[:MOVES]:
        after = then.get(move.move)
        likely = f"{labels.get(after.after, after.after)} ({percent(after.rate)})" if after else "-"
        rows.append([percent(move.rate), str(move.n), move.label, likely])
    screen.table(["share", "n", "move", "then most often"], rows, numbers=[0, 1])
    if first := then.get(None):
        label = labels.get(first.after, first.after)
        screen.line(f"The first follow-up is most often: {label} ({percent(first.rate)}).")
    if len(one.moves) > MOVES:
        screen.line(f"... and {len(one.moves) - MOVES} more (--json has all)", "dim")


def _unusual(screen: Screen, one: Profile) -> None:
    found = unusual(one, UNUSUAL)
    if not found:
        return
    screen.head("Most unusual")
    rows = [
        [
            *([screen.strip(r.percentile, r.reliability)] if screen.bars else []),
            f"{r.percentile:.0%}",
            in_words(r),
            amount(r.dimension, r.value),
            f"{r.reliability:.2f}",
        ]
        for r in found
    ]
    heads = [*([""] if screen.bars else []), "above", "what", "value", "reliable"]
    right = [1, 4] if screen.bars else [0, 3]
    screen.table(heads, rows, numbers=[0, *right] if screen.bars else right)
    screen.line("above: share of users below this one; reliable: 0 is noise, 1 is none", "dim")


def _background(screen: Screen, one: Profile) -> None:
    if one.background:
        screen.head("Background (read by a model; may be wrong)")
        for fact in one.background:
            guess = f"{fact.source}, confidence {fact.confidence:.2f}"
            seen = counted(fact.n_conversations, "conversation")
            screen.line(f"{fact.attribute.replace('_', ' ')}: {fact.value} ({guess}, {seen})")
    if one.examples:
        screen.head("Examples (stock words only)")
        for example in one.examples:
            screen.line(f"{example.dimension}: {example.text}")


def _provenance(made: Provenance, one: Profile) -> str:
    models = ", ".join(f"{role} {model}" for role, model in made.models.items()) or "no model"
    cost = "cost unknown" if made.cost_usd is None else f"${made.cost_usd:.2f}"
    return (
        f"{made.code}, encoder {made.encoder}, {models}, {cost}, seed {made.seed}, dimensions "
        f"{made.dimensions}, settings {made.settings}; source {one.source.revision} under "
        f"{one.source.licence}"
    )
