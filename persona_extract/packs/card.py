"""The card of a pack: what is in it, from where, how it was made, and what it is not for."""

from __future__ import annotations

from persona_extract.records.pack import PackManifest

_MADE_UP = """
> **These people are made up.** The pack was extracted from a corpus that was written for this
> project. It shows what a pack looks like; it says nothing about real people.
"""


def card(manifest: PackManifest) -> str:
    """README.md of the pack, as Markdown."""
    return f"""# {manifest.name}

{manifest.n_profiles} executable behaviour profiles of users of LLM assistants, one per user, \
extracted from {manifest.n_conversations} conversations ({manifest.n_turns} user turns).
{_MADE_UP if manifest.made_up else ""}
| | |
|---|---|
| corpus | {"; ".join(manifest.corpora)} |
| revision | {"; ".join(manifest.revisions)} |
| licence of the corpus | {"; ".join(manifest.licences)} |
| profiles | {manifest.n_profiles} |
| directives | {manifest.n_directives} |
| dimensions | {len(manifest.population)} |
| kinds of follow-up turns | {len(manifest.moves)} |
| made by | {manifest.provenance.code}, encoder {manifest.provenance.encoder} |
| digest of the profiles | `{manifest.digest}` |

## Files
* `profiles.jsonl`: one profile a line (JSON Schema in `schema.json`).
* `manifest.json`: versions, digests, population quantiles per dimension, catalogue of moves.
* `SHA256SUMS`: checksums; `persona-extract pack validate FOLDER` checks them and everything else.

## What a profile says
Readings of each behaviour dimension with spread, n and percentile in this population; directives
(instructions to a user simulator) that hold on the user's own conversations, each with support,
evidence and a check that a program can run on simulated turns; rates of follow-up moves; a small
policy (lengths, patience, how it ends).

## Privacy
No text of a user is in this pack, and no phrase that fewer than three users wrote. User,
conversation and quote keys are HMACs under a secret that is not part of the pack: they cannot be
looked up. Whoever has the corpus itself can measure it again and match the numbers: a pack hides
what people wrote, not that somebody in a corpus they already have wrote like this.

## Use and misuse
For conditioning and evaluating user simulators. Not for identifying, profiling or judging real
persons, and not a sample of any population but the one named above.
"""
