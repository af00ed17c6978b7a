"""The prose of a card."""

from __future__ import annotations

from persona_extract.packs.statistics import RELIABLE, Statistics
from persona_extract.records.pack import PackManifest

MADE_UP = """\
> **These people are made up.** The pack was extracted from a corpus that was written for this
> project. It shows what a pack looks like; it says nothing about real people."""

IMPORTED = """\
> **These directives are somebody else's.** They were imported: nothing here was measured, so they
> have no support, no evidence and no check."""

DEMOGRAPHICS = """\
> **Warning: a model read age, gender, education, occupation and the like** from the conversations,
> or guessed them, and profiles hold them as `background`. They may be wrong, they may tell who
> somebody is, and nobody may be judged by them. Without `--with-demographics` none are read."""

SAYS = """\
A profile holds readings of each behaviour dimension with spread, n, reliability and percentile in
this population; directives (instructions to a user simulator) that hold on the user's own
conversations, each with support, evidence and a check that a program can run on simulated turns;
traits that a model read, if one did, with hashes of the quotes that show them; the archetype; rates
and sequences of follow-ups; and a policy in numbers (lengths, patience, pace, reactions, endings).

* `profiles.jsonl`: one profile a line, sorted by id (JSON Schema in `schema.json`).
* `manifest.json`: versions, digest, population quantiles per dimension, catalogue of moves, traits
  and archetypes.
* `croissant.json`: the same for machines, in the Croissant format.
* `SHA256SUMS`: checksums; `persona-extract pack validate FOLDER` checks them and all else."""

MISUSE = """\
For conditioning and evaluating user simulators, and for comparing how groups of users write. Not
for identifying, profiling, ranking or judging real persons, not for imitating a certain person, not
for deciding anything about anybody, and not a sample of any population but the one named above."""

_STAGES = """\
Conversations were curated (language, length, duplicates, what the corpus flags), personal data
masked, every user turn measured on every dimension, follow-ups and users clustered, and each user
compiled into a profile against the others. Each claim was then held against the turns that it cites
and left out where it did not hold."""


def said_of(manifest: PackManifest) -> str:
    """What the profiles were extracted from, to end a sentence with."""
    if manifest.imported:
        return ", imported from elsewhere"
    return (
        f", extracted from {manifest.n_conversations} conversations ({manifest.n_turns} user turns)"
    )


def how_made(manifest: PackManifest) -> str:
    """The stages, and the part that models had in them."""
    if manifest.imported:
        return "The profiles were written elsewhere and brought into this format."
    if manifest.provenance.models:
        return (
            f"{_STAGES} The models named above read the conversations or named what was found; "
            "what they said was kept only where its quotes stand in the conversations."
        )
    return f"{_STAGES} No language model had a part in it."


def how_to_use(manifest: PackManifest) -> str:
    """A few commands, and how to read it from Python."""
    return f"""\
```sh
persona-extract pack validate FOLDER       # is it whole, and does it hold together?
persona-extract pack show FOLDER           # what is in it
persona-extract pack brief FOLDER PROFILE  # what a simulator is told of one user
persona-extract pack export --help         # the formats of other simulators
```

```python
from datasets import load_dataset

profiles = load_dataset(
    "json", data_files="FOLDER/profiles.jsonl", split="train", chunksize=2**30
)
```

The directives of a profile are of three kinds with different fields; `datasets` gives every one all
fields, and null where a kind has none. It takes the fields from the first `chunksize` bytes, which
are to be all. `persona_extract.packs.read.read_pack(FOLDER)` checks the
pack and gives typed records. A copy from the Hugging Face hub that validates holds the files of the
pack and nothing else:

```python
from huggingface_hub import snapshot_download

snapshot_download(
    "OWNER/NAME",
    repo_type="dataset",
    revision="{manifest.version}",
    ignore_patterns=".gitattributes",
)
```"""


def limits(manifest: PackManifest, statistics: Statistics) -> str:
    """What the profiles do not know."""
    points = [
        "Levels are relative to the users of this pack: *high* is higher than three in four of "
        "them. Checks are absolute.",
        "Dimensions and directives are made for English.",
        "One corpus is one way of meeting an assistant, at one time and with certain assistants."
        if len(manifest.corpora) == 1
        else "Several corpora are mixed: differences between users may be those between corpora.",
        *_single(statistics),
        *_reliability(statistics),
        "A user is who the corpus says is one: several people behind one key are one profile.",
    ]
    if manifest.made_up:
        points.insert(0, "Nobody in it exists: no figure here is a finding about people.")
    return "\n".join(f"* {point}" for point in points)


def _single(statistics: Statistics) -> list[str]:
    if not statistics.n_single:
        return []
    some = statistics.n_single < statistics.n_profiles
    many = f"{statistics.n_single} of the {statistics.n_profiles}" if some else "All"
    return [
        f"{many} profiles rest on one conversation: "
        "what looks like a habit of the user may be one of the task."
    ]


def _reliability(statistics: Statistics) -> list[str]:
    if statistics.reliable is None:
        return ["Nothing was measured, so nothing is known about how reliable the directives are."]
    told = statistics.reliable_told
    rest = "" if told is None else f", and {told:.0%} of those that a directive rests on"
    return [
        f"{statistics.reliable:.0%} of the readings have a reliability of {RELIABLE} or more (the "
        f"share of their variance that is between users){rest}. The others mostly repeat the "
        "population."
    ]


def privacy(manifest: PackManifest) -> str:
    """What is and is not in there of the people."""
    no_text = (
        "Of what users wrote there are forms of turns in which only stock words are left"
        if manifest.examples
        else "No text of a user is in this pack"
    )
    demographics = (
        "It holds demographics (see the warning above)."
        if manifest.demographics
        else "No age, gender or other demographics were read."
    )
    return f"""\
{no_text}, no phrase that fewer than three users wrote, and no move, trait
or archetype that fewer than {manifest.k_users} users show. {demographics}

User, conversation and quote keys are HMACs under a secret that is not part of the pack: they cannot
be looked up. Whoever has the corpus itself can measure it again and match the numbers: a pack hides
what people wrote, not that somebody in a corpus they already have wrote like this. Whoever wants to
be taken out tells the maintainers of the pack; `persona-extract pack forget` removes a person and
proves it."""
