"""The packs that come with the program are good, and not stale."""

from __future__ import annotations

from pathlib import Path

import pytest

from persona_extract.packs.read import read_pack, validate_pack
from persona_extract.pipeline.profiles import dimensions_digest

PROFILES = Path(__file__).resolve().parents[3] / "profiles"
PACKS = sorted(path.parent for path in PROFILES.glob("*/manifest.json"))


@pytest.mark.parametrize("pack", PACKS, ids=lambda path: path.name)
def test_a_shipped_pack_is_valid(pack: Path) -> None:
    assert validate_pack(pack) == ()


def test_the_demo_pack_was_made_with_these_dimensions() -> None:
    assert PACKS, "profiles/ holds no pack"
    made = read_pack(PROFILES / "demo").manifest.provenance.dimensions
    assert made == dimensions_digest(), "profiles/demo is stale: run `make golden`"
