"""The results in a page of Markdown: for a terminal, a pull request or a run's artifact."""

from __future__ import annotations

from persona_extract.records.results import Results, Stratum
from persona_extract.report import markdown_groups as groups
from persona_extract.report.found import (
    in_no_archetype,
    planted_sentence,
)
from persona_extract.report.markup import escape, pipe_table
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
    withheld,
)


def markdown_summary(results: Results) -> str:
    """Headline numbers, drops, groups, identity, arms and cost. Text of the results is escaped."""
    parts = [
        _head(results),
        _dropped(results),
        groups.archetypes(results),
        groups.traits(results),
        groups.moves(results),
        groups.trust(results),
        _identity(results),
        *[_stratum(stratum) for stratum in results.strata],
        *([] if results.strata else [_unplayed(results)]),
        groups.cost(results),
    ]
    return "\n\n".join(text for text in parts if text) + "\n"


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
        ("archetypes", _count_archetypes(results)),
        ("traits", count(len(results.traits)) if results.traits else "none"),
        ("encoder", escape(encoder_line(results.clusters))),
    ]
    if results.planted is not None:
        lines += [planted_sentence(results.planted), ""]
    return "\n".join(lines) + "\n" + pipe_table(["", ""], rows)


def _dropped(results: Results) -> str:
    if not results.dropped:
        return ""
    rows = [
        (escape(drop.reason), escape(drop.meaning), count(drop.n))
        for drop in sorted(results.dropped, key=lambda drop: (-drop.n, drop.reason))
    ]
    return "## What was left out\n\n" + pipe_table(
        ["reason", "meaning", "dropped"], rows, numbers=1
    )


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
    return f"{text}\n\n" + pipe_table(
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
            pipe_table(["arm", "distance", "attribution (AUC)", "formal side"], rows, numbers=3),
            *(["\n".join(lines)] if lines else []),
        ]
    )


def _unplayed(results: Results) -> str:
    return f"## Simulated against real\n\nNot measured. {escape(sentence(results.arms_note))}"


def _count_archetypes(results: Results) -> str:
    found = results.archetypes.archetypes
    if not found:
        return "none"
    return (
        f"{count(len(found))} ({part(in_no_archetype(results), results.n_users)} of users in none)"
    )
