"""The card of a pack: what is in it, from where, how it was made, and what it is not for."""

from __future__ import annotations

import re
from collections.abc import Iterable

from persona_extract.records.catalogue import Archetype, Trait
from persona_extract.records.pack import PackManifest

_MADE_UP = """
> **These people are made up.** The pack was extracted from a corpus that was written for this
> project. It shows what a pack looks like; it says nothing about real people.
"""

_DEMOGRAPHICS = """
> **Warning: a model read age, gender, education, occupation and the like** from the conversations,
> or guessed them, and profiles hold them as `background`. They may be wrong, they may tell who
> somebody is, and nobody may be judged by them. Without `--with-demographics` none are read.
"""
_NO_DEMOGRAPHICS = "No age, gender or other demographics were read."


def card(manifest: PackManifest) -> str:
    """README.md of the pack, as Markdown."""
    return f"""# {manifest.name}

{manifest.n_profiles} executable behaviour profiles of users of LLM assistants, one per user, \
extracted from {manifest.n_conversations} conversations ({manifest.n_turns} user turns).
{_MADE_UP if manifest.made_up else ""}{_DEMOGRAPHICS if manifest.demographics else ""}
| | |
|---|---|
| corpus | {"; ".join(manifest.corpora)} |
| revision | {"; ".join(manifest.revisions)} |
| licence of the corpus | {"; ".join(manifest.licences)} |
| profiles | {manifest.n_profiles} |
| directives | {manifest.n_directives} |
| dimensions | {len(manifest.population)} |
| kinds of follow-up turns | {len(manifest.moves)} |
| traits | {len(manifest.traits)} |
| archetypes | {len(manifest.archetypes)} |
| users who show a move, trait or archetype | at least {manifest.k_users} |
| made by | {manifest.provenance.code}, encoder {manifest.provenance.encoder} |
| models | {_models(manifest)} |
| prompts | {_prompts(manifest)} |
| digest of the profiles | `{manifest.digest}` |
{_archetypes(manifest)}{_traits(manifest)}
## Files
* `profiles.jsonl`: one profile a line (JSON Schema in `schema.json`).
* `manifest.json`: versions, digests, population quantiles per dimension, catalogue of moves, \
traits and archetypes.
* `SHA256SUMS`: checksums; `persona-extract pack validate FOLDER` checks them and everything else.

## What a profile says
Readings of each behaviour dimension with spread, n and percentile in this population; directives
(instructions to a user simulator) that hold on the user's own conversations, each with support,
evidence and a check that a program can run on simulated turns; traits that a model read, with the
number of conversations that show them and hashes of quotes that stand where they are cited; the
archetype; rates of follow-up moves; a small policy (lengths, patience, how it ends).

## Privacy
No text of a user is in this pack, no phrase that fewer than three users wrote, and no move, trait
or archetype that fewer than {manifest.k_users} users show. {_privacy(manifest)}
User, conversation and quote keys are HMACs under a secret that is not part of the pack: they cannot
be looked up. Whoever has the corpus itself can measure it again and match the numbers: a pack hides
what people wrote, not that somebody in a corpus they already have wrote like this.

## Use and misuse
For conditioning and evaluating user simulators. Not for identifying, profiling or judging real
persons, and not a sample of any population but the one named above.
"""


def _archetypes(manifest: PackManifest) -> str:
    if not manifest.archetypes:
        return ""
    rows = (_archetype(one) for one in sorted(manifest.archetypes, key=lambda a: (-a.weight, a.id)))
    none = 1 - sum(one.weight for one in manifest.archetypes)
    return _table("Archetypes", "archetype | weight | users | stability", rows) + (
        f"\n{none:.0%} of the users belong to none.\n" if none >= 0.005 else ""
    )


def _archetype(one: Archetype) -> str:
    return f"{_cell(one.label.name)} | {one.weight:.1%} | {one.n_users} | {_stable(one.stability)}"


def _traits(manifest: PackManifest) -> str:
    if not manifest.traits:
        return ""
    rows = (_trait(one) for one in sorted(manifest.traits, key=lambda t: (-t.n_users, t.id)))
    return _table("Traits", "trait | users | share | stability", rows)


def _trait(one: Trait) -> str:
    name = _cell(one.label.name)
    return f"{name} | {one.n_users} | {one.share:.0%} | {_stable(one.stability)}"


def _table(title: str, head: str, rows: Iterable[str]) -> str:
    line = "|---" * (head.count("|") + 1) + "|"
    return (
        "\n".join(["", f"## {title}", f"| {head} |", line, *(f"| {row} |" for row in rows)]) + "\n"
    )


def _stable(stability: float | None) -> str:
    return "not measured" if stability is None else f"{stability:.2f}"


def _cell(text: str) -> str:
    """Text of a model in a table of Markdown: one cell, no markup."""
    return " ".join(re.sub(r"([\\`*_{}\[\]<>|#!])", r"\\\1", text).split())


def _models(manifest: PackManifest) -> str:
    models = manifest.provenance.models
    return "; ".join(f"{role}: {_cell(model)}" for role, model in models.items()) or "none"


def _prompts(manifest: PackManifest) -> str:
    return "; ".join(_cell(prompt) for prompt in manifest.provenance.prompts) or "none"


def _privacy(manifest: PackManifest) -> str:
    if manifest.demographics:
        return "It holds demographics (see the warning above)."
    return _NO_DEMOGRAPHICS
