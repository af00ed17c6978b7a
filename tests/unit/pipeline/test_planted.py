"""Does the pipeline find what was planted in the made-up people?"""

from __future__ import annotations

from pathlib import Path

import pytest

from persona_extract.packs.read import read_pack
from persona_extract.sources import open_source
from persona_extract.sources.demo import planted_habits
from persona_extract.text import salted_key
from tests.unit.pipeline.runs import SALT, run_to

Claims = set[tuple[str, str, str]]
"""(person, dimension, side)"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Claims:
    pack = run_to("demo", tmp_path_factory.mktemp("demo") / "w", "pack").pack
    corpus = next(iter(open_source("demo").batches(size=1))).frame["corpus"][0]
    names = {salted_key(SALT.encode(), "user", corpus, name): name for name in planted_habits()}
    return {
        (names[profile.source.user_key], directive.dimension, directive.level.removeprefix("very "))
        for profile in read_pack(Path(pack)).profiles
        for directive in profile.directives
    }


@pytest.fixture(scope="module")
def planted() -> Claims:
    return {
        (person, dimension, side)
        for person, habits in planted_habits().items()
        for dimension, side in habits.items()
    }


def test_recall(found: Claims, planted: Claims) -> None:
    """Of the planted habits, at least 90 % become directives."""
    assert len(found & planted) >= 0.9 * len(planted), sorted(planted - found)


def test_precision(found: Claims, planted: Claims) -> None:
    """Of the directives on a planted kind of habit, at least 85 % were planted in that person."""
    kinds = {(dimension, side) for _, dimension, side in planted}
    told = {claim for claim in found if claim[1:] in kinds}
    assert len(told & planted) >= 0.85 * len(told), sorted(told - planted)


def test_no_directive_contradicts_a_planted_habit(found: Claims, planted: Claims) -> None:
    other = {"high": "low", "low": "high"}
    assert not {(p, d, other[side]) for p, d, side in found} & planted
