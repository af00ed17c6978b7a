"""Whatever a pack holds, it is read or refused: nothing else, and soon.

`benchmarks/fuzz_pack.py` does the same for as long as one likes.
"""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from persona_extract.errors import PackError
from persona_extract.packs.build import Population, build_pack
from persona_extract.packs.decode import parse
from persona_extract.packs.findings import Doubt, Verdict
from persona_extract.packs.read import read_pack
from persona_extract.pipeline.validating import validate
from tests.unit.packs.mutations import HOSTILE, RAW, VALUES, mend, mutate, restore, small_pack
from tests.unit.packs.test_pack_catalogue import read_of_all
from tests.unit.packs.test_packs import made
from tests.unit.profile.read_made import catalogue

SECONDS = 10

Json = st.recursive(
    st.sampled_from(VALUES) | st.text(max_size=20) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=20,
)


@pytest.fixture(scope="module", params=["demo", "read"])
def good(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few people of the demo pack, or some of whom a fake reader said something."""
    place = tmp_path_factory.mktemp("fuzz")
    if request.param == "demo":
        demo = Path(__file__).resolve().parents[3] / "profiles" / "demo"
        return small_pack(demo, place / "good", 3)
    people = Population(made()[1], catalogue(), demographics=True)
    build_pack(place / "good", "Read", read_of_all(), people, made_up=True, attribution=["Nobody"])
    return place / "good"


def judged(folder: Path) -> Verdict:
    """What is said of a pack: by `validate` and by every other command the same."""
    start = time.monotonic()
    found = validate(folder, None)
    found.model_dump_json()
    try:
        read_pack(folder)
        read = True
    except PackError as error:
        str(error).encode()
        read = False
    others = [one for one in found.findings if one.check not in ("attribution", "privacy scan")]
    assert read == (not others)
    assert time.monotonic() - start < SECONDS
    return found


def test_the_pack_to_start_from_is_good(good: Path) -> None:
    assert judged(good).valid


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32))
def test_changed_packs_are_read_or_refused(seed: int, good: Path) -> None:
    folder = good.parent / "changed"
    restore(good, folder)
    mutate(folder, random.Random(seed))
    judged(folder)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    name=st.sampled_from(["manifest.json", "profiles.jsonl", "README.md", "SHA256SUMS"]),
    content=st.binary(max_size=200) | st.sampled_from(RAW) | Json.map(lambda v: repr(v).encode()),
)
def test_any_bytes_in_place_of_a_file_are_read_or_refused(
    name: str, content: bytes, good: Path
) -> None:
    folder = good.parent / "replaced"
    restore(good, folder)
    (folder / name).write_bytes(content)
    assert not judged(folder).valid
    mend(folder, ids=True)
    assert not judged(folder).valid or name in ("SHA256SUMS", "README.md")


@given(st.binary(max_size=500) | st.sampled_from(RAW) | st.text().map(str.encode))
def test_any_bytes_are_parsed_or_doubted(content: bytes) -> None:
    found = parse(content)
    assert not isinstance(found, Doubt) or found.problem


@given(st.sampled_from(RAW), st.sampled_from(HOSTILE))
def test_raw_bytes_around_json(raw: bytes, text: str) -> None:
    parse(b'{"a": ' + raw + b"}")
    parse(raw + b'{"a": 1}')
