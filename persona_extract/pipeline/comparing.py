"""simulate and compare: held-out conversations played under every arm, and how near they come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

import polars as pl

from persona_extract import __version__
from persona_extract.dialogue import converse, echo
from persona_extract.dimensions.read import (
    TURN_KEYS,
    pool_conversations,
    pool_users,
    turn_readings,
)
from persona_extract.errors import TooFewUsers
from persona_extract.fidelity.arms import ARMS, Played, play_arms
from persona_extract.fidelity.cases import Case, cases, drawn_from
from persona_extract.fidelity.compare import compare_arms
from persona_extract.fidelity.identity import identity, repeated
from persona_extract.pipeline.job import Job
from persona_extract.pipeline.measure import turn_schema
from persona_extract.pipeline.profiles import dimensions_digest, write_profiles
from persona_extract.pipeline.steps import Steps
from persona_extract.profile.compile import Part, compile_profiles
from persona_extract.profile.standing import standings
from persona_extract.records.fields import Record
from persona_extract.records.profile import Profile, Provenance
from persona_extract.records.results import IdentityResult, Stratum
from persona_extract.records.scenario import Scenario, Transcript
from persona_extract.records.tables import (
    CONVERSATIONS,
    MOVES,
    READINGS,
    TURNS,
    USER_READINGS,
    empty,
)
from persona_extract.simulators import find_simulator
from persona_extract.store.atomic import write_bytes, write_json
from persona_extract.store.workspace import Counts
from persona_extract.text import content_hash

SIMULATOR = "agenda"
_READ_BY_IDENTITY = ("user_key", "conversation_id", "turn", "text")

IDENTITY_NOTE = (
    "Each conversation is left out in turn; all users are ranked by how well their profile's "
    "readings predict it."
)
NO_ARMS_NOTE = (
    "The arms could not be compared: no two users have material to hold out (two conversations, "
    "or one of at least six user turns), or what there is shares no dimension on which people "
    "differ."
)
ARMS_NOTE = (
    "Simulated by the model-free agenda simulator against the built-in echo assistant. The "
    "profile of a case never saw the held-out turns."
)


class Compared(Record):
    """What the compare stage found: `compared.json`."""

    identity: IdentityResult | None
    identity_note: str
    strata: list[Stratum]
    arms_note: str


def simulate(job: Job, steps: Steps) -> Counts:
    """Plays every case under every arm."""
    return steps.once("simulate", simulate_all, job)


def compare(job: Job, steps: Steps) -> Counts:
    """Compares the arms with the real people, and measures identity."""
    return steps.once("compare", compare_all, job)


def simulate_all(job: Job) -> Counts:
    """Writes the transcripts, and the scenario and the profile of each case."""
    drawn, seed = _cases(job), job.settings.seed
    profiles = case_profiles(job, drawn)
    play = partial(converse, find_simulator(SIMULATOR), assistant=echo)
    played = play_arms(drawn, profiles, play, job.settings.simulate, seed=seed)
    folder = job.folder("simulate")
    lines = [one.transcript.model_dump_json() + "\n" for one in played]
    write_bytes(folder / "transcripts.jsonl", "".join(lines).encode())
    scenarios = [case.scenario.model_dump_json() + "\n" for case in drawn]
    write_bytes(folder / "scenarios.jsonl", "".join(scenarios).encode())
    write_profiles(folder / "case_profiles.jsonl", [profiles[case.id] for case in drawn])
    return {"cases": len(drawn), "transcripts": len(played)}


def compare_all(job: Job) -> Counts:
    """Writes identity and arms."""
    played = _played(job)
    strata = _strata(job, played) if played else ()
    found, note = _identity(job)
    compared = Compared(
        identity=found,
        identity_note=note,
        strata=list(strata),
        arms_note=ARMS_NOTE if strata else NO_ARMS_NOTE,
    )
    write_json(job.folder("compare") / "compared.json", compared.model_dump(mode="json"))
    return {"strata": len(strata), "cases": sum(stratum.n_cases for stratum in strata)}


def compared(job: Job) -> Compared:
    """What the compare stage of a run found."""
    path = job.folder("compare") / "compared.json"
    return Compared.model_validate_json(path.read_bytes())


def case_profiles(job: Job, drawn: tuple[Case, ...]) -> dict[str, Profile]:
    """Case id -> a profile of the case's user from the case's evidence alone.

    The population it is compared with leaves the user out, so that nothing of the held-out turns
    reaches the profile.
    """
    if not drawn:
        return {}
    keys = {case.id: content_hash("case", case.id) for case in drawn}
    evidence = _renamed(drawn, keys)
    mine = _readings(job, drawn, keys)
    profiles = compile_profiles(
        Part(
            conversations=_conversations(job, drawn, evidence),
            turns=evidence,
            readings=mine,
            standings=_standings(job, drawn, keys, mine),
            moves=empty(MOVES),
        ),
        {},
        job.settings.profile,
        _provenance(job),
        job.quote_key(),
    )
    by_key = {profile.source.user_key: profile for profile in profiles}
    return {case: by_key[key] for case, key in keys.items()}


def _provenance(job: Job) -> Provenance:
    """As of the profiles of a pack, but of that alone which the stage depends on."""
    settings = job.settings
    return Provenance(
        code=f"persona_extract {__version__}",
        dimensions=dimensions_digest(),
        encoder="none",
        settings=content_hash(repr((settings.simulate, settings.profile, settings.seed))),
    )


def _cases(job: Job, scenarios: dict[str, Scenario] | None = None) -> tuple[Case, ...]:
    settings, seed = job.settings.simulate, job.settings.seed
    everybody = job.tables("measure", "users", USER_READINGS, columns=["user_key"])["user_key"]
    users = drawn_from(everybody, settings, seed=seed)
    turns = job.tables("curate", "turns", TURNS, users=users)
    return cases(turns, settings, seed=seed, scenarios=scenarios)


def _users(drawn: Iterable[Case]) -> pl.Series:
    return pl.Series("user_key", sorted({case.user_key for case in drawn}), pl.String)


def _played(job: Job) -> list[Played]:
    """The played cases again: they follow from turns, settings and seed; what was made of them is
    read."""
    folder = job.folder("simulate")
    lines = (folder / "scenarios.jsonl").read_bytes().splitlines()
    written = [Scenario.model_validate_json(line) for line in lines]
    drawn = _cases(job, {scenario.id: scenario for scenario in written})
    lines = (folder / "transcripts.jsonl").read_bytes().splitlines()
    said = iter([Transcript.model_validate_json(line) for line in lines])
    return [Played(case, arm, next(said)) for case in drawn for arm in ARMS]


def _renamed(drawn: tuple[Case, ...], keys: dict[str, str]) -> pl.DataFrame:
    """Evidence turns of all cases, each case a user of its own."""
    turns = [case.evidence.with_columns(user_key=pl.lit(keys[case.id])) for case in drawn]
    return pl.concat(turns).sort("user_key", "conversation_id", "turn")


def _readings(job: Job, drawn: tuple[Case, ...], keys: dict[str, str]) -> pl.DataFrame:
    """Turn readings of the evidence. Those of whole conversations are there already; halves are
    read anew, for how long a conversation is would tell of its other half."""
    whole = tuple(case for case in drawn if case.heard is None)
    halves = tuple(case for case in drawn if case.heard is not None)
    read = [turn_readings(_renamed(halves, keys))] if halves else []
    if whole:
        theirs = job.tables("measure", "turns", turn_schema(), users=_users(whole))
        at = _renamed(whole, keys).select(TURN_KEYS)
        found = at.join(
            theirs.drop("user_key"), on=["conversation_id", "turn"], maintain_order="left"
        )
        read.append(found.select(list(turn_schema())))
    return pl.concat(read).sort(TURN_KEYS)


def _conversations(job: Job, drawn: Iterable[Case], evidence: pl.DataFrame) -> pl.DataFrame:
    pairs = evidence.select("user_key", "conversation_id").unique(maintain_order=True)
    theirs = job.tables("curate", "conversations", CONVERSATIONS, users=_users(drawn))
    return pairs.join(theirs.drop("user_key"), on="conversation_id", maintain_order="left").select(
        list(CONVERSATIONS)
    )


def _standings(
    job: Job, drawn: tuple[Case, ...], keys: dict[str, str], mine: pl.DataFrame
) -> pl.DataFrame:
    population = job.tables("measure", "users", USER_READINGS)
    subjects = pool_users(pool_conversations(mine))
    owner = pl.DataFrame(
        {"user_key": [keys[c.id] for c in drawn], "owner": [c.user_key for c in drawn]}
    )
    return standings(subjects, population, owner)


def _strata(job: Job, played: Sequence[Played]) -> tuple[Stratum, ...]:
    mine = _users(one.case for one in played)
    readings = job.tables("measure", "turns", turn_schema(), users=mine)
    everybody = job.tables("measure", "users", USER_READINGS)
    return compare_arms(played, readings, seed=job.settings.seed, users=everybody)


def _identity(job: Job) -> tuple[IdentityResult | None, str]:
    readings, seed = job.tables("measure", "conversations", READINGS), job.settings.seed
    try:
        chosen, n_users = repeated(readings, seed=seed)
    except TooFewUsers as error:
        return None, str(error)
    turns = job.tables(
        "curate", "turns", TURNS, columns=_READ_BY_IDENTITY, users=chosen["user_key"].unique()
    )
    found = identity(readings, turns, seed=seed)
    note = IDENTITY_NOTE
    if n_users > found.n_users:
        note += f" A seeded sample of {found.n_users:,} of the {n_users:,} users who could be."
    return IdentityResult.model_validate(found, from_attributes=True), note
