"""Whose profile predicts a conversation: likelihood ratios by dimension, weighed and summed.

A reading is taken as what people in general do, plus the user, plus the conversation, plus turns:
three variances, estimated by moments (analysis of variance with unequal sizes, Searle 1971). Given
a profile, the user's part is predicted by its shrunk value, and a held-out conversation's reading
is so many times as likely as for anybody: by the binomial for shares of turns, whose rare habits a
normal curve undervalues; by the normal for the rest. Dimensions repeat each other, so the logs are
weighed; the weights come from telling users apart who are not among the compared.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from persona_extract.fidelity.ranking import Floats, Ints
from persona_extract.fidelity.weighing import weigh
from persona_extract.fidelity.written import Written

Mask = npt.NDArray[np.bool_]

CLIP = 3.0
"""Standard deviations that a normal reading may be off at the most: one page is no proof."""

RIVALS = 20
"""Other users that each conversation learnt from is held against."""

MOST_LEARNT_FROM = 800
"""Conversations that weights are learnt on: more cost time and change little."""

LEAST_COMPARED = 20
"""Conversations of which the same user's others are known too: of fewer, or of less than half where
there are not so many, a dimension's variances are not to be had, and it says nothing."""

_LEAST_BETWEEN = 0.005  # of the variance of conversations: below it, a dimension is no habit
_LEAST_WITHIN = 0.02  # of the same: nobody is taken to be wholly constant
_SHARE = 1e-5  # spread^2 of a share of turns is value (1 - value), but for rounding


@dataclass(frozen=True, slots=True)
class Likeness:
    """A fitted model; arrays of shape (dimensions,).

    Attributes:
        centre: mean over conversations.
        between: variance between users.
        conversation: variance between conversations of one user, but for the chance of few turns.
        turn: variance between turns of one conversation.
        share: whether the dimension is a share of turns.
        weight: what a unit of log-likelihood counts; 0 where users do not differ.
    """

    centre: Floats
    between: Floats
    conversation: Floats
    turn: Floats
    share: Mask
    weight: Floats

    def evidence(self, held_out: Written, profiles: Written) -> Floats:
        """Log-likelihood ratio by dimension of row i of the one given row i of the other, not
        weighed, shape (rows, dimensions); 0 where either has no reading."""
        out = self._normal(held_out, profiles)
        done, not_done = self._turns(held_out)
        for_done, for_not = self._logs(profiles)
        out[:, self.share] = done * for_done + not_done * for_not
        return out

    def score_own(self, held_out: Written, profiles: Written) -> Floats:
        """Weighed evidence of row i given profile i, shape (rows,)."""
        return self.evidence(held_out, profiles) @ self.weight

    def score(self, held_out: Written, profiles: Written) -> Floats:
        """Weighed evidence of each conversation given each profile, shape (rows, profiles)."""
        rest = self._only((self.weight != 0) & ~self.share)
        mine, theirs = _across(held_out, rest.kept, 1), _across(profiles, rest.kept, 0)
        normal = rest.model._normal(mine, theirs) @ rest.model.weight
        done, not_done = self._turns(held_out)
        for_done, for_not = self._logs(profiles)
        weight = self.weight[self.share]
        return normal + (done * weight) @ for_done.T + (not_done * weight) @ for_not.T

    def _only(self, kept: Mask) -> _Kept:
        return _Kept(
            Likeness(
                self.centre[kept],
                self.between[kept],
                self.conversation[kept],
                self.turn[kept],
                self.share[kept],
                self.weight[kept],
            ),
            np.flatnonzero(kept),
        )

    def _around(self, readings: Written) -> Floats:
        """Variance of readings around what people in general do."""
        chance = self.turn / np.maximum(readings.n, 1)
        return self.between + self.conversation / np.maximum(readings.n_conversations, 1) + chance

    def _normal(self, held_out: Written, profiles: Written) -> Floats:
        mine, theirs = self._around(held_out), self._around(profiles)
        x = np.clip((held_out.value - self.centre) / np.sqrt(mine), -CLIP, CLIP)
        y = np.clip((profiles.value - self.centre) / np.sqrt(theirs), -CLIP, CLIP)
        r = np.minimum(self.between / np.sqrt(mine * theirs), 0.99)
        left = 1 - r**2
        out = -0.5 * np.log(left) - 0.5 * (r**2 * (x**2 + y**2) - 2 * r * x * y) / left
        return np.where((held_out.n > 0) & (profiles.n > 0), out, 0.0)

    def _turns(self, held_out: Written) -> tuple[Floats, Floats]:
        """Turns that show a share and turns that do not, each as many as independent ones would
        say: turns of one conversation are alike."""
        s = self.share
        n, value = held_out.n[:, s], np.clip(held_out.value[:, s], 0, 1)
        alike = self.conversation[s] / np.maximum(self.conversation[s] + self.turn[s], 1e-12)
        counted = n / (1 + np.maximum(n - 1, 0) * alike)
        return counted * value, counted * (1 - value)

    def _logs(self, profiles: Written) -> tuple[Floats, Floats]:
        """By how much likelier than for anybody a turn shows a share, and does not, as logs."""
        s = self.share
        centre, there = self.centre[s], profiles.n[:, s] > 0
        trust = self.between[s] / np.maximum(self._around(profiles)[:, s], 1e-12)
        chance = centre + np.where(there, trust, 0) * (profiles.value[:, s] - centre)
        chance = np.clip(chance, 1e-6, 1 - 1e-6)
        return np.log(chance / centre), np.log((1 - chance) / (1 - centre))


@dataclass(frozen=True, slots=True)
class _Kept:
    model: Likeness
    kept: Ints


def learn(held_out: Written, rest: Written, whole: Written, owner: Ints, *, seed: int) -> Likeness:
    """Learn variances and weights from users who take no part in the comparison.

    Args:
        held_out: their conversations, one by one.
        rest: for each the profile of the same user's other conversations.
        whole: their profiles.
        owner: row of `whole` that each conversation belongs to.
        seed: of the rivals drawn.
    """
    plain = _variances(held_out, rest)
    rng = np.random.default_rng(seed)
    some = np.sort(rng.permutation(len(owner))[:MOST_LEARNT_FROM])
    held_out, rest, owner = held_out.take(some), rest.take(some), owner[some]
    n_users = len(whole.n)
    used = np.flatnonzero(plain.weight > 0)
    own = plain.evidence(held_out, rest)[:, used]
    ahead = np.empty((len(owner), RIVALS, len(used)))
    for k in range(RIVALS):
        rival = (owner + rng.integers(1, n_users, len(owner))) % n_users
        ahead[:, k] = own - plain.evidence(held_out, whole.take(rival))[:, used]
    weight = np.zeros(len(plain.centre))
    weight[used] = weigh(ahead)
    return replace(plain, weight=weight)


def _variances(held_out: Written, rest: Written) -> Likeness:
    """The model with weight 1 where users differ."""
    seen = held_out.n > 0
    n_seen = np.maximum(seen.sum(axis=0), 1)
    centre: Floats = np.where(seen, held_out.value, 0).sum(axis=0) / n_seen
    total = np.where(seen, (held_out.value - centre) ** 2, 0).sum(axis=0) / n_seen
    share = _shares(held_out)
    after_all: Floats = (centre * n_seen + 0.5) / (n_seen + 1)
    # A rule of succession keeps what nobody did from being impossible.
    centre = np.where(share, after_all, centre).astype(np.float64)
    freedom = np.maximum(np.where(seen, held_out.n - 1, 0).sum(axis=0), 1)
    turn = (held_out.n * held_out.spread**2).sum(axis=0) / freedom
    conversation = _between_conversations(held_out, rest, turn)
    chance = turn * np.where(seen, 1 / np.maximum(held_out.n, 1), 0).sum(axis=0) / n_seen
    between = np.maximum(total - conversation - chance, 0)
    compared = (seen & (rest.n > 0)).sum(axis=0)
    enough = compared >= min(LEAST_COMPARED, len(seen) / 2)
    return Likeness(
        centre=centre,
        between=between,
        conversation=np.maximum(conversation, np.maximum(_LEAST_WITHIN * total, 1e-9)),
        turn=turn,
        share=share,
        weight=(enough & (between > _LEAST_BETWEEN * total)).astype(np.float64),
    )


def _between_conversations(held_out: Written, rest: Written, turn: Floats) -> Floats:
    """From the squared difference of a conversation and the user's others: it is
    C (1 + 1/k) + T (1/n + 1/m) on average for n turns, and m turns in k conversations."""
    both = (held_out.n > 0) & (rest.n > 0)

    def mean(values: Floats) -> Floats:
        return np.where(both, values, 0).sum(axis=0) / np.maximum(both.sum(axis=0), 1)

    apart = mean((held_out.value - rest.value) ** 2)
    chance = turn * mean(1 / np.maximum(held_out.n, 1) + 1 / np.maximum(rest.n, 1))
    times = mean(1 + 1 / np.maximum(rest.n_conversations, 1))
    return np.maximum((apart - chance) / np.maximum(times, 1e-9), 0)


def _shares(held_out: Written) -> Mask:
    """Dimensions that are 0 or 1 on every turn: their spread follows from their value."""
    odd = np.abs(held_out.spread**2 - held_out.value * (1 - held_out.value)) > _SHARE
    return np.logical_not((odd & (held_out.n > 0)).max(axis=0, initial=False))


def _across(readings: Written, columns: Ints, axis: int) -> Written:
    """These dimensions, with an axis of length 1 for the other side of the comparison."""

    def turn(array: Floats) -> Floats:
        return np.expand_dims(array[:, columns], axis)

    return Written(
        turn(readings.value),
        turn(readings.spread),
        turn(readings.n),
        turn(readings.n_conversations),
    )
