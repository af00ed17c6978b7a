"""The catalogues that a workspace remembers, so that ids of clusters persist from run to run.

    memory/history.json     digests of cluster stages that finished, in the order in which they did
    memory/DIGEST.parquet   the clusters of that run under their ids

A stage of digest D is matched with the one before D in the history, or with the last one if D is
not in it. A run that is repeated, or was killed at any point, thus gives the same bytes. The folder
lies outside the stages' own, which a change of settings empties.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import orjson
import polars as pl
from pydantic import TypeAdapter

from persona_extract.errors import StoreError, UsageError
from persona_extract.pipeline.job import Job
from persona_extract.records.catalogue import Change
from persona_extract.records.tables import Schema
from persona_extract.store.atomic import read_table, reporting, write_json, write_table
from persona_extract.text import salted_key
from persona_extract.traits.memory import (
    KINDS,
    Group,
    Kind,
    Matching,
    Remembered,
    comparable,
    match,
)

FOLDER = "memory"
MEMORY: Schema = {
    "salt": pl.String(),
    "encoder": pl.String(),
    "kind": pl.String(),
    "id": pl.String(),  # null: members of this kind that are in no cluster
    "gone": pl.Boolean(),
    "members": pl.List(pl.String()),
    "axes": pl.List(pl.String()),
    "centre": pl.List(pl.Float64()),
}
"""One row a cluster, and a last one for each kind. Keys are salted: it stays in the workspace."""

_HISTORY = "history.json"
_DECIMALS = 6


def last_catalogue(job: Job) -> Remembered | None:
    """What the cluster stage that is under way should be matched with; None if there is nothing.

    Raises:
        UsageError: see `lent_by`.
        StoreError: the memory is damaged.
    """
    lender = _lender(job)
    if lender is not None:
        return _read(lender, _lent(lender))
    root, digest = job.workspace.root, _digest(job)
    history = _history(root)
    before = history[: history.index(digest)] if digest in history else history
    return _read(root, before[-1]) if before else None


def match_last(job: Job, now: Remembered) -> Matching:
    """Gives the clusters of the cluster stage that is under way the ids of the last catalogue.

    Kinds that `now` says nothing of (`Remembered.others`) are left for another call.

    Raises:
        UsageError: see `lent_by`; or `cluster.previous` has another salt and another encoder.
        StoreError: the memory is damaged.
    """
    before = last_catalogue(job)
    if before is None:
        return match(None, now)
    _refuse_incomparable(job, before, now)
    return match(before.of(*now.others), now)


def remember(job: Job, now: Remembered) -> None:
    """Keeps the clusters of the cluster stage that is under way. The last thing that it does."""
    root, digest = job.workspace.root, _digest(job)
    write_table(_file(root, digest), _table(now), MEMORY)
    history = _history(root)
    if digest not in history:
        write_json(root / FOLDER / _HISTORY, {"finished": [*history, digest]})


def lent_by(job: Job) -> str | None:
    """What the ids depend on beside the run itself: the digest of the catalogue that
    `cluster.previous` lends; None where there is no other workspace.

    Raises:
        UsageError: `previous` is no workspace, has no catalogue yet, or nothing in it can be
            compared.
        StoreError: its memory is damaged.
    """
    lender = _lender(job)
    if lender is None:
        return None
    path = _file(lender, _lent(lender))
    with reporting(path):
        return hashlib.sha256(path.read_bytes()).hexdigest()


def known_as(job: Job, encoder: str, *, per_text: bool) -> Remembered:
    """An empty memory of this run, to be filled with its clusters.

    Args:
        job: the run.
        encoder: its encoder.
        per_text: whether the vector of a text does not depend on the other texts.
    """
    return Remembered(_salt_mark(job), encoder if per_text else "")


def with_clusters(
    known: Remembered, kind: Kind, members: pl.DataFrame, centres: Mapping[str, Sequence[float]]
) -> Remembered:
    """With the clusters of a kind.

    Args:
        known: what is known of the run already.
        kind: of the clusters.
        members: key, id (null: in no cluster); every member of the run, each once.
        centres: id -> mean vector of the encoder; without any, members alone are compared.
    """
    keys: dict[str, frozenset[str]] = {
        "" if key[0] is None else str(key[0]): frozenset(rows["key"])
        for key, rows in members.select("key", "id").partition_by("id", as_dict=True).items()
    }
    alone = keys.pop("", frozenset[str]())
    groups = tuple(_group(kind, name, keys[name], centres.get(name, ())) for name in sorted(keys))
    return replace(known, groups=known.groups + groups, others={**known.others, kind: alone})


def _group(kind: Kind, name: str, members: frozenset[str], centre: Sequence[float]) -> Group:
    rounded = tuple(round(float(x), _DECIMALS) for x in centre)
    return Group(kind, name, members, tuple(str(i) for i in range(len(rounded))), rounded)


def write_changes(job: Job, changes: Iterable[Change]) -> None:
    """Writes `changes.json` of the cluster stage."""
    told = [change.model_dump(mode="json") for change in changes]
    write_json(job.folder("cluster") / "changes.json", told)


def read_changes(job: Job) -> list[Change]:
    """What became of the clusters of the last catalogue; empty where there was none.

    Raises:
        StoreError: the file is missing or damaged.
    """
    path = job.folder("cluster") / "changes.json"
    with reporting(path):
        written = path.read_bytes()
    try:
        return TypeAdapter(list[Change]).validate_json(written)
    except ValueError as error:
        raise StoreError(f"{path} is damaged. Remove it and run again.") from error


def _salt_mark(job: Job) -> str:
    """By what members of two workspaces are known to compare."""
    return salted_key(job.workspace.salt, "memory")


def _lender(job: Job) -> Path | None:
    """The other workspace that lends its ids."""
    said = job.settings.cluster.previous
    if said is None:
        return None
    root = Path(said).expanduser().resolve()
    if root == job.workspace.root:
        return None
    if not (root / "workspace.json").is_file():
        raise UsageError(
            f"cluster.previous: {said} is not a workspace. Give the folder that a run wrote with "
            "--out, or leave it out."
        )
    return root


def _lent(root: Path) -> str:
    history = _history(root)
    if not history:
        raise UsageError(
            f"cluster.previous: {root} has no catalogue yet. Run it up to the cluster stage first, "
            "or leave cluster.previous out."
        )
    return history[-1]


def _refuse_incomparable(job: Job, before: Remembered, now: Remembered) -> None:
    """Refuses to go on without the ids that were asked for."""
    lender = _lender(job)
    if lender is None or comparable(before, now):
        return
    raise UsageError(
        f"cluster.previous: nothing in {lender} can be compared with this run. It has another salt,"
        f" so that its users and turns are not known here, and its encoder was "
        f"{before.encoder or 'one that only fits its own texts'}. Use its salt "
        "(PERSONA_EXTRACT_SALT), use the same sentence-transformers model in both, or leave "
        "cluster.previous out."
    )


def _digest(job: Job) -> str:
    """Of the cluster stage under way, as `Workspace.begin` noted it."""
    marker = job.folder("cluster") / "begun"
    with reporting(marker):
        return marker.read_text(encoding="ascii")


def _history(root: Path) -> list[str]:
    path = root / FOLDER / _HISTORY
    with reporting(path):
        if not path.is_file():
            return []
        written = path.read_bytes()
    try:
        found = orjson.loads(written)["finished"]
        return [str(digest) for digest in found]
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(
            f"{path} is damaged. Remove {path.parent}; ids of clusters then start anew."
        ) from error


def _file(root: Path, digest: str) -> Path:
    return root / FOLDER / f"{digest}.parquet"


def _table(now: Remembered) -> pl.DataFrame:
    rows = [_row(group, gone=False) for group in now.groups]
    rows += [_row(group, gone=True) for group in now.gone]
    rows += [(kind, None, False, sorted(keys), [], []) for kind, keys in now.others.items()]
    names = ["kind", "id", "gone", "members", "axes", "centre"]
    schema = {name: MEMORY[name] for name in names}
    order = ["kind", "gone", "id"]
    return (
        pl.DataFrame(rows, schema=schema, orient="row")
        .with_columns(salt=pl.lit(now.salt), encoder=pl.lit(now.encoder))
        .sort(order, nulls_last=True)
        .select(list(MEMORY))
    )


_Row = tuple[str, str | None, bool, list[str], list[str], list[float]]


def _row(group: Group, *, gone: bool) -> _Row:
    members = sorted(group.members)
    return group.kind, group.id, gone, members, list(group.axes), list(group.centre)


def _read(root: Path, digest: str) -> Remembered:
    table = read_table(_file(root, digest), MEMORY)
    named = table.filter(pl.col("id").is_not_null())
    rest = table.filter(pl.col("id").is_null())
    salts = table["salt"].unique().to_list()
    encoders = table["encoder"].unique().to_list()
    return Remembered(
        salt=str(salts[0]) if salts else "",
        encoder=str(encoders[0]) if encoders else "",
        groups=tuple(_groups(named.filter(~pl.col("gone")))),
        others={
            _kind(kind): frozenset(members)
            for kind, members in rest.select("kind", "members").iter_rows()
        },
        gone=tuple(_groups(named.filter(pl.col("gone")))),
    )


def _groups(rows: pl.DataFrame) -> Iterable[Group]:
    for kind, name, members, axes, centre in rows.select(
        "kind", "id", "members", "axes", "centre"
    ).iter_rows():
        yield Group(_kind(kind), name, frozenset(members), tuple(axes), tuple(centre))


def _kind(said: object) -> Kind:
    return next(kind for kind in KINDS if kind == said)
