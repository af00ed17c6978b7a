"""Identity: finds planted users, nothing in shuffled ones, and never reads the held-out one."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from persona_extract.errors import TooFewUsers
from persona_extract.fidelity.identity import identity, profile_leads, repeated
from persona_extract.fidelity.written import LeftOut, Written
from persona_extract.records.tables import READINGS, TURNS

WORDS = ("order", "flight", "list", "table", "price", "room", "ticket", "card", "lamp", "book")
LETTERS = "abcdefghijkl"


def corpus(
    n_users: int, n_conversations: int, *, signal: float, seed: int = 0, n_dimensions: int = 12
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Readings and turns; `signal` is the spread of users in units of the spread of turns."""
    generator = np.random.default_rng(seed)
    centres = generator.normal(0, signal, (n_users, n_dimensions))
    readings: list[dict[str, object]] = []
    turns: list[dict[str, object]] = []
    for user in range(n_users):
        for c in range(n_conversations):
            keys = {"user_key": f"u{user:03}", "conversation_id": f"u{user:03}c{c}"}
            for d in range(n_dimensions):
                n = int(generator.integers(0, 5))
                if n or d == 0:
                    values = generator.normal(centres[user, d], 1, max(n, 1))
                    readings.append(
                        keys
                        | {
                            "dimension": f"d{d:02}",
                            "n": len(values),
                            "mean": values.mean(),
                            "m2": ((values - values.mean()) ** 2).sum(),
                        }
                    )
            text = " ".join(generator.choice(WORDS, 8))
            turns.append(keys | {"turn": 0, "n_turns": 1, "text": text})
    return pl.DataFrame(readings, schema=READINGS), pl.DataFrame(turns, schema=TURNS)


def arrays(seed: int = 0) -> tuple[Readings, np.ndarray]:
    generator = np.random.default_rng(seed)
    owner = np.repeat(np.arange(12), 4)
    centres = generator.normal(0, 2, (12, 6))
    n = generator.integers(1, 6, (48, 6)).astype(float)
    mean = centres[owner] + generator.normal(0, 1, (48, 6))
    return Readings(n, mean, n * 0.5), owner


def test_planted_users_are_found() -> None:
    result = identity(*corpus(30, 4, signal=2.0), seed=0, bootstrap=200)
    assert result.auc > 0.95 and result.top1 > 0.5
    assert result.auc_low <= result.auc <= result.auc_high
    assert (result.n_users, result.n_conversations) == (30, 120)


def test_text_of_nobody_in_particular_is_near_chance() -> None:
    baselines = identity(*corpus(30, 4, signal=2.0), seed=0, bootstrap=50).baselines
    assert set(baselines) == {"char", "word", "chance"}
    assert 0.35 < baselines["char"].auc < 0.62 and 0.35 < baselines["word"].auc < 0.62
    assert baselines["chance"].auc == 0.5 and baselines["chance"].top1 == round(1 / 30, 6)


def test_own_words_are_found_by_the_text_baselines() -> None:
    readings, turns = corpus(12, 3, signal=0.0)
    own_word = pl.col("user_key").replace_strict({f"u{i:03}": c * 6 for i, c in enumerate(LETTERS)})
    marked = turns.with_columns(text=pl.col("text") + " " + own_word)
    baselines = identity(readings, marked, seed=0, bootstrap=10).baselines
    assert baselines["char"].auc > 0.95 and baselines["word"].auc > 0.95


def test_users_without_habits_are_at_chance() -> None:
    """The mean over seeds, so that a small bias would show: a model that is learnt on the users
    it compares with gives 0.55 and more here."""
    found = [
        identity(*corpus(24, 4, signal=0.0, seed=s), seed=s, bootstrap=0).auc for s in range(12)
    ]
    assert np.mean(found) == pytest.approx(0.5, abs=0.035)


def test_the_held_out_conversation_is_not_in_its_own_profile() -> None:
    """One conversation is moved far away: its own user must not follow it."""
    readings, owner = arrays()
    moved = readings.mean.copy()
    moved[0] = moved[owner == 7].mean(axis=0)  # written like user 7
    rows = np.arange(len(owner))
    leads = profile_leads(Readings(readings.n, moved, readings.m2), owner, 0)(rows)
    assert leads[0, 7] < 0 and leads[0].min() == leads[0, 7]
    assert (leads[np.arange(len(owner)), owner] == 0).all()


def test_two_users_are_compared_under_a_model_of_neither() -> None:
    """Noise per turn is learnt from m2 only: that of the two compared must not matter, that of
    everybody else must."""
    readings, owner = arrays()
    rows = np.flatnonzero(owner == 2)
    plain = profile_leads(readings, owner, 0)(rows)
    for other in (5, 9):
        theirs = np.isin(owner, (2, other))
        for noisy, same in ((theirs, True), (~theirs, False)):
            m2 = np.where(noisy[:, None], readings.m2 * 1e4, readings.m2)
            changed = profile_leads(Readings(readings.n, readings.mean, m2), owner, 0)(rows)
            assert (changed[:, other] == plain[:, other]).all() == same


def test_users_with_one_conversation_are_left_out() -> None:
    readings, turns = corpus(10, 3, signal=1.0)
    lone, lone_turns = corpus(5, 1, signal=1.0, seed=9)
    rename = pl.col("user_key", "conversation_id").str.replace("u", "z")
    both = identity(
        pl.concat([readings, lone.with_columns(rename)]),
        pl.concat([turns, lone_turns.with_columns(rename)]),
        seed=1,
        bootstrap=20,
    )
    assert both == identity(readings, turns, seed=1, bootstrap=20)


def test_the_order_of_rows_does_not_matter_and_a_seed_repeats() -> None:
    readings, turns = corpus(10, 3, signal=1.0)
    first = identity(readings, turns, seed=3, bootstrap=50)
    assert first == identity(readings.reverse(), turns.reverse(), seed=3, bootstrap=50)
    assert round(first.auc, 6) == first.auc


@pytest.mark.parametrize(("n_users", "n_conversations"), [(0, 1), (1, 4), (3, 4), (8, 1)])
def test_too_few_users_are_refused(n_users: int, n_conversations: int) -> None:
    with pytest.raises(TooFewUsers, match="at least 4 users with 2 conversations"):
        identity(*corpus(n_users, n_conversations, signal=1.0), seed=0)


def test_four_users_are_enough() -> None:
    result = identity(*corpus(4, 2, signal=1.0), seed=0, bootstrap=20)
    assert result.n_users == 4 and 0 <= result.auc <= 1


def test_readings_without_turns_are_refused() -> None:
    readings, turns = corpus(5, 2, signal=1.0)
    with pytest.raises(ValueError, match="no turns"):
        identity(readings, turns.head(2), seed=0)


def test_of_many_users_a_seeded_sample_is_ranked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("persona_extract.fidelity.identity.MOST_USERS", 12)
    readings, turns = corpus(30, 3, signal=2.0)
    chosen, n_users = repeated(readings, seed=1)
    assert n_users == 30 and chosen["user_key"].n_unique() == 12
    assert not chosen.equals(repeated(readings, seed=2)[0])
    found = identity(readings, turns, seed=1, bootstrap=20)
    assert (found.n_users, found.n_conversations) == (12, 36)
    assert found == identity(readings.reverse(), turns, seed=1, bootstrap=20)
    assert found.auc > 0.9
