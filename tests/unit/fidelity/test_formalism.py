from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from persona_extract.errors import TooFewUsers
from persona_extract.fidelity.coverage import covers, recentred
from persona_extract.fidelity.formalism import measure_formalism
from persona_extract.fidelity.headlines import HEADLINES, headline_columns
from persona_extract.fidelity.samples import Sample
from tests.unit.fidelity.samples_made import made

NAMES = ("please", "lowercase_start", "full_stop", "commas", "followup_words")


def people(seed: int = 0, n: int = 120) -> Sample:
    rng = np.random.default_rng(seed)
    columns = {name: rng.beta(0.6, 1.2, n).tolist() for name in NAMES}
    return made("people", columns, people=True)


def candidate(seed: int, n: int = 60, **fixed: float) -> Sample:
    rng = np.random.default_rng(seed)
    columns = {
        name: [fixed[name]] * n if name in fixed else rng.beta(0.6, 1.2, n).tolist()
        for name in NAMES
    }
    return made("candidate", columns)


def test_coverage_by_hand() -> None:
    """People half below a cut and half above; a candidate with a tenth above covers
    min(.5, .9) min(.5, .1) / (.5 .5) = 0.2."""
    half, tenth = np.array([[0.5]]), np.array([[0.9]])
    assert covers(half, tenth)[0] == pytest.approx(0.2)
    assert covers(half, half)[0] == 1
    assert covers(half, np.array([[1.0]]))[0] == 0
    assert covers(half, np.array([[0.0]]))[0] == 0
    assert np.isnan(covers(np.array([[1.0]]), tenth)[0])


@given(
    st.lists(st.floats(0, 1), min_size=4, max_size=4).map(sorted),
    st.lists(st.floats(0, 1), min_size=4, max_size=4).map(sorted),
)
def test_coverage_lies_between_nothing_and_all(f: list[float], g: list[float]) -> None:
    found = covers(np.array([f]), np.array([g]))[0]
    assert np.isnan(found) or -1e-12 <= found <= 1 + 1e-12


def test_people_against_themselves_are_as_varied_and_as_formal() -> None:
    found = measure_formalism(people(), [candidate(7)], resamples=200, seed=3)
    mine = found.candidates[0]
    assert found.people.coverage.value == 1
    assert found.people.shift.low < 0 < found.people.shift.high
    assert mine.shift.low < 0 < mine.shift.high
    assert mine.coverage.value == pytest.approx(1, abs=0.1)
    assert mine.n_dimensions == 4 and mine.n_dimensions_all == 5


def test_a_constant_candidate_covers_nothing() -> None:
    constant = candidate(
        1, please=0.3, lowercase_start=0.0, full_stop=1.0, commas=0.2, followup_words=0.5
    )
    found = measure_formalism(people(), [constant], resamples=50)
    assert found.candidates[0].coverage.value == 0
    assert found.candidates[0].coverage.high == 0
    assert found.candidates[0].coverage_all.value == 0


def test_formal_turns_move_the_shift_up_and_informal_ones_down() -> None:
    sides = [
        made("formal", {name: list(v) for name, v in _columns(1, please=1.0).items()}),
        made("same", {name: list(v) for name, v in _columns(1).items()}),
        made("informal", {name: list(v) for name, v in _columns(1, lowercase_start=1.0).items()}),
    ]
    found = measure_formalism(people(), sides, resamples=50).candidates
    up, same, down = (each.shift.value for each in found)
    assert up > same + 0.2 and down < same - 0.2


def _columns(seed: int, **fixed: float) -> dict[str, list[float]]:
    rng = np.random.default_rng(seed)
    drawn = {name: rng.beta(0.6, 1.2, 60).tolist() for name in NAMES}
    return {name: [fixed[name]] * 60 if name in fixed else drawn[name] for name in NAMES}


def test_shift_by_hand() -> None:
    """People 0 and 1 in equal parts: mean 0.5, sd 0.5. A candidate at 0 in lower case and at 1 in
    please is one sd to the formal side on both."""
    everybody = made("people", {"please": [0, 1] * 10, "lowercase_start": [1, 0] * 10}, people=True)
    formal = made("c", {"please": [1] * 12, "lowercase_start": [0] * 12})
    found = measure_formalism(everybody, [formal], resamples=50)
    assert found.candidates[0].shift.value == pytest.approx(1)
    by_name = {d.dimension: d.candidates[0].shift.value for d in found.dimensions}
    assert by_name == pytest.approx({"please": 1.0, "lowercase_start": -1.0})


def test_dimensions_that_few_define_are_left_out_of_a_candidate() -> None:
    columns = _columns(2)
    columns["please"] = [*columns["please"][:9], *[float("nan")] * 51]
    found = measure_formalism(people(), [made("c", columns)], resamples=20)
    assert found.candidates[0].n_dimensions == 3
    assert "emoji" in found.left_out


def test_too_few_conversations_are_refused() -> None:
    with pytest.raises(TooFewUsers, match="candidate: no dimension"):
        measure_formalism(people(), [candidate(1, n=9)], resamples=20)
    with pytest.raises(TooFewUsers, match="of people"):
        measure_formalism(people(n=9), [], resamples=20)


def test_the_same_seed_gives_the_same_result() -> None:
    one, two = (measure_formalism(people(), [candidate(1)], resamples=50, seed=4) for _ in range(2))
    assert one == two


@settings(max_examples=15, deadline=None)
@given(st.floats(0.1, 100), st.floats(-50, 50))
def test_units_do_not_matter(scale: float, move: float) -> None:
    rng = np.random.default_rng(0)
    a, b = rng.random(30), rng.random(20) * 0.5
    plain = measure_formalism(
        made("p", {"commas": a.tolist()}, people=True),
        [made("c", {"commas": b.tolist()})],
        resamples=20,
    )
    moved = measure_formalism(
        made("p", {"commas": (a * scale + move).tolist()}, people=True),
        [made("c", {"commas": (b * scale + move).tolist()})],
        resamples=20,
    )
    one, two = plain.candidates[0], moved.candidates[0]
    assert one.raw_coverage.value == pytest.approx(two.raw_coverage.value, abs=0.02)
    assert one.shift.value == pytest.approx(two.shift.value, abs=1e-3)


def test_the_interval_is_moved_by_its_bias() -> None:
    draws = np.concatenate([[0.5], np.linspace(0.3, 0.5, 101)])
    found = recentred(draws)
    assert found.value == 0.5
    assert (found.low + found.high) / 2 == pytest.approx(0.5, abs=0.01)


def test_headlines_count_what_they_say() -> None:
    turns = pl.DataFrame(
        {"text": ["ok do it", "Thanks, that is it.", " Please go on ", "I displease"]}
    )
    found = turns.select(headline_columns())
    assert found["lowercase_turns"].to_list() == [1, 0, 0, 0]
    assert found["unclosed_turns"].to_list() == [1, 0, 1, 1]
    assert found["polite_turns"].to_list() == [0, 1, 1, 0]
    assert len(HEADLINES) == 3
