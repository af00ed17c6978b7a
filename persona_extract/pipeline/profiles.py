"""compile and ground: readings, traits and moves -> profiles, and of those what holds on its
evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import orjson
import polars as pl

from persona_extract import __version__
from persona_extract.dimensions import dimensions_digest
from persona_extract.pipeline.cluster import clustering
from persona_extract.pipeline.job import FOLDERS, Job, add_up
from persona_extract.pipeline.label import catalogue, label_prompts
from persona_extract.pipeline.measure import turn_schema
from persona_extract.pipeline.models import COST, UNKNOWN_COST
from persona_extract.pipeline.read import read_prompts
from persona_extract.pipeline.steps import Steps
from persona_extract.profile.compile import Part, compile_profiles
from persona_extract.profile.ground import ground
from persona_extract.profile.seen import Seen
from persona_extract.profile.standing import standings
from persona_extract.records.catalogue import Catalogue
from persona_extract.records.fields import DIGITS
from persona_extract.records.models import Role
from persona_extract.records.profile import Profile, Provenance
from persona_extract.records.settings import Settings
from persona_extract.records.tables import (
    CONVERSATIONS,
    DEMOGRAPHICS,
    MOVES,
    STATEMENTS,
    TRAIT_MEMBERS,
    TRAIT_SUPPORT,
    TURNS,
    USER_ARCHETYPES,
    USER_READINGS,
    Schema,
    empty,
)
from persona_extract.store.atomic import read_table, write_pieces
from persona_extract.store.workspace import Counts
from persona_extract.text import content_hash

FEW_USERS = 10
"""Users below which a run says that there is little to compare with."""

_ROLES: tuple[Role, ...] = ("reader", "labeler")
_UNGROUNDED = {"directive": "ungrounded", "trait": "ungrounded traits"}


def compile_users(job: Job, steps: Steps) -> Counts:
    """Compiles a profile per user."""
    counts = add_up(steps.each("compile", compile_part, job, job.parts()))
    if counts["profiles"] < FEW_USERS:
        steps.say(
            f"only {counts['profiles']} users: levels and directives are relative to the users of "
            "the run, and few of them give few directives or none"
        )
    return counts


def ground_users(job: Job, steps: Steps) -> Counts:
    """Keeps of every profile what holds on its own evidence."""
    return add_up(steps.each("ground", ground_part, job, job.parts()))


def compile_part(job: Job, part: str) -> Counts:
    """Compiles the users of one part against the whole population."""
    turns = job.table("curate", "turns", part, TURNS)
    population = job.tables("measure", "users", USER_READINGS)
    mine = population.join(turns.select("user_key").unique(), on="user_key", how="semi")
    found = catalogue(job)
    profiles = compile_profiles(
        Part(
            conversations=job.table("curate", "conversations", part, CONVERSATIONS),
            turns=turns,
            readings=job.table("measure", "turns", part, turn_schema()),
            standings=standings(mine, population),
            moves=_rows(job.folder("cluster") / "moves" / f"{part}.parquet", MOVES),
            seen=_seen(job, part, found),
        ),
        {move.id: move.label.name for move in found.moves},
        job.settings.profile,
        provenance(job),
        job.quote_key(),
    )
    write_profiles(job.folder("compile") / f"{part}.jsonl", profiles)
    return _counted(profiles)


def ground_part(job: Job, part: str) -> Counts:
    """Grounds the profiles of one part."""
    turns = job.table("curate", "turns", part, TURNS)
    readings = job.table("measure", "turns", part, turn_schema())
    by_user = {
        str(key[0]): rows for key, rows in readings.partition_by("user_key", as_dict=True).items()
    }
    texts = {
        str(key[0]): rows for key, rows in turns.partition_by("user_key", as_dict=True).items()
    }
    kept: list[Profile] = []
    refused: Counter[str] = Counter()
    quote_key = job.quote_key()
    for profile in read_profiles(job.folder("compile") / f"{part}.jsonl"):
        user = profile.source.user_key
        grounded, ungrounded = ground(profile, texts[user], by_user[user], quote_key)
        kept.append(grounded)
        refused.update(f"{_UNGROUNDED[claim.kind]}: {claim.reason}" for claim in ungrounded)
        refused.update(_UNGROUNDED[claim.kind] for claim in ungrounded)
    write_profiles(job.folder("ground") / f"{part}.jsonl", kept)
    return {**_counted(kept), **dict.fromkeys(_UNGROUNDED.values(), 0), **refused}


def grounded_profiles(job: Job) -> Iterator[Profile]:
    """All grounded profiles of a run, one after the other."""
    for file in sorted(job.folder("ground").glob("*.jsonl")):
        yield from read_profiles(file)


def provenance(job: Job) -> Provenance:
    """What makes the profiles of this run."""
    settings = job.settings.models
    chosen = {role: settings.of(role).model for role in _ROLES}
    return Provenance(
        code=f"persona_extract {__version__}",
        dimensions=dimensions_digest(),
        encoder=clustering(job).encoder,
        settings=content_hash(repr(profile_settings(job.settings))),
        seed=job.settings.seed,
        models={role: model for role, model in chosen.items() if model},
        prompts=sorted([*read_prompts(job.settings), *label_prompts(job.settings)]),
        cost_usd=_cost(job),
    )


def _cost(job: Job) -> float | None:
    """What the answers of the reader and the labeler cost; None if a price is unknown."""
    counts = [job.workspace.counts(FOLDERS[stage]) for stage in ("read", "label")]
    if any(one.get(UNKNOWN_COST) for one in counts):
        return None
    return round(sum(one.get(COST, 0) for one in counts) / 1e6, DIGITS)


def with_demographics(settings: Settings) -> bool:
    """Whether age, gender and the like were asked for, and somebody was there to read them."""
    return settings.read.demographics and settings.models.outcome("reader") is not None


def profile_settings(settings: Settings) -> tuple[object, ...]:
    """The settings on which a profile depends; what a reader is shown only where there is one."""
    models = tuple(settings.models.outcome(role) for role in _ROLES)
    made = settings.pull, settings.curate, settings.cluster, settings.profile, settings.seed
    return *made, models, settings.read if models[0] else None


def write_profiles(path: Path, profiles: Iterable[Profile]) -> None:
    """Writes profiles as JSON lines."""
    write_pieces(path, (orjson.dumps(p.model_dump(mode="json")) + b"\n" for p in profiles))


def read_profiles(path: Path) -> Iterator[Profile]:
    """Reads what `write_profiles` wrote, one after the other."""
    with path.open("rb") as file:
        yield from map(Profile.model_validate_json, file)


def _counted(profiles: list[Profile]) -> Counts:
    return {
        "profiles": len(profiles),
        "directives": sum(len(profile.directives) for profile in profiles),
        "traits": sum(len(profile.traits) for profile in profiles),
    }


def _seen(job: Job, part: str, found: Catalogue) -> Seen:
    """What the reader saw of the users of a part: nothing without one. Archetypes need none."""
    read, traits = job.folder("read"), job.folder("cluster") / "traits"
    asked = with_demographics(job.settings)
    background = read / "demographics" / f"{part}.parquet"
    return Seen(
        traits=tuple(found.traits),
        archetypes=tuple(found.archetypes),
        support=_rows(traits / "support" / f"{part}.parquet", TRAIT_SUPPORT),
        members=_rows(traits / "members.parquet", TRAIT_MEMBERS),
        statements=_rows(read / "statements" / f"{part}.parquet", STATEMENTS),
        kinds=_rows(job.folder("cluster") / "archetypes" / "users.parquet", USER_ARCHETYPES),
        demographics=_rows(background, DEMOGRAPHICS) if asked else empty(DEMOGRAPHICS),
    )


def _rows(path: Path, schema: Schema) -> pl.DataFrame:
    """A table that a stage writes only where there is something to write."""
    return read_table(path, schema) if path.is_file() else empty(schema)
