"""How often `pack diff` calls packs drifted that did not, and that did.

    python benchmarks/pack_diff.py PACK [PACK ...] [--repeats 200] [--json]

False alarms: a pack is split at random into halves, and one half is held against the other. All
drift that is found is false. The catalogue is that of the whole pack in both halves, so that no
move vanishes: what is tested is populations and archetype weights. Power: in one of the halves, one
dimension, another one every time, is shifted by half a standard deviation for everybody.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from machine import describe_machine

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from persona_extract.fidelity.drift import Effort  # noqa: E402
from persona_extract.packs.read import Pack, read_pack  # noqa: E402
from persona_extract.pipeline.pack_diff import compare_packs  # noqa: E402
from persona_extract.records.profile import Profile  # noqa: E402

SHIFT = 0.5
"""Standard deviations."""


@dataclass(frozen=True)
class Found:
    """Shares of repeats.

    `dimensions` and `archetypes` are the repeats in which one of these crossed its threshold,
    `drifted` those in which any did; `seen` those in which the shifted dimension was among the
    moved ones, of the `shifted` in which users differ on it.
    """

    pack: str
    users: int
    repeats: int
    drifted: float
    dimensions: float
    archetypes: float
    shifted: int
    seen: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("packs", type=Path, nargs="+")
    parser.add_argument("--repeats", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    found = [measure(folder, asked.repeats) for folder in asked.packs]
    if asked.json:
        every = [asdict(one) for one in found]
        print(json.dumps({"packs": every, "machine": describe_machine()}, indent=2))
        return
    for one in found:
        print(
            f"{one.pack}: {one.users} users, {one.repeats} splits: drifted {one.drifted:.1%}"
            f" (dimensions {one.dimensions:.1%}, archetypes {one.archetypes:.1%}); a shift of"
            f" {SHIFT} sd seen in {one.seen:.1%} of {one.shifted}"
        )
    print(describe_machine())


def measure(folder: Path, repeats: int) -> Found:
    """Both figures of one pack."""
    pack = read_pack(folder)
    rng = np.random.default_rng(0)
    drifted, dimensions, archetypes = (np.zeros(repeats, dtype=bool) for _ in range(3))
    seen: list[bool] = []
    for i in range(repeats):
        a, b = halves(pack, rng)
        effort = Effort(resamples=500, seed=i)
        found = compare_packs(a, b, effort=effort)
        drifted[i] = found.verdict == "drifted"
        dimensions[i] = any(one.moved for one in found.dimensions)
        archetypes[i] = found.archetype_weights is not None and found.archetype_weights.moved
        one = found.dimensions[rng.integers(len(found.dimensions))]
        if one.unit > 0:
            other = shifted(b, one.dimension, SHIFT * one.unit)
            again = compare_packs(a, other, effort=effort)
            seen.append(any(x.moved and x.dimension == one.dimension for x in again.dimensions))
    return Found(
        str(folder),
        len(pack.profiles),
        repeats,
        float(drifted.mean()),
        float(dimensions.mean()),
        float(archetypes.mean()),
        len(seen),
        float(np.mean(seen)) if seen else float("nan"),
    )


def halves(pack: Pack, rng: np.random.Generator) -> tuple[Pack, Pack]:
    """Two packs of half the users each."""
    order = rng.permutation(len(pack.profiles))
    parts = order[: order.size // 2], order[order.size // 2 :]
    a, b = (Pack(pack.manifest, tuple(pack.profiles[i] for i in part)) for part in parts)
    return a, b


def shifted(pack: Pack, dimension: str, by: float) -> Pack:
    """The pack with everybody's value of a dimension moved."""

    def move(profile: Profile) -> Profile:
        readings = [
            one.model_copy(update={"value": one.value + by}) if one.dimension == dimension else one
            for one in profile.readings
        ]
        return profile.model_copy(update={"readings": readings})

    return Pack(pack.manifest, tuple(move(profile) for profile in pack.profiles))


if __name__ == "__main__":
    main()
