"""The User-Sim Index of a candidate, joined."""

from __future__ import annotations

import polars as pl
import pytest

from persona_extract.errors import TooFewUsers
from persona_extract.fidelity.usi.compare import usi
from persona_extract.fidelity.usi.drawing import Drawing
from persona_extract.fidelity.usi.ranked import rank_candidates
from persona_extract.fidelity.usi.scores import dimension_scores, frozen_difficulty, mean_row
from persona_extract.fidelity.usi.sides import Side, feature_rows, make_side
from persona_extract.fidelity.usi.survey import FIELDS
from persona_extract.fidelity.usi.variant import USI_FIXED
from tests.unit.fidelity.usi_talks import BLUNT, POLITE, talks

QUICK = Drawing(resamples=200, permutations=39)
BEST = {field: max(answers, key=lambda a: answers[a]) for field, answers in FIELDS.items()}
WORST = {field: min(answers, key=lambda a: answers[a]) for field, answers in FIELDS.items()}


def side(name: str, *transcripts: pl.DataFrame) -> Side:
    whole = pl.concat(transcripts)
    rows = feature_rows(whole)
    return make_side(name, rows, whole.height - rows.height)


PEOPLE = side("people", talks(40, seed=1, human=True))


def test_scores_are_those_of_the_mean_rows() -> None:
    other = side("other", talks(30, POLITE, seed=2))
    found = usi(PEOPLE, other, drawing=QUICK)
    exact = dimension_scores(mean_row(PEOPLE.rows), mean_row(other.rows))
    for name, value in exact.items():
        assert getattr(found, name) == pytest.approx(value, abs=1e-9)
    assert pytest.approx(sum(exact.values()) / 4) == found.USI_D1_D4
    assert (found.n_reference, found.n_candidate, found.drawn) == (40, 30, "conversations")
    assert (found.index, found.Eval, found.ECE) == ("USI D1-D4", None, None)
    assert found.USI == found.USI_D1_D4 and found.interval["USI"] == found.interval["USI_D1_D4"]
    assert (found.batches, found.human_pairs) == (None, None)
    for name in (*exact, "USI_D1_D4"):
        held = found.interval[name]
        assert held.low <= getattr(found, name) <= held.high
        own = found.self_ceiling[name]
        assert own.low <= own.value <= own.high
    assert found.self_ceiling["USI_D1_D4"].high < 100
    assert found.two_sample and found.two_sample.auc > found.two_sample.null_high
    assert found.distances.js > 2 * found.distances.js_floor


def test_a_set_against_itself_is_alike_in_everything() -> None:
    found = usi(PEOPLE, side("copy", talks(40, seed=1, human=True)), drawing=QUICK)
    assert pytest.approx(100) == found.USI_D1_D4
    assert found.distances.js == found.distances.wasserstein == 0
    assert found.two_sample and found.two_sample.p > 0.5
    ceiling = found.self_ceiling["USI_D1_D4"]
    low = found.interval["USI_D1_D4"].low
    assert ceiling.low - 6 < low < 100  # the interval says how much of the 100 is luck


def test_the_same_seed_gives_the_same_result_and_another_seed_another_interval() -> None:
    other = side("other", talks(30, POLITE, seed=2))
    assert usi(PEOPLE, other, drawing=QUICK) == usi(PEOPLE, other, drawing=QUICK)
    moved = usi(PEOPLE, other, drawing=Drawing(200, 39, seed=1))
    assert moved.interval != usi(PEOPLE, other, drawing=QUICK).interval
    assert moved.D1 == usi(PEOPLE, other, drawing=QUICK).D1


def test_known_users_widen_the_interval() -> None:
    """People who differ: 4 of them with ten conversations are fewer than 40."""
    few = talks(40, seed=1, human=True)
    styled = pl.concat(
        [talks(10, BLUNT if i % 2 else POLITE, seed=i, human=True) for i in range(4)]
    )
    by_user = styled.with_columns(user_id=pl.Series([f"u{i // 10}" for i in range(40)]))
    alone, grouped = (
        usi(side("r", each), side("c", few), drawing=QUICK) for each in (styled, by_user)
    )
    assert (alone.drawn, grouped.drawn) == ("conversations", "users")
    widths = [x.interval["USI_D1_D4"].high - x.interval["USI_D1_D4"].low for x in (alone, grouped)]
    assert widths[1] > 1.3 * widths[0]


def test_success_on_known_tasks_gives_ece_and_usi_only_against_people() -> None:
    n = 12
    assert all(f"airline_{i}" in frozen_difficulty() for i in range(n))
    human = side("people", talks(n, seed=1, human=True, tasks=True, reward=1.0))
    worse = side("worse", talks(n, seed=2, tasks=True, reward=0.0))
    found = usi(human, worse, drawing=QUICK)
    assert (found.index, found.ECE, found.Eval) == ("USI without survey", 1.0, None)
    assert pytest.approx((found.D1 + found.D2 + found.D3 + found.D4) / 5) == found.USI
    assert found.interval["USI"].low <= found.USI <= found.interval["USI"].high
    assert found.two_sample and found.two_sample.group == "task"
    assert usi(worse, human, drawing=QUICK).ECE is None
    nearly = side("nearly", talks(n, seed=2, tasks=True, reward=0.9999999))
    assert usi(human, nearly, drawing=QUICK).ECE == 0


def test_surveys_give_eval_from_the_file_or_beside_it() -> None:
    human = side("people", talks(12, human=True, tasks=True, reward=1.0, survey=BEST))
    told = side("told", talks(12, tasks=True, reward=1.0, survey=BEST))
    silent = side("silent", talks(12, tasks=True, reward=1.0))
    found = usi(human, told, drawing=QUICK)
    assert (found.index, found.Eval, found.ECE) == ("USI", 100, 0)
    assert pytest.approx((4 * found.USI_D1_D4 + 200) / 6) == found.USI
    assert usi(human, silent, drawing=QUICK).Eval is None
    beside = {f"airline_{i}": WORST for i in range(3)}
    assert usi(human, silent, survey=beside, drawing=QUICK).Eval == pytest.approx(0)


def test_batches_are_scored_each_and_averaged() -> None:
    one, two = (talks(20, POLITE if k else BLUNT, seed=k, human=True, batch=str(k)) for k in (0, 1))
    other = side("other", talks(20, seed=3))
    both = usi(side("people", one, two), other, drawing=QUICK)
    each = [usi(side("people", part), other, drawing=QUICK).D1 for part in (one, two)]
    assert pytest.approx(sum(each) / 2) == both.D1
    assert both.batches and both.batches.n == 2
    assert both.batches.std["D1"] == pytest.approx(abs(each[0] - each[1]) / 2)
    between = usi(side("a", one), side("b", two), drawing=QUICK)
    assert both.human_pairs and both.human_pairs.n == 1
    assert both.human_pairs.mean["D1"] == pytest.approx(between.D1)


def test_variants_are_never_mixed() -> None:
    mended = make_side("mended", feature_rows(talks(20, seed=2), USI_FIXED), 0)
    with pytest.raises(ValueError, match="variants mixed: USI and USI-F"):
        usi(PEOPLE, mended, drawing=QUICK)
    found = usi(mended, mended, drawing=QUICK)
    assert (found.variant, found.index) == ("USI-F", "USI-F D1-D4")


def test_numbers_alone_do_not_make_tasks_the_same() -> None:
    bare = [
        talks(15, seed=k).with_columns(task_id=pl.Series([str(i) for i in range(15)]))
        for k in (1, 2)
    ]
    found = usi(side("a", bare[0]), side("b", bare[1]), drawing=QUICK)
    assert found.two_sample and found.two_sample.group == "conversation"


def test_too_few_conversations_say_what_to_do() -> None:
    silent = talks(3).with_columns(
        messages=pl.lit([], pl.List(pl.Struct({"role": pl.String, "content": pl.String})))
    )
    with pytest.raises(TooFewUsers, match=r"with a user turn: 0, without: 3; .* Give a file"):
        side("none", silent)
    with pytest.raises(TooFewUsers, match="with a user turn: 1"):
        side("one", talks(1))
    assert side("two", talks(2), silent).n_skipped == 3


def test_copies_tie_and_the_distant_do_not() -> None:
    near, far = talks(40, seed=5), talks(40, POLITE, seed=6)
    found = rank_candidates(
        PEOPLE, [side("far", far), side("a", near), side("b", near)], drawing=QUICK
    )
    assert [(place.rank, place.names) for place in found.ranking] == [(1, ["a", "b"]), (3, ["far"])]
    assert [each.name for each in found.candidates] == ["far", "a", "b"]
    assert found.ranked_by == "USI_D1_D4"
    by = {(each.name, each.against): each.difference for each in found.contrasts}
    assert (by["b", "a"].value, by["b", "a"].low, by["b", "a"].high) == (0, 0, 0)
    assert by["far", "a"].high < 0


def test_different_runs_of_one_simulator_tie() -> None:
    """A few percent of such pairs may be called different; not of these twelve."""
    runs = [side(str(k), talks(40, seed=10 + k, mixed=POLITE)) for k in range(5)]
    found = rank_candidates(PEOPLE, runs, drawing=QUICK)
    assert [place.rank for place in found.ranking] == [1]
    assert len(found.ranking[0].names) == 5


def test_an_index_with_a_survey_is_not_ranked_against_one_without() -> None:
    human = side("people", talks(12, human=True, tasks=True, reward=1.0, survey=BEST))
    told = side("told", talks(12, seed=1, tasks=True, reward=1.0, survey=BEST))
    silent = side("silent", talks(12, seed=2, tasks=True, reward=1.0))
    assert rank_candidates(human, [told], drawing=QUICK).ranked_by == "USI"
    assert rank_candidates(human, [silent], drawing=QUICK).ranked_by == "USI"
    assert rank_candidates(human, [told, silent], drawing=QUICK).ranked_by == "USI_D1_D4"


def test_a_candidates_result_does_not_depend_on_the_others() -> None:
    a, b = side("a", talks(30, seed=5)), side("b", talks(30, POLITE, seed=6))
    alone = rank_candidates(PEOPLE, [b], drawing=QUICK).candidates[0]
    assert rank_candidates(PEOPLE, [a, b], drawing=QUICK).candidates[1] == alone
