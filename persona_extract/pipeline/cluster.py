"""cluster: follow-up turns -> moves, statements -> traits, users -> archetypes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar

import polars as pl

from persona_extract.encoders import Chosen, open_encoder
from persona_extract.encoders.protocol import Encoder
from persona_extract.pipeline.archetypes import (
    find_archetypes,
    kinds_of_users,
    remembered_users,
    write_archetypes,
)
from persona_extract.pipeline.job import Job
from persona_extract.pipeline.remember import (
    known_as,
    lent_by,
    match_last,
    remember,
    with_clusters,
    write_changes,
)
from persona_extract.pipeline.steps import Steps
from persona_extract.records.catalogue import Left
from persona_extract.records.fields import Record
from persona_extract.records.tables import (
    CONVERSATIONS,
    MOVES,
    READ,
    STATEMENTS,
    TRAIT_MEMBERS,
    TRAIT_SUPPORT,
    TURNS,
    Schema,
)
from persona_extract.store.atomic import write_json, write_table
from persona_extract.store.embeddings import Kept
from persona_extract.store.workspace import Counts
from persona_extract.text import salted_key
from persona_extract.traits.cluster import MAP, MEMBERS, UNLISTED, Clusters, cluster_moves
from persona_extract.traits.few_users import k_users, warning
from persona_extract.traits.groups import Groups
from persona_extract.traits.memory import Matching, Remembered
from persona_extract.traits.moves import follow_ups
from persona_extract.traits.themes import StatementClusters, cluster_statements, trait_support

CENTROIDS: Schema = {
    "id": pl.String(),
    "kind": pl.String(),  # "move" or "trait"
    "vector": pl.List(pl.Float32()),
}
"""Centres in the encoder's space. Those of two runs can be compared only under the same encoder,
and only if its vectors depend on the text alone (`Clustering.per_text`)."""


class TraitSearch(Record):
    """How the statements of one polarity were clustered."""

    polarity: str
    criterion: list[tuple[int, float]]
    silhouette: float | None
    stability: float | None


class Clustering(Record):
    """How moves and traits were found: `clustering.json` of the stage.

    Attributes:
        per_text: the encoder's vectors depend on the text alone.
        criterion: of the moves, (number of clusters, bits told) of each number tried.
        chosen: of the moves, the number taken, before anything was merged or dropped.
        silhouette: of the moves, of the number chosen.
        stability: of the moves, mean adjusted Rand index over bootstrap samples of users.
        traits: the same of the statements, by polarity.
        stabilities: of each move and trait, mean Jaccard (Hennig 2007).
        nearest: of each move and trait, the other one with the most similar centroid.
        k_users: users that a move, trait or archetype needs to be listed.
        left: what was merged or is not listed.
        n_users: of the corpus.
        n_follow_ups: follow-ups clustered, those of no listed move included.
        n_statements: the same of statements.
    """

    encoder: str
    encoder_line: str
    per_text: bool
    criterion: list[tuple[int, float]]
    chosen: int | None = None
    silhouette: float | None
    stability: float | None
    traits: list[TraitSearch]
    stabilities: dict[str, float | None]
    nearest: dict[str, str | None]
    k_users: int
    left: list[Left]
    n_users: int
    n_follow_ups: int
    n_statements: int


@dataclass(frozen=True, slots=True)
class Found:
    """What a run found, before anything is written."""

    moves: Clusters
    traits: StatementClusters


def cluster(job: Job, steps: Steps) -> Counts:
    """Clusters the follow-ups and the statements of all users."""
    counts = steps.once("cluster", cluster_all, job)
    how = clustering(job)
    few = warning(how.k_users, how.n_users)
    kinds = kinds_of_users(job)
    left = [*how.left, *kinds.left]
    for line in (how.encoder_line, *([few] if few else []), kinds.line, *map(_told, left)):
        steps.say(line)
    return counts


def cluster_settings(job: Job) -> object:
    """What the clusters depend on: settings, seed, the encoder that "auto" comes to now, and the
    catalogue that another workspace lends."""
    name = open_encoder(job.settings.cluster.encoder).encoder.name
    return job.settings.cluster, job.settings.seed, name, lent_by(job)


def cluster_all(job: Job) -> Counts:
    """Embeds and clusters; writes moves and support by part, members, map, and how it was done."""
    chosen = open_encoder(job.settings.cluster.encoder)
    encoder = Kept(chosen.encoder, job.vectors) if chosen.per_text else chosen.encoder
    follow = _follow_ups(job)
    statements = job.tables("read", "statements", STATEMENTS)
    users = job.tables("curate", "conversations", CONVERSATIONS, columns=["user_key"])
    n_users = users["user_key"].n_unique()
    found = _find(job, encoder, pl.concat(follow.values()), statements, n_users)
    found = _keyed(job, found)
    known = known_as(job, encoder.name, per_text=chosen.per_text)
    matched = match_last(job, _remembered(known, found))
    found = renamed(found, dict(matched.ids))
    _write(job, follow, statements, found)
    how = _clustering(job, chosen, found, n_users, statements.height)
    write_json(job.folder("cluster") / "clustering.json", how.model_dump(mode="json"))
    people = _cluster_users(job, found, known, how.k_users)
    write_changes(job, [*matched.changes, *people.changes])
    remember(job, matched.now.joined(people.now))
    return {
        "follow-ups": how.n_follow_ups,
        "moves": found.moves.moves["move"].n_unique(),
        "traits": len(found.traits.groups.ids),
        "archetypes": len(people.ids),
    }


def clustering(job: Job) -> Clustering:
    """How the clusters of a clustered run were found."""
    path = job.folder("cluster") / "clustering.json"
    return Clustering.model_validate_json(path.read_bytes())


def centroids(found: Found) -> pl.DataFrame:
    """`CENTROIDS`, sorted by id."""
    pairs = (("move", found.moves.groups), ("trait", found.traits.groups))
    rows = [
        (name, kind, vector.tolist())
        for kind, groups in pairs
        for name, vector in zip(groups.ids, groups.centroids, strict=True)
    ]
    return pl.DataFrame(rows, schema=CENTROIDS, orient="row").sort("id")


def _follow_ups(job: Job) -> dict[str, pl.DataFrame]:
    longest = job.settings.cluster.max_words
    return {
        part: follow_ups(job.table("curate", "turns", part, TURNS), longest) for part in job.parts()
    }


def _find(
    job: Job, encoder: Encoder, follow: pl.DataFrame, statements: pl.DataFrame, n_users: int
) -> Found:
    settings, seed = job.settings.cluster, job.settings.seed
    k = k_users(settings, n_users)
    return Found(
        cluster_moves(follow, encoder, settings, seed=seed, k_users=k),
        cluster_statements(statements, encoder, settings, seed=seed, k_users=k),
    )


def _keyed(job: Job, found: Found) -> Found:
    """Ids as keyed hashes: the hash of a small cluster could be guessed from its wording."""
    moves = found.moves.moves["move"].unique().sort().to_list()
    names = {
        old: old[:2] + salted_key(job.workspace.salt, kind, old, length=8)
        for kind, ids in (("move", moves), ("trait", found.traits.groups.ids))
        for old in ids
    }
    return renamed(found, names)


def renamed(found: Found, names: dict[str, str]) -> Found:
    """The same moves and traits by other ids; `names` holds the new id of every old one."""
    move, trait = (
        pl.col(column).replace_strict(names, default=None, return_dtype=pl.String)
        for column in ("move", "trait")
    )
    moves = replace(
        found.moves,
        moves=found.moves.moves.with_columns(move),
        members=found.moves.members.with_columns(move),
        map=found.moves.map.with_columns(move),
        groups=found.moves.groups.renamed(names),
    )
    members = found.traits.members.with_columns(trait)
    return Found(
        moves, replace(found.traits, members=members, groups=found.traits.groups.renamed(names))
    )


def _remembered(known: Remembered, found: Found) -> Remembered:
    """Moves and traits as the next run should know them: members by conversation and number."""
    listed = found.moves.members.select(_numbered("turn"), id="move")
    others = found.moves.unlisted.select(_numbered("turn"), id=pl.lit(None, pl.String))
    said = found.traits.members.select(_numbered("statement"), id="trait")
    moves = with_clusters(known, "move", pl.concat([listed, others]), _centres(found.moves.groups))
    return with_clusters(moves, "trait", said, _centres(found.traits.groups))


def _centres(groups: Groups) -> dict[str, tuple[float, ...]]:
    pairs = zip(groups.ids, groups.centroids, strict=True)
    return {name: tuple(float(x) for x in vector) for name, vector in pairs}


def _numbered(column: str) -> pl.Expr:
    return pl.concat_str("conversation_id", column, separator=":").alias("key")


def _cluster_users(job: Job, found: Found, known: Remembered, k: int) -> Matching:
    """Finds and writes the archetypes, under the ids that they keep."""
    support = job.tables("cluster", "traits/support", TRAIT_SUPPORT)
    kinds = find_archetypes(job, found.moves.moves, support, k_users=k)
    matched = match_last(job, remembered_users(known, kinds))
    write_archetypes(job, kinds, matched.ids, k_users=k)
    return matched


def _write(
    job: Job, follow: dict[str, pl.DataFrame], statements: pl.DataFrame, found: Found
) -> None:
    folder, order = job.folder("cluster"), ["user_key", "conversation_id", "turn"]
    read = job.tables("read", "conversations", READ)
    support = trait_support(found.traits.members, statements, read)
    for part, rows in follow.items():
        mine = found.moves.moves.join(rows.select(order), on=order, how="semi").sort(order)
        write_table(folder / "moves" / f"{part}.parquet", mine, MOVES)
        users = job.table("curate", "turns", part, TURNS).select("user_key").unique()
        theirs = support.join(users, on="user_key", how="semi").sort("user_key", "trait")
        write_table(folder / "traits" / "support" / f"{part}.parquet", theirs, TRAIT_SUPPORT)
    write_table(folder / "members.parquet", found.moves.members.sort(order), MEMBERS)
    write_table(folder / "unlisted.parquet", found.moves.unlisted.sort(order), UNLISTED)
    write_table(folder / "map.parquet", found.moves.map, MAP)
    write_table(folder / "traits" / "members.parquet", found.traits.members, TRAIT_MEMBERS)
    write_table(folder / "centroids.parquet", centroids(found), CENTROIDS)


def _clustering(
    job: Job, chosen: Chosen, found: Found, n_users: int, n_statements: int
) -> Clustering:
    moves, traits = found.moves, found.traits
    both: tuple[Groups, ...] = moves.groups, traits.groups
    return Clustering(
        encoder=chosen.encoder.name,
        encoder_line=chosen.line,
        per_text=chosen.per_text,
        criterion=list(moves.criterion),
        chosen=moves.chosen,
        silhouette=moves.silhouette,
        stability=moves.stability,
        traits=[
            TraitSearch(
                polarity=search.polarity,
                criterion=list(search.criterion),
                silhouette=search.silhouette,
                stability=search.stability,
            )
            for search in traits.searches
        ],
        stabilities=_by_id({k: v for groups in both for k, v in groups.stability.items()}),
        nearest=_by_id({k: v for groups in both for k, v in groups.nearest.items()}),
        k_users=k_users(job.settings.cluster, n_users),
        left=[*moves.left, *traits.left],
        n_users=n_users,
        n_follow_ups=moves.moves.height + moves.unlisted.height,
        n_statements=n_statements,
    )


_Value = TypeVar("_Value")


def _by_id(values: dict[str, _Value]) -> dict[str, _Value]:
    return {name: values[name] for name in sorted(values)}


_MEMBERS_OF = {"move": "follow-ups", "trait": "statements", "archetype": "users"}


def _told(left: Left) -> str:
    many = "" if left.n_clusters == 1 else "s"
    members = _MEMBERS_OF[left.kind]
    what = f"{left.n_clusters} {left.kind}{many} ({left.n_members} {members})"
    if left.reason == "too few users":
        return f"{what} not listed: too few users"
    merged = left.reason == "unstable, merged"
    outcome = "merged into the nearest" if merged else "not listed"
    return f"{what} {outcome}: not found again in bootstrap samples of users"
