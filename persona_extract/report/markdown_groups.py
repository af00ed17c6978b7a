"""What was grouped, and how far to trust it, as sections of the Markdown summary."""

from __future__ import annotations

from persona_extract.records.results import Results
from persona_extract.report.found import (
    accuracy_sentence,
    changes_by_kind,
    firmness,
    k_users_sentence,
    k_users_warning,
    label_names,
    left_sentence,
    mark_name,
    signed,
    strongest_first,
    unlisted_sentence,
)
from persona_extract.report.markup import escape, pipe_table
from persona_extract.report.spending import money, spent_sentence
from persona_extract.report.words import (
    count,
    counted,
    number,
    percent,
    sentence,
    silhouette_sentence,
)

MARKS = 3  # of an archetype


def archetypes(results: Results) -> str:
    """The kinds of users, and on what each stands out most."""
    names, found = label_names(results), results.archetypes
    if not found.archetypes:
        said = f"No archetype was found. {sentence(found.line)}"
        if not found.line and not found.criterion:
            said = "Users were not grouped in this run."
        return f"## Kinds of users\n\n{escape(said.strip())}"
    rows = [
        (
            escape(one.label.name),
            escape(
                ", ".join(
                    f"{mark_name(mark, names)} {signed(mark.z)}"
                    for mark in strongest_first(one.marks)[:MARKS]
                )
            ),
            percent(one.weight),
            count(one.n_users),
            _stability(one.stability),
        )
        for one in found.archetypes
    ]
    heads = ["archetype", "stands out on (z)", "weight", "users", "stability"]
    return "## Kinds of users\n\n" + pipe_table(heads, rows, numbers=3)


def traits(results: Results) -> str:
    """The traits of a reader, or why there are none."""
    if not results.traits:
        why = "no reader was configured (`models.reader`)"
        if results.reading is not None:
            why = "no group of statements is shown by enough users and found again"
        return f"## Traits\n\nNone: {why}."
    rows = [
        (
            escape(trait.label.name + (" (avoids)" if trait.polarity == "avoids" else "")),
            escape(trait.label.condition or trait.situation),
            percent(trait.share),
            count(trait.n_users),
            _stability(trait.stability),
        )
        for trait in results.traits
    ]
    heads = ["trait", "when", "share of users", "users", "stability"]
    return "## Traits\n\n" + pipe_table(heads, rows, numbers=3)


def trust(results: Results) -> str:
    """Whether labels fit, what is held back, and what has changed."""
    said = [accuracy_sentence(one) for one in results.accuracy]
    said += [" ".join([k_users_sentence(results.k_users), k_users_warning(results.k_users)])]
    said += [left_sentence(left, results.k_users) for left in results.left]
    changed = [
        f"Since the last refresh, {one.kind} {one.what}: {count(len(one.lines))}"
        + (f" ({'; '.join(one.lines)})." if one.what != "kept" else ".")
        for one in changes_by_kind(results)
    ]
    said += changed or ["This is the first run of this workspace: nothing to compare with."]
    lines = "\n".join(f"- {escape(line.strip())}" for line in said)
    return f"## How far to trust the groups\n\n{lines}"


def cost(results: Results) -> str:
    """What models read and what that cost; empty without a model."""
    read, spent = results.reading, results.spent
    parts: list[str] = []
    if read is not None:
        parts.append(
            f"{escape(read.model)} read {counted(read.n_conversations, 'conversation')} in "
            f"{counted(read.n_calls, 'call')} ({count(read.n_failed)} without a usable answer): "
            f"{counted(read.n_accepted, 'statement')} kept, {count(read.n_ungrounded)} ungrounded, "
            f"{count(read.n_refused)} refused."
        )
    if spent:
        rows = [
            (
                escape(one.stage),
                escape(one.model),
                count(one.n_calls),
                count(one.n_cached),
                count(one.n_failed),
                count(one.prompt_tokens),
                count(one.completion_tokens),
                money(one.cost),
            )
            for one in spent
        ]
        heads = ["stage", "model", "calls", "from cache", "failed", "tokens in", "tokens out"]
        parts += [f"{spent_sentence(spent)}", pipe_table([*heads, "USD"], rows, numbers=6)]
    return "\n\n".join(["## Reading and cost", *parts]) if parts else ""


def _stability(value: float | None) -> str:
    return firmness(value) if value is None else f"{firmness(value)} ({number(value)})"


def moves(results: Results) -> str:
    """The follow-up moves."""
    rows = [
        (escape(move.label), percent(move.share), count(move.n_users), _stability(move.stability))
        for move in results.clusters.moves
    ]
    if not rows:
        return ""
    said = [silhouette_sentence(results.clusters), unlisted_sentence(results)]
    return "\n\n".join(
        [
            "## Follow-up moves",
            *([escape(" ".join(filter(None, said)))] if any(said) else []),
            pipe_table(["move", "share of follow-ups", "users", "stability"], rows, numbers=3),
        ]
    )
