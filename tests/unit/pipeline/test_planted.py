"""Does the pipeline find what was planted in the made-up people?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from persona_extract.dimensions import find_dimension
from persona_extract.dimensions.measured import is_personal
from persona_extract.packs.read import read_pack
from persona_extract.pipeline.job import Job
from persona_extract.pipeline.planted import compare_planted, planted
from persona_extract.records.profile import Profile
from persona_extract.sources import open_source
from persona_extract.sources._demo_people import read_people
from persona_extract.sources.demo import PEOPLE, planted_habits
from persona_extract.text import salted_key
from tests.unit.pipeline.runs import SALT, corpus, job, run_to

Claims = set[tuple[str, str, str]]
"""(user key, dimension, side)"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Job:
    return run_to("demo", tmp_path_factory.mktemp("demo") / "w", "pack")


@pytest.fixture(scope="module")
def profiles(run: Job) -> list[Profile]:
    return list(read_pack(Path(run.pack)).profiles)


@pytest.fixture(scope="module")
def found(profiles: list[Profile]) -> Claims:
    """What directives say."""
    return {
        (profile.source.user_key, directive.dimension, side_of(directive.level))
        for profile in profiles
        for directive in profile.directives
    }


@pytest.fixture(scope="module")
def stood(profiles: list[Profile]) -> Claims:
    """What readings show, directive or not."""
    return {
        (profile.source.user_key, reading.dimension, side_of(reading.level))
        for profile in profiles
        for reading in profile.readings
    }


@pytest.fixture(scope="module")
def habits() -> Claims:
    """Every habit that was planted."""
    name = next(iter(open_source("demo").batches(size=1))).frame["corpus"][0]
    return {
        (salted_key(SALT.encode(), "user", name, person), dimension, side)
        for person, sides in planted_habits().items()
        for dimension, side in sides.items()
    }


@pytest.fixture(scope="module")
def tellable(habits: Claims) -> Claims:
    """The planted habits on personal dimensions, which alone become directives."""
    return {claim for claim in habits if is_personal(find_dimension(claim[1]))}


def side_of(level: str) -> str:
    return level.removeprefix("very ")


def test_planted_habits_are_told_and_nearly_only_they(run: Job) -> None:
    result = planted(run)
    assert result is not None
    assert result.precision is not None and result.recall is not None
    assert result.n_tellable >= 0.6 * result.n_planted, "too few are left to say anything"
    assert result.precision >= 0.9, result.spurious
    assert result.recall >= 0.9, result.missed


def test_the_figures_are_what_the_pack_says(run: Job, found: Claims, tellable: Claims) -> None:
    result = planted(run)
    assert result is not None
    kinds = {claim[1:] for claim in tellable}
    told = {claim for claim in found if claim[1:] in kinds}
    assert (result.n_tellable, result.n_told) == (len(tellable), len(told))
    assert result.n_found == len(told & tellable)
    assert result.precision == round(len(told & tellable) / len(told), 4)
    assert len(result.missed) == len(tellable - told)
    assert len(result.spurious) == len(told - tellable)


def test_population_level_habits_are_read_but_not_told(
    found: Claims, stood: Claims, tellable: Claims, habits: Claims
) -> None:
    """A dimension that does not tell real people apart instructs nobody; its readings stay, as far
    as rules that are written for precision find what was planted."""
    quiet = habits - tellable
    assert not {claim[1] for claim in quiet} & {claim[1] for claim in found}
    assert len(quiet & stood) >= 0.8 * len(quiet), sorted(quiet - stood)


def test_no_directive_contradicts_a_planted_habit(found: Claims, habits: Claims) -> None:
    other = {"high": "low", "low": "high"}
    assert not {(user, d, other[side]) for user, d, side in found} & habits


def test_a_wrong_directive_costs_precision_and_a_missing_one_recall(
    profiles: list[Profile], habits: Claims
) -> None:
    whole = compare_planted(habits, profiles)
    silent = [p.model_copy(update={"directives": []}) for p in profiles]
    nothing = compare_planted(habits, silent)
    assert (nothing.precision, nothing.recall, nothing.n_told) == (None, 0, 0)
    assert len(nothing.missed) == whole.n_tellable
    everything = [d for p in profiles for d in p.directives]
    one_of_each = list({(d.dimension, side_of(d.level)): d for d in everything}.values())
    loud = [p.model_copy(update={"directives": one_of_each}) for p in profiles]
    shouted = compare_planted(habits, loud)
    assert shouted.recall == 1
    assert shouted.precision is not None and shouted.precision < 0.3


def test_a_dropped_person_is_no_missed_habit(profiles: list[Profile], habits: Claims) -> None:
    half = compare_planted(habits, profiles[:20])
    assert half.n_planted < len(habits)
    assert half.recall is not None and half.recall > 0.9


def test_another_corpus_has_nothing_planted(tmp_path: Path) -> None:
    assert planted(job(corpus(tmp_path, 2), tmp_path / "w")) is None


_NOT = r"(?:do|does|did|is|are|was|have|has|had|could|will|would|should) not|cannot"
_PAIRS = r"(?:i|you|we|they) (?:am|are|have|will|would)|(?:it|that|there) is"
_WRITTEN_OUT = re.compile(rf"\b(?:{_NOT}|{_PAIRS})\b", re.IGNORECASE)
_CONTRACTED = re.compile(r"\w['’](?:t|m|ve|ll|d|re)\b", re.IGNORECASE)
_PRONOUNS = re.compile(r"\b(?:it|that|there|what|he|she|how|where)['’]s\b", re.IGNORECASE)


def test_what_a_plain_count_shows_in_nearly_every_case_is_listed() -> None:
    """Marks that can be counted without any dimension: an exclamation mark in 9 of 10 turns, thanks
    at the end of every conversation, never a contraction in 6 places or more."""
    for person in read_people(PEOPLE):
        said = [
            [m["content"] for m in talk.messages if m["role"] == "user"] for talk in person.talks
        ]
        turns = [turn for talk in said for turn in talk]
        text = " ".join(turns)
        short = len(_CONTRACTED.findall(text)) + len(_PRONOUNS.findall(text))
        shows = {
            "exclamation": sum("!" in turn for turn in turns) >= 0.9 * len(turns),
            "closing_thanks": all(re.search("(?i)tha+nk", talk[-1]) for talk in said),
            "contractions": not short and len(_WRITTEN_OUT.findall(text)) >= 6,
        }
        assert {k for k, v in shows.items() if v} == set(person.habits) & set(shows), person.name
