"""A corpus that grows: archetypes and moves keep their ids, and the order of input is nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from persona_extract.pipeline.archetypes import kinds_of_users
from persona_extract.pipeline.job import Job
from persona_extract.pipeline.remember import read_changes
from persona_extract.pipeline.run import run
from persona_extract.pipeline.steps import InProcess, Silent
from persona_extract.records.settings import ClusterSettings, PullSettings, Settings
from persona_extract.records.tables import USER_ARCHETYPES
from persona_extract.store.atomic import read_table
from persona_extract.traits.marks import PLACES
from tests.unit.pipeline.runs import bytes_of, corpus, job

SETTINGS = Settings(
    pull=PullSettings(chunk=1000),
    cluster=ClusterSettings(encoder="lsa", max_clusters=6, max_archetypes=8, bootstraps=6),
)


def clustered(source: Path, out: Path) -> Job:
    made = job(source, out, SETTINGS)
    watcher = Silent()
    run(made, InProcess(watcher), watcher, "cluster")
    return made


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Job, list[str], dict[str, str]]:
    """A run on 30 people, then in the same workspace on all 44: the job, the ids of the first run,
    and the bytes after the second."""
    folder = tmp_path_factory.mktemp("grown")
    first = clustered(corpus(folder, 30), folder / "w")
    ids = [one.id for one in kinds_of_users(first).archetypes]
    second = clustered(corpus(folder, 44), folder / "w")
    return second, ids, bytes_of(folder / "w")


def test_most_archetypes_persist_when_users_come(
    grown: tuple[Job, list[str], dict[str, str]],
) -> None:
    second, before, _ = grown
    after = [one.id for one in kinds_of_users(second).archetypes]
    assert len(before) >= 3
    assert len(set(before) & set(after)) >= 0.75 * len(before)
    told = [change for change in read_changes(second) if change.kind == "archetype"]
    assert sorted(name for change in told for name in change.after) == sorted(after)
    assert sorted(name for change in told for name in change.before) == sorted(before)
    kept = {change.after[0] for change in told if change.what == "kept"}
    assert kept <= set(before)


def test_tables_and_list_agree(grown: tuple[Job, list[str], dict[str, str]]) -> None:
    second, _, _ = grown
    kinds = kinds_of_users(second)
    folder = second.folder("cluster") / "archetypes"
    users = read_table(folder / "users.parquet", USER_ARCHETYPES)
    sizes = dict(users.drop_nulls("archetype").group_by("archetype").len().iter_rows())
    assert sizes == {one.id: one.n_users for one in kinds.archetypes}
    assert users.height == 44
    assert min(sizes.values()) >= kinds.k_users
    assert read_table(folder / "places.parquet", PLACES).height > 0
    assert str(len(kinds.archetypes)) in kinds.line


def test_the_order_of_the_input_changes_no_bytes(
    grown: tuple[Job, list[str], dict[str, str]], tmp_path: Path
) -> None:
    second, _, _ = grown
    paths = [tmp_path / "w", second.workspace.root]
    straight = corpus(tmp_path, 30)
    _turned(straight)
    clustered(straight, paths[0])
    _turned(corpus(tmp_path, 44))
    clustered(straight, paths[0])
    one, other = (_of_clusters(path) for path in paths)
    assert one == other


def _turned(source: Path) -> None:
    lines = source.read_text(encoding="utf-8").splitlines()
    source.write_text("\n".join(reversed(lines)) + "\n", encoding="utf-8")


def _of_clusters(root: Path) -> dict[str, str]:
    """Bytes of what the cluster stage made; its digests name the input."""
    made = bytes_of(root)
    notes = ("begun", "stage.json")
    return {
        name: digest
        for name, digest in made.items()
        if name.startswith("05_cluster") and not name.endswith(notes)
    }
