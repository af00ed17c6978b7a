from __future__ import annotations

from persona_extract.report.thin import MOST_USERS, thin
from tests.unit.report.sample import empty_results, sample_results


def test_a_small_run_keeps_every_user_and_value() -> None:
    results = sample_results(40)
    shown = thin(results)
    assert shown.users == results.users
    assert all(len(d.values) == 40 for d in shown.dimensions)
    value = results.dimensions[0].values[3]
    assert shown.dimensions[0].values[3] == round(value, 5) != value


def test_a_large_run_is_cut_to_the_same_users_everywhere() -> None:
    results = sample_results(3 * MOST_USERS + 7)
    shown = thin(results)
    assert len(shown.users) == MOST_USERS
    assert shown.n_users == 3 * MOST_USERS + 7
    dimension, whole = shown.dimensions[5], results.dimensions[5]
    place = results.users.index(shown.users[dimension.users[17]])
    assert dimension.values[17] == round(whole.values[place], 5)
    assert dimension.median == whole.median


def test_values_of_users_that_were_left_out_go_with_them() -> None:
    results = sample_results(2 * MOST_USERS)
    holes = results.dimensions[0].model_copy(update={"users": [0, 1, 3], "values": [0.1, 0.2, 0.3]})
    shown = thin(results.model_copy(update={"dimensions": [holes]}))
    assert (shown.dimensions[0].users, shown.dimensions[0].values) == ([0], [0.1])


def test_nothing_stays_nothing() -> None:
    assert thin(empty_results()) == empty_results()
