from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import polars as pl

from persona_extract.pipeline.archetypes import KindsOfUsers
from persona_extract.pipeline.job import Job
from persona_extract.pipeline.user_map import archetypes_found, place_users
from persona_extract.records.catalogue import Catalogue, Label, Move
from persona_extract.records.results import UserResult
from persona_extract.records.tables import USER_ARCHETYPES
from persona_extract.store.atomic import write_json, write_table
from persona_extract.traits.marks import PLACES

USERS = [
    UserResult(user_key=key * 16, profile="p", n_conversations=1, n_turns=3, directives=[])
    for key in "ab"
]
MOVE = Move(
    id="m_00000001",
    label=Label(name="go on"),
    phrases=[],
    n_turns=4,
    n_users=3,
    exemplars=[],
    share=1.0,
)
FOUND = Catalogue(
    moves=[MOVE], traits=[], archetypes=[], k_users=3, left=[], changes=[], accuracy=[]
)


@dataclass(frozen=True)
class _Left:
    """Stands for a job whose cluster stage left these files."""

    root: Path

    def folder(self, stage: str) -> Path:
        return self.root / stage


def _job(root: Path) -> Job:
    return cast("Job", _Left(root))


def test_users_stand_where_the_cluster_stage_put_them(tmp_path: Path) -> None:
    rows = {
        "user_key": ["a" * 16, "c" * 16],
        "archetype": ["a_00000001", None],
        "fit": [float("nan"), 0.1],
        "x": [0.123456, 1.0],
        "y": [-2.0, 1.0],
    }
    path = tmp_path / "cluster" / "archetypes" / "users.parquet"
    write_table(path, pl.DataFrame(rows, schema=USER_ARCHETYPES), USER_ARCHETYPES)
    one, other = place_users(_job(tmp_path), USERS)
    assert (one.archetype, one.fit, one.x, one.y) == ("a_00000001", None, 0.1235, -2.0)
    assert other == USERS[1]


def test_marks_have_the_labels_of_the_catalogue_and_nothing_else_is_shown(tmp_path: Path) -> None:
    folder = tmp_path / "cluster"
    rows = {
        "kind": ["move", "move", "dimension", "dimension"],
        "name": ["m_00000001", "m_0000dead", "lowercase_start", "no_such_dimension"],
        "label": ["raw", "raw", None, "raw"],
        "x": [1.0, 1.0, 0.5, 0.5],
        "y": [1.0, 1.0, 0.5, 0.5],
    }
    marks = pl.DataFrame(rows, schema=PLACES)
    write_table(folder / "archetypes" / "places.parquet", marks, PLACES)
    said = KindsOfUsers(
        archetypes=[],
        criterion=[(2, 0.1)],
        criterion_name="a criterion",
        stability=None,
        p=0.4,
        variance=[0.3, 0.2],
        k_users=3,
        left=[],
        line="2 groups",
    )
    write_json(folder / "archetypes.json", said.model_dump(mode="json"))
    found = archetypes_found(_job(tmp_path), FOUND)
    shown = [(mark.kind, mark.label) for mark in found.marks]
    assert ("move", "go on") in shown
    assert all(label != "raw" for _, label in shown)
    assert (found.criterion, found.line, found.variance) == ([(2, 0.1)], "2 groups", [0.3, 0.2])
