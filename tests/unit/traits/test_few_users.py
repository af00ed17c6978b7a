import pytest

from persona_extract.records.settings import ClusterSettings
from persona_extract.traits.few_users import k_users, warning


@pytest.mark.parametrize(
    ("n_users", "k"),
    [(0, 3), (1, 3), (2, 3), (29, 3), (30, 3), (31, 4), (64, 7), (99, 10), (100, 10), (9_999, 10)],
)
def test_ten_users_or_a_tenth_of_few_but_never_below_three(n_users: int, k: int):
    assert k_users(ClusterSettings(), n_users) == k


def test_what_is_asked_for_is_taken():
    assert k_users(ClusterSettings(min_users=1), 500) == 1
    assert k_users(ClusterSettings(min_users=25), 50) == 25


def test_fewer_than_usual_is_said():
    assert warning(10, 100) is None
    assert "from 7 users on (of 64)" in str(warning(7, 64))
