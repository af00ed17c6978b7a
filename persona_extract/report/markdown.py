"""The results in a page of Markdown: for a terminal, a pull request or a run's artifact."""

from __future__ import annotations

import re

from persona_extract.records.results import Results, Stratum
from persona_extract.report.plain import short_source
from persona_extract.report.words import (
    EVIDENCE,
    area,
    area_interval,
    attribution_sentence,
    baseline,
    contrast_sentence,
    count,
    counted,
    encoder_line,
    few,
    identity_sentence,
    interval,
    part,
    percent,
    sentence,
    silhouette_sentence,
    withheld,
)

_MARKUP = re.compile(r"([\\`*_\[\]<>|#~&!])")


def markdown_summary(results: Results) -> str:
    """Headline numbers, drops, identity, arms and moves. Text of the results is escaped."""
    parts = [
        _head(results),
        _dropped(results),
        _identity(results),
        *[_stratum(stratum) for stratum in results.strata],
        *([] if results.strata else [_unplayed(results)]),
        _moves(results),
    ]
    return "\n\n".join(text for text in parts if text) + "\n"


def escape(text: str) -> str:
    """Text on one line, with nothing in it that Markdown or HTML would take for markup."""
    return (
        _MARKUP.sub(r"\\\1", " ".join(text.split())).replace("\\<", "&lt;").replace("\\&", "&amp;")
    )


def _head(results: Results) -> str:
    lines = [f"# {escape(results.title)}", ""]
    if results.made_up:
        lines += ["**These people are made up.** Nothing here is about real people.", ""]
    kept = f"{count(results.n_kept)} ({part(results.n_kept, results.n_conversations)})"
    rows = [
        ("source", escape(short_source(results.source))),
        ("corpus", escape(", ".join(results.corpora)) or "not stated"),
        ("licence", escape(", ".join(results.licences)) or "not stated"),
        ("conversations read", count(results.n_conversations)),
        ("kept", kept),
        ("user turns kept", count(results.n_turns)),
        ("users", count(results.n_users)),
        ("profiles", count(results.n_profiles)),
        (
            "directives",
            f"{count(results.n_directives)} ({withheld(results.n_directives_withheld)})",
        ),
        ("encoder", escape(encoder_line(results.clusters))),
    ]
    return "\n".join(lines) + "\n" + _table(["", ""], rows)


def _dropped(results: Results) -> str:
    if not results.dropped:
        return ""
    rows = [
        (escape(drop.reason), escape(drop.meaning), count(drop.n))
        for drop in sorted(results.dropped, key=lambda drop: (-drop.n, drop.reason))
    ]
    return "## What was left out\n\n" + _table(["reason", "meaning", "dropped"], rows, numbers=1)


def _identity(results: Results) -> str:
    found = results.identity
    text = f"## Is a profile about its person?\n\n{escape(identity_sentence(results))}"
    if found is None:
        return text
    scores = {"profile": found, **{baseline(k): v for k, v in found.baselines.items()}}
    rows = [
        (
            escape(name),
            area(score.auc),
            f"{area(score.auc_low)} to {area(score.auc_high)}",
            percent(score.top1),
        )
        for name, score in scores.items()
    ]
    return f"{text}\n\n" + _table(
        ["told apart by", "AUC", "95% interval", "top 1"], rows, numbers=3
    )


def _stratum(stratum: Stratum) -> str:
    rows = [
        (escape(a.arm), interval(a.distance), area_interval(a.attribution), interval(a.formal))
        for a in stratum.arms
    ]
    said = [contrast_sentence(c) for c in stratum.contrasts]
    traced = [attribution_sentence(c) for c in stratum.contrasts]
    lines = [f"- Distance, {escape(text)}" for text in said]
    lines += [f"- Attribution, {escape(text)}" for text in traced if text]
    return "\n\n".join(
        [
            f"## Simulated against real: users with {stratum.name}",
            f"{counted(stratum.n_cases, 'case')} of {counted(stratum.n_users, 'user')}."
            f"{few(stratum.n_users)} Distance is measured on the dimensions that the simulator is "
            f"built from (consistent, not independent evidence). {EVIDENCE}",
            _table(["arm", "distance", "attribution (AUC)", "formal side"], rows, numbers=3),
            *(["\n".join(lines)] if lines else []),
        ]
    )


def _unplayed(results: Results) -> str:
    return f"## Simulated against real\n\nNot measured. {escape(sentence(results.arms_note))}"


def _moves(results: Results) -> str:
    rows = [
        (escape(move.label), percent(move.share), count(move.n_users))
        for move in results.clusters.moves
    ]
    if not rows:
        return ""
    said = silhouette_sentence(results.clusters)
    return "\n\n".join(
        [
            "## Follow-up moves",
            *([said] if said else []),
            _table(["move", "share", "users"], rows, numbers=2),
        ]
    )


def _table(heads: list[str], rows: list[tuple[str, ...]], numbers: int = 0) -> str:
    """A pipe table whose last `numbers` columns are aligned to the right."""
    rule = ["---"] * (len(heads) - numbers) + ["---:"] * numbers
    return "\n".join("| " + " | ".join(row) + " |" for row in [heads, rule, *rows])
