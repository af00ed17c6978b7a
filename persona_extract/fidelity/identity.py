"""Do profiles tell users apart? Leave one conversation out and look for whose it is.

Each conversation of each user with two conversations or more is held out in turn; all users'
profiles are ranked by how well they predict it, the own one compiled without it. Both sides are
readings as profiles have them in JSON: value, spread, turns and conversations of each dimension.
What the ranking needs to know about people in general is learnt from other users only.
"""

# pyright: reportMissingTypeStubs=false
# (threadpoolctl ships no stubs)

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from persona_extract.errors import TooFewUsers
from persona_extract.fidelity.amounts import Amount, amounts, by_amount
from persona_extract.fidelity.baselines import text_leads
from persona_extract.fidelity.likeness import Likeness, learn
from persona_extract.fidelity.ranking import Floats, Ints, Leads, Ranking, chance, place, rank
from persona_extract.fidelity.written import LeftOut, leave_out
from persona_extract.records.tables import READINGS, conform

MOST_USERS = 1000
"""Users ranked. Chance at the first place is then one in a thousand; more of them cost time in
their square and change no AUC by more than its interval."""

FOLDS = 10
"""Groups of users; for each two of them a model is learnt on the users outside both."""


LEAST_USERS = 4


@dataclass(frozen=True, slots=True)
class IdentityResult(Ranking):
    """The profiles' `Ranking`, those of the baselines "char", "word" and "chance", and how much
    the profiles' depends on how much there is to read."""

    baselines: Mapping[str, Ranking]
    by_amount: tuple[Amount, ...]


def identity(
    readings: pl.DataFrame, turns: pl.DataFrame, *, seed: int, bootstrap: int = 1000
) -> IdentityResult:
    """How well profiles, and text alone, find each held-out conversation's user.

    Of more than `MOST_USERS` users a seeded sample is ranked: every conversation is held against
    every user. One thread: the matrices are small, and threads cost more than they bring.

    Args:
        readings: `READINGS`.
        turns: user_key, conversation_id, turn and text of the same conversations; read by the
            text baselines only.
        seed: of the sample of users, of the folds and of the bootstrap.
        bootstrap: resamples of users for the intervals.

    Raises:
        TooFewUsers: fewer than four users have two conversations.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        return _identity(readings, turns, seed, bootstrap)


def repeated(readings: pl.DataFrame, *, seed: int) -> tuple[pl.DataFrame, int]:
    """user_key and conversation_id of the users who are ranked, sorted; and how many there are to
    choose from: those with two conversations or more.

    Raises:
        TooFewUsers: fewer than four users have two conversations.
    """
    kept = _repeated(conform(readings, READINGS))
    users = kept["user_key"].unique().sort()
    if len(users) <= MOST_USERS:
        return kept, len(users)
    chosen = np.random.default_rng(seed).choice(len(users), MOST_USERS, replace=False)
    return kept.join(pl.DataFrame({"user_key": users[chosen]}), on="user_key", how="semi"), len(
        users
    )


def _identity(
    readings: pl.DataFrame, turns: pl.DataFrame, seed: int, bootstrap: int
) -> IdentityResult:
    conversations, _ = repeated(readings, seed=seed)
    corpus = leave_out(readings, conversations)
    owner = corpus.owner
    texts = _texts(turns, conversations)
    options = {"seed": seed, "bootstrap": bootstrap}
    places = place(owner, profile_leads(corpus, seed))
    profiles = places.sum_up(seed=seed, bootstrap=bootstrap)
    baselines = {
        "char": rank(owner, text_leads(texts, owner, "char"), **options),
        "word": rank(owner, text_leads(texts, owner, "word"), **options),
        "chance": chance(profiles.n_users, profiles.n_conversations),
    }
    return IdentityResult(
        profiles.auc,
        profiles.auc_low,
        profiles.auc_high,
        profiles.top1,
        profiles.n_users,
        profiles.n_conversations,
        baselines,
        by_amount(places, amounts(corpus, texts), seed=seed, bootstrap=bootstrap),
    )


def profile_leads(corpus: LeftOut, seed: int) -> Leads:
    """By how much the own profile predicts a conversation better than each user's.

    Two users are compared under a model that was learnt on neither: a model knows the users it was
    learnt on better than others, so that the own user, left out of it, would look near to
    everything (AUC 0.57 on shuffled labels).
    """
    owner, n_users = corpus.owner, len(corpus.whole.n)
    folds = min(FOLDS, n_users)
    fold_of = np.random.default_rng(seed).permutation(n_users) % folds
    models = {
        (a, b): _learn(corpus, (fold_of != a) & (fold_of != b), seed)
        for a in range(folds)
        for b in range(a, folds)
    }

    def leads(rows: Ints) -> Floats:
        out = np.zeros((len(rows), n_users))
        for (a, b), model in models.items():
            for mine, others in {(a, b), (b, a)}:
                at = np.flatnonzero(fold_of[owner[rows]] == mine)
                users = np.flatnonzero(fold_of == others)
                held_out, rest = corpus.held_out.take(rows[at]), corpus.rest.take(rows[at])
                own = model.score_own(held_out, rest)[:, None]
                out[np.ix_(at, users)] = own - model.score(held_out, corpus.whole.take(users))
        out[np.arange(len(rows)), owner[rows]] = 0
        return out

    return leads


def _learn(corpus: LeftOut, known: npt.NDArray[np.bool_], seed: int) -> Likeness:
    rows, users = np.flatnonzero(known[corpus.owner]), np.flatnonzero(known)
    return learn(
        corpus.held_out.take(rows),
        corpus.rest.take(rows),
        corpus.whole.take(users),
        np.searchsorted(users, corpus.owner[rows]),
        seed=seed,
    )


def _repeated(readings: pl.DataFrame) -> pl.DataFrame:
    """user_key and conversation_id of the users with two conversations or more, sorted."""
    pairs = readings.select("user_key", "conversation_id").unique()
    kept = pairs.filter(pl.len().over("user_key") >= 2).sort("user_key", "conversation_id")
    n_users = kept["user_key"].n_unique()
    if n_users < LEAST_USERS:
        raise TooFewUsers(
            f"identity needs at least {LEAST_USERS} users with 2 conversations each (two to tell "
            f"apart, two to learn from), and {n_users} of "
            f"{pairs['user_key'].n_unique()} users have them: take a source with user ids, "
            "or more of it"
        )
    return kept


def _texts(turns: pl.DataFrame, conversations: pl.DataFrame) -> list[str]:
    """The user's text of each conversation, turns joined by line breaks, in the same order."""
    keys = ["user_key", "conversation_id"]
    joined = turns.sort(*keys, "turn").group_by(keys, maintain_order=True)
    texts = joined.agg(pl.col("text").str.join("\n"))
    found = conversations.join(texts, on=keys, how="left", maintain_order="left")
    if found["text"].null_count():
        raise ValueError(f"{found['text'].null_count()} conversations have readings but no turns")
    return found["text"].to_list()
