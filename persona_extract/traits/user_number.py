"""How many groups of users: what samples and clouds say of each number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from persona_extract.traits.space import Floats

_LEAST_SCALE = 0.01
_REDRAWN = 200
_SELDOM = 0.05


@dataclass(frozen=True, slots=True)
class Tried:
    """One number of groups.

    Attributes:
        k: the number.
        agreement: mean adjusted Rand index between the groups and those of bootstrap samples.
        by_chance: the same on average over clouds without groups.
        excess: how far above them, in standard deviations between clouds.
    """

    k: int
    agreement: float
    by_chance: float
    excess: float


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was drawn.

    Attributes:
        numbers: of groups, ascending.
        here: (samples, numbers), adjusted Rand index of the groups with those of each sample.
        clouds: (clouds, numbers), the same of each cloud without groups, on average.
    """

    numbers: range
    here: Floats
    clouds: Floats

    def tried(self) -> tuple[Tried, ...]:
        """What is told of each number."""
        columns = (self.here.mean(axis=0), self.clouds.mean(axis=0), self._excess())
        return tuple(
            Tried(k, round(float(a), 4), round(float(b), 4), float(c))
            for k, a, b, c in zip(self.numbers, *columns, strict=True)
        )

    def best(self) -> int:
        """Place of the number that is most above chance."""
        return int(self._excess().argmax())

    def p(self) -> float:
        """How often a cloud has some number as far above chance; the users count as one more."""
        clouds = (self.clouds - self.clouds.mean(axis=0)) / self._scale()
        as_good = clouds.max(axis=1) >= self._excess().max()
        return float((1 + as_good.sum()) / (1 + len(clouds)))

    def choice(self, rng: np.random.Generator) -> tuple[int, tuple[int, int]]:
        """Place of the smallest number that draws cannot tell from the best: not worse by more than
        one standard error of the difference (the rule of Breiman et al. 1984), when samples and
        clouds are drawn anew from these. And the least and most that would be chosen then, but for
        the 5 % at either end."""
        again = np.stack([self._redrawn(rng)._excess() for _ in range(_REDRAWN)])
        chosen = sorted(_smallest(excess, again) for excess in again)
        seldom = round(_SELDOM * _REDRAWN)
        likely = self.numbers[chosen[seldom]], self.numbers[chosen[-1 - seldom]]
        return _smallest(self._excess(), again), likely

    def _redrawn(self, rng: np.random.Generator) -> Drawn:
        here, clouds = (
            some[rng.integers(0, len(some), len(some))] for some in (self.here, self.clouds)
        )
        return Drawn(self.numbers, here, clouds)

    def _scale(self) -> Floats:
        return np.maximum(self.clouds.std(axis=0, ddof=1), _LEAST_SCALE)

    def _excess(self) -> Floats:
        above = self.here.mean(axis=0) - self.clouds.mean(axis=0)
        return np.asarray(np.round(above / self._scale(), 4), dtype=np.float64)


def _smallest(excess: Floats, again: Floats) -> int:
    best = int(excess.argmax())
    error = (again[:, [best]] - again).std(axis=0)
    return int((excess[best] - excess <= error).argmax())
