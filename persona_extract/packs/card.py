"""The card of a pack: what is in it, from where, how it was made, and what it is not for."""

from __future__ import annotations

from collections.abc import Iterator

from persona_extract.packs.card_metadata import Metadata, front_matter, metadata
from persona_extract.packs.card_words import (
    DEMOGRAPHICS,
    IMPORTED,
    MADE_UP,
    MISUSE,
    SAYS,
    how_made,
    how_to_use,
    limits,
    privacy,
    said_of,
)
from persona_extract.packs.headlines import Distribution, distributions
from persona_extract.packs.markdown import cell, cells, section, table
from persona_extract.packs.statistics import Spread, Statistics
from persona_extract.records.catalogue import Archetype, Move, Trait
from persona_extract.records.fields import Record
from persona_extract.records.pack import PackManifest

MOST_MOVES = 12
"""Kinds of follow-ups that the card lists; the manifest lists all."""


class PackCard(Record):
    """What `pack card --json` prints: the figures behind the card, and its front matter."""

    name: str
    version: str
    digest: str
    made_up: bool
    corpora: list[str]
    revisions: list[str]
    licences: list[str]
    attribution: list[str]
    k_users: int
    n_moves: int
    n_traits: int
    n_archetypes: int
    metadata: Metadata
    statistics: Statistics
    dimensions: list[Distribution]


def card_data(manifest: PackManifest, statistics: Statistics) -> PackCard:
    """The card as data."""
    return PackCard(
        **manifest.model_dump(
            include={"name", "version", "digest", "made_up", "corpora", "revisions", "licences"}
        ),
        attribution=manifest.attribution,
        k_users=manifest.k_users,
        n_moves=len(manifest.moves),
        n_traits=len(manifest.traits),
        n_archetypes=len(manifest.archetypes),
        metadata=metadata(manifest),
        statistics=statistics,
        dimensions=list(distributions(manifest)),
    )


def card(manifest: PackManifest, statistics: Statistics) -> str:
    """README.md of the pack: front matter of the Hugging Face hub, then Markdown."""
    warnings = [
        *([MADE_UP] if manifest.made_up else []),
        *([IMPORTED] if manifest.imported else []),
        *([DEMOGRAPHICS] if manifest.demographics else []),
    ]
    opening = (
        f"{manifest.n_profiles} executable behaviour profiles of users of LLM assistants, one per "
        f"user{said_of(manifest)}."
    )
    credits = "\n".join(f"* {cell(line)}" for line in manifest.attribution)
    parts = [
        front_matter(metadata(manifest)),
        "\n\n".join([f"# {cell(manifest.name)}", opening, *warnings]) + "\n",
        section("What is in it", table("what | how much", _contents(manifest)), SAYS),
        section("From where", table("of the corpus | is", _source(manifest))),
        section("Licence and attribution", _LICENCE, credits),
        section("How it was made", table("by | what", _made(manifest)), how_made(manifest)),
        section("Statistics", table("of a profile | least, median, most", _figures(statistics))),
        section("How the users differ", *_differences(manifest)),
        section("Archetypes", table(_ARCHETYPES, _archetypes(manifest)), _none(manifest)),
        section("Traits", table("trait | users | share | stability", _traits(manifest))),
        section("Follow-ups", table("kind | users | share | stability", _moves(manifest))),
        section("How to use it", how_to_use(manifest)),
        section("Limits", limits(manifest, statistics)),
        section("Privacy", privacy(manifest)),
        section("Intended use and misuse", MISUSE),
        section("Version", _version(manifest)),
    ]
    return "\n".join(part for part in parts if part)


_LICENCE = (
    "A pack is a work derived from the corpus: its licence holds for the pack too. Keep these\n"
    "lines with it and with what is made from it."
)
_TENTHS = "One user in ten lies below the 10 % column, one in ten above the 90 % column."
_QUANTILES = "dimension | what | users | 10 % | median | 90 %"
_ARCHETYPES = "archetype | weight | users | stability"


def _contents(manifest: PackManifest) -> Iterator[str]:
    yield f"profiles | {manifest.n_profiles}"
    yield f"directives | {manifest.n_directives}"
    yield f"dimensions | {len(manifest.population)}"
    yield f"kinds of follow-up turns | {len(manifest.moves)}"
    yield f"traits | {len(manifest.traits)}"
    yield f"archetypes | {len(manifest.archetypes)}"
    yield f"users who show a move, trait or archetype | at least {manifest.k_users}"
    yield f"scrubbed examples of turns | {'yes' if manifest.examples else 'none'}"


def _source(manifest: PackManifest) -> Iterator[str]:
    yield f"name | {cells(manifest.corpora)}"
    yield f"revision | {cells(manifest.revisions)}"
    yield f"licence | {cells(manifest.licences)}"


def _made(manifest: PackManifest) -> Iterator[str]:
    made = manifest.provenance
    cost = "unknown: a price is not listed" if made.cost_usd is None else f"{made.cost_usd:.2f} USD"
    yield f"program | {cell(made.code)}, encoder {cell(made.encoder)}, seed {made.seed}"
    yield f"models | {cells(f'{role}: {model}' for role, model in made.models.items())}"
    yield f"prompts | {cells(made.prompts)}"
    yield f"cost of the models' answers | {cost}"
    yield f"digest of dimensions, settings | `{cell(made.dimensions)}`, `{cell(made.settings)}`"


def _figures(statistics: Statistics) -> Iterator[str]:
    yield f"conversations | {_three(statistics.conversations)}"
    yield f"user turns | {_three(statistics.turns)}"
    yield f"directives | {_three(statistics.directives)}"
    kinds = ", ".join(f"{n} {kind}" for kind, n in statistics.kinds.items())
    yield f"directives in all | {kinds or 'none'}"
    single = statistics.n_single / statistics.n_profiles
    yield f"resting on one conversation | {statistics.n_single} ({single:.0%})"
    yield f"without any directive | {statistics.n_without_directive}"
    if statistics.first and statistics.last:
        yield f"days | {statistics.first} to {statistics.last}"


def _three(spread: Spread) -> str:
    return f"{spread.least}, {spread.median}, {spread.most}"


def _differences(manifest: PackManifest) -> list[str]:
    rows = list(_distributed(manifest))
    return [_TENTHS, table(_QUANTILES, rows)] if rows else []


def _distributed(manifest: PackManifest) -> Iterator[str]:
    for one in distributions(manifest):
        form = "{:.0%}" if one.share else "{:.1f}"
        values = " | ".join(form.format(value) for value in (one.q10, one.q50, one.q90))
        yield f"`{one.dimension}` | {one.title} | {one.n_users} | {values}"


def _archetypes(manifest: PackManifest) -> Iterator[str]:
    for one in sorted(manifest.archetypes, key=lambda a: (-a.weight, a.id)):
        yield f"{cell(one.label.name)} | {one.weight:.1%} | {one.n_users} | {_stable(one)}"


def _none(manifest: PackManifest) -> str:
    if not manifest.archetypes:
        return ""
    none = 1 - sum(one.weight for one in manifest.archetypes)
    return f"{none:.0%} of the users belong to none." if none >= 0.005 else ""


def _traits(manifest: PackManifest) -> Iterator[str]:
    for one in sorted(manifest.traits, key=lambda t: (-t.n_users, t.id)):
        yield f"{cell(one.label.name)} | {one.n_users} | {one.share:.0%} | {_stable(one)}"


def _moves(manifest: PackManifest) -> Iterator[str]:
    for one in sorted(manifest.moves, key=lambda m: (-m.n_turns, m.id))[:MOST_MOVES]:
        yield f"{cell(one.label.name)} | {one.n_users} | {one.share:.1%} | {_stable(one)}"
    if (more := len(manifest.moves) - MOST_MOVES) > 0:
        yield f"{more} more in `manifest.json` | | |"


def _stable(one: Archetype | Trait | Move) -> str:
    return "not measured" if one.stability is None else f"{one.stability:.2f}"


def _version(manifest: PackManifest) -> str:
    return (
        f"Version {manifest.version} of this pack, in pack format {manifest.pack_version}. Digest "
        f"of `profiles.jsonl`: `{manifest.digest}`. A refresh raises the version; "
        "`persona-extract pack diff` says what changed."
    )
