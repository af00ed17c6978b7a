"""Do profiles tell users apart? Leave one conversation out and look for whose it is.

Each conversation of each user with two conversations or more is held out in turn; all users'
profiles are ranked by how well they predict its readings, the own one pooled without it. What the
ranking needs to know about people in general is learnt from other users only.
"""

# threadpoolctl has no type stubs:
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from persona_extract.errors import TooFewUsers
from persona_extract.fidelity import plda
from persona_extract.fidelity.baselines import text_leads
from persona_extract.fidelity.ranking import Floats, Ints, Leads, Ranking, chance, rank
from persona_extract.records.tables import READINGS, conform

MOST_USERS = 1000
"""Users ranked. Chance at the first place is then one in a thousand; more of them cost time in
their square and change no AUC by more than its interval."""

FOLDS = 10
"""Groups of users; for each two of them a model is learnt on the users outside both."""


LEAST_USERS = 4


@dataclass(frozen=True, slots=True)
class IdentityResult(Ranking):
    """The profiles' `Ranking`, and those of the baselines "char", "word" and "chance"."""

    baselines: Mapping[str, Ranking]


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
    owner = _number(conversations["user_key"])
    texts = _texts(turns, conversations)
    options = {"seed": seed, "bootstrap": bootstrap}
    profiles = rank(owner, profile_leads(_arrays(readings, conversations), owner, seed), **options)
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
    )


def profile_leads(readings: plda.Readings, owner: Ints, seed: int) -> Leads:
    """By how much the own profile predicts a conversation better than each user's.

    Two users are compared under a model that was learnt on neither: a model spreads out the users
    it was learnt on further than others, so that the own user, left out of it, would look near to
    everything (AUC 0.57 on shuffled labels).
    """
    n_users = int(owner.max()) + 1
    folds = min(FOLDS, n_users)
    fold_of = np.random.default_rng(seed).permutation(n_users) % folds
    parts = {
        (a, b): _Part.learn(readings, owner, (fold_of != a) & (fold_of != b))
        for a in range(folds)
        for b in range(a, folds)
    }

    def leads(rows: Ints) -> Floats:
        out = np.zeros((len(rows), n_users))
        for (a, b), part in parts.items():
            for mine, others in {(a, b), (b, a)}:
                at = np.flatnonzero(fold_of[owner[rows]] == mine)
                users = np.flatnonzero(fold_of == others)
                held_out = readings.take(rows[at])
                out[np.ix_(at, users)] = part.leads(held_out, owner[rows[at]], users)
        out[np.arange(len(rows)), owner[rows]] = 0
        return out

    return leads


@dataclass(frozen=True, slots=True)
class _Part:
    """The model learnt without two groups of users, and everybody's profile on its axes."""

    model: plda.Plda
    sums: Floats  # of the places of each user's conversations, shape (users, axes)
    counts: Floats  # the number of them

    @staticmethod
    def learn(readings: plda.Readings, owner: Ints, known: npt.NDArray[np.bool_]) -> _Part:
        rows = np.flatnonzero(known[owner])
        model = plda.fit(readings.take(rows), owner[rows])
        places = model.place(readings)
        sums = np.zeros((len(known), places.shape[1]))
        np.add.at(sums, owner, places)
        return _Part(model, sums, np.bincount(owner).astype(np.float64))

    def leads(self, held_out: plda.Readings, owner: Ints, users: Ints) -> Floats:
        places = self.model.place(held_out)
        others = self.model.score(places, self.sums[users], self.counts[users])
        own = self.model.score_own(places, self.sums[owner] - places, self.counts[owner] - 1)
        return own[:, None] - others


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


def _number(keys: pl.Series) -> Ints:
    return np.unique(keys.to_numpy(), return_inverse=True)[1].astype(np.int64)


def _texts(turns: pl.DataFrame, conversations: pl.DataFrame) -> list[str]:
    """The user's text of each conversation, turns joined by line breaks, in the same order."""
    keys = ["user_key", "conversation_id"]
    joined = turns.sort(*keys, "turn").group_by(keys, maintain_order=True)
    texts = joined.agg(pl.col("text").str.join("\n"))
    found = conversations.join(texts, on=keys, how="left", maintain_order="left")
    if found["text"].null_count():
        raise ValueError(f"{found['text'].null_count()} conversations have readings but no turns")
    return found["text"].to_list()


def _arrays(readings: pl.DataFrame, conversations: pl.DataFrame) -> plda.Readings:
    numbered = readings.join(
        conversations.with_row_index("row"), on=["user_key", "conversation_id"]
    )
    names = numbered["dimension"].unique().sort()
    rows, columns = numbered["row"].to_numpy(), names.search_sorted(numbered["dimension"])
    shape = (conversations.height, len(names))

    def spread(column: str) -> Floats:
        array = np.zeros(shape)
        array[rows, columns.to_numpy()] = numbered[column].to_numpy()
        return array

    return plda.Readings(spread("n"), spread("mean"), spread("m2"))
