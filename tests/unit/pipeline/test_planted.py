"""Does the pipeline find what was planted in the made-up people?"""

from __future__ import annotations

from pathlib import Path

import pytest

from persona_extract.dimensions import find_dimension
from persona_extract.dimensions.measured import is_personal
from persona_extract.packs.read import read_pack
from persona_extract.records.profile import Profile
from persona_extract.sources import open_source
from persona_extract.sources.demo import planted_habits
from persona_extract.text import salted_key
from tests.unit.pipeline.runs import SALT, run_to

Claims = set[tuple[str, str, str]]
"""(person, dimension, side)"""


@pytest.fixture(scope="module")
def profiles(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Profile]:
    """Person -> profile."""
    pack = run_to("demo", tmp_path_factory.mktemp("demo") / "w", "pack").pack
    corpus = next(iter(open_source("demo").batches(size=1))).frame["corpus"][0]
    names = {salted_key(SALT.encode(), "user", corpus, name): name for name in planted_habits()}
    return {names[one.source.user_key]: one for one in read_pack(Path(pack)).profiles}


@pytest.fixture(scope="module")
def found(profiles: dict[str, Profile]) -> Claims:
    """What directives say."""
    return {
        (person, directive.dimension, side_of(directive.level))
        for person, profile in profiles.items()
        for directive in profile.directives
    }


@pytest.fixture(scope="module")
def stood(profiles: dict[str, Profile]) -> Claims:
    """What readings show, directive or not."""
    return {
        (person, reading.dimension, side_of(reading.level))
        for person, profile in profiles.items()
        for reading in profile.readings
    }


@pytest.fixture(scope="module")
def planted() -> Claims:
    """Every habit that was planted."""
    return {
        (person, dimension, side)
        for person, habits in planted_habits().items()
        for dimension, side in habits.items()
    }


@pytest.fixture(scope="module")
def tellable(planted: Claims) -> Claims:
    """The planted habits on personal dimensions, which alone become directives."""
    return {claim for claim in planted if is_personal(find_dimension(claim[1]))}


def side_of(level: str) -> str:
    return level.removeprefix("very ")


def test_recall(found: Claims, tellable: Claims, planted: Claims) -> None:
    """Of the planted habits on personal dimensions, at least 90 % become directives."""
    assert len(tellable) >= 0.6 * len(planted), "too few are left to say anything"
    assert len(found & tellable) >= 0.9 * len(tellable), sorted(tellable - found)


def test_population_level_habits_are_read_but_not_told(
    found: Claims, stood: Claims, tellable: Claims, planted: Claims
) -> None:
    """A dimension that does not tell real people apart instructs nobody; its readings stay, as far
    as rules that are written for precision find what was planted."""
    quiet = planted - tellable
    assert not {dimension for _, dimension, _ in quiet} & {dimension for _, dimension, _ in found}
    assert len(quiet & stood) >= 0.8 * len(quiet), sorted(quiet - stood)


def test_precision(found: Claims, planted: Claims) -> None:
    """Of the directives on a planted kind of habit, at least 85 % were planted in that person."""
    kinds = {(dimension, side) for _, dimension, side in planted}
    told = {claim for claim in found if claim[1:] in kinds}
    assert len(told & planted) >= 0.85 * len(told), sorted(told - planted)


def test_no_directive_contradicts_a_planted_habit(found: Claims, planted: Claims) -> None:
    other = {"high": "low", "low": "high"}
    assert not {(p, d, other[side]) for p, d, side in found} & planted
