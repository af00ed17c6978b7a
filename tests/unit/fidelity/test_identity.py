"""Identity: finds planted users, nothing in shuffled ones, and never reads the held-out one."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from persona_extract.dimensions.read import pool_conversations
from persona_extract.errors import TooFewUsers
from persona_extract.fidelity.identity import identity, profile_leads, repeated
from persona_extract.fidelity.likeness import learn
from persona_extract.fidelity.written import LeftOut, Written, leave_out, read_profiles
from persona_extract.records.profile import Profile
from persona_extract.records.tables import READINGS, TURNS
from persona_extract.text import content_hash
from tests.unit.profile.people import conversations, part, profiles

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


def arrays(seed: int = 0) -> LeftOut:
    return left_out(corpus(12, 4, signal=2.0, seed=seed, n_dimensions=6)[0])


def left_out(readings: pl.DataFrame) -> LeftOut:
    return leave_out(readings, repeated(readings, seed=0)[0])


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
    readings, _ = corpus(12, 4, signal=2.0, n_dimensions=6)
    towards = (
        readings.filter(pl.col("user_key") == "u007")
        .group_by("dimension")
        .agg(pl.col("mean").mean().alias("theirs"))
    )
    first = pl.col("conversation_id") == "u000c0"
    moved = readings.join(towards, on="dimension", how="left").with_columns(
        mean=pl.when(first).then("theirs").otherwise("mean")
    )
    found = left_out(moved.select(list(READINGS)).sort("user_key", "conversation_id", "dimension"))
    plain = left_out(readings)
    assert (found.rest.value[0] == plain.rest.value[0]).all()
    assert (found.rest.n[0] == plain.rest.n[0]).all()
    leads = profile_leads(found, 0)(np.arange(len(found.owner)))
    assert leads[0, 7] < 0 and leads[0].min() == leads[0, 7]
    assert (leads[np.arange(len(found.owner)), found.owner] == 0).all()


def test_two_users_are_compared_under_a_model_of_neither() -> None:
    """The variance of turns is learnt from spreads of held-out conversations only: that of the two
    compared must not matter, that of everybody else must."""
    plain = arrays()
    rows = np.flatnonzero(plain.owner == 2)
    before = profile_leads(plain, 0)(rows)
    for other in (5, 9):
        theirs = np.isin(plain.owner, (2, other))
        for noisy, same in ((theirs, True), (~theirs, False)):
            spread = np.where(noisy[:, None], plain.held_out.spread * 100, plain.held_out.spread)
            held_out = replace(plain.held_out, spread=spread)
            changed = profile_leads(replace(plain, held_out=held_out), 0)(rows)
            assert (changed[:, other] == before[:, other]).all() == same


def test_profiles_of_a_pack_give_the_same_scores() -> None:
    """Compiled for every conversation left out, written as JSON and read back: to 1e-12."""
    frame = conversations(n_users=8, per_user=3)
    readings = pool_conversations(part(frame).readings)
    fast = leave_out(readings, repeated(readings, seed=0)[0])
    names = readings["dimension"].unique().sort().to_list()
    pairs = frame.select("user_key", "conversation_id").sort("user_key", "conversation_id").rows()
    this = pl.col("conversation_id")
    slow = LeftOut(
        held_out=written([frame.filter(this == c) for _, c in pairs], names),
        rest=written(
            [frame.filter((pl.col("user_key") == u) & (this != c)) for u, c in pairs], names
        ),
        whole=written([frame.filter(pl.col("user_key") == u) for u in dict(pairs)], names),
        owner=fast.owner,
    )
    every = np.arange(len(fast.owner))
    assert len(every) == 24 and slow.whole.n.shape == (8, len(names))
    found, expected = profile_leads(slow, 4)(every), profile_leads(fast, 4)(every)
    assert np.abs(found - expected).max() < 1e-12
    assert np.abs(expected).max() > 0.1


def written(people: list[pl.DataFrame], dimensions: list[str]) -> Written:
    """One compiled profile of each frame of conversations, through JSON. The same conversation
    may be in several of them."""
    keys = [content_hash("user", str(i)) for i in range(len(people))]
    renamed = [
        person.with_columns(
            user_key=pl.lit(key),
            conversation_id=pl.Series(
                [content_hash(key, c) for c in person["conversation_id"]], dtype=pl.String
            ),
        )
        for key, person in zip(keys, people, strict=True)
    ]
    lines = [profile.model_dump_json() for profile in profiles(pl.concat(renamed))]
    read = {p.source.user_key: p for p in map(Profile.model_validate_json, lines)}
    return read_profiles([read[key].readings for key in keys], dimensions)


def test_identity_is_told_by_how_much_there_is_to_read() -> None:
    result = identity(*corpus(24, 4, signal=1.0), seed=0, bootstrap=20)
    kinds = [amount.what for amount in result.by_amount]
    assert set(kinds) == {"held-out turns", "held-out words", "profile turns"}
    for kind in set(kinds):
        parts = [amount for amount in result.by_amount if amount.what == kind]
        assert sum(part.n_conversations for part in parts) == result.n_conversations
        assert all(a.most < b.least for a, b in pairwise(parts))
        mean = sum(part.auc * part.n_conversations for part in parts) / result.n_conversations
        assert mean == pytest.approx(result.auc, abs=1e-5)


def test_rare_shares_count_for_more_than_frequent_ones() -> None:
    """Two profiles that share a habit with a conversation: that of one user in twenty says more
    than that of every second."""
    rng = np.random.default_rng(1)
    owner = np.repeat(np.arange(60), 4)
    habits = np.stack([np.arange(60) % 20 == 0, np.arange(60) % 2 == 0], axis=1) * 0.8 + 0.1
    value = (rng.random((240, 2)) < habits[owner]).astype(float)
    ones = np.ones_like(value)
    rows = [value[owner == u] for u in range(60)]
    whole = Written(np.stack([r.mean(0) for r in rows]), np.zeros((60, 2)), np.full((60, 2), 4.0),
                    np.full((60, 2), 4.0))  # fmt: skip
    rest_value = (whole.value[owner] * 4 - value) / 3
    rest = Written(rest_value, np.sqrt(rest_value * (1 - rest_value)), ones * 3, ones * 3)
    held_out = Written(value, np.zeros_like(value), ones, ones)
    model = learn(held_out, rest, whole, owner, seed=0)
    assert model.share.all() and (model.weight > 0).all()
    shown = Written(np.ones((1, 2)), np.zeros((1, 2)), np.ones((1, 2)), np.ones((1, 2)))
    always = Written(np.ones((1, 2)), np.zeros((1, 2)), np.full((1, 2), 4.0), np.full((1, 2), 4.0))
    rare, frequent = model.evidence(shown, always)[0]
    assert rare > 2 * frequent > 0
    both = model.score(held_out, whole)
    own = both[np.arange(240), owner]
    assert np.allclose(own, model.score_own(held_out, whole.take(owner)))


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
