"""No brief has five words in a row of what a user wrote. There is no exception for the program's
own wording: the made-up corpus says nothing that a template says, or this fails and is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from persona_extract.packs.read import read_pack
from persona_extract.profile.render import SIZES, render
from persona_extract.records.profile import Profile
from persona_extract.sources.demo import Demo
from tests.unit.profile.briefs import imported, read
from tests.unit.profile.people import CAREFUL, TYPED, conversations, profiles

DEMO = Path(__file__).resolve().parents[3] / "profiles" / "demo"

Runs = set[tuple[str, ...]]


def runs(texts: Iterable[str]) -> Runs:
    """All five words in a row, whatever stands between them."""
    found: Runs = set()
    for text in texts:
        words = re.findall(r"[\w']+", text.lower())
        found |= {tuple(words[at : at + 5]) for at in range(len(words) - 4)}
    return found


def told(one: Profile) -> Runs:
    return runs(line for size in SIZES for line in render(one, size=size).splitlines())


@pytest.fixture(scope="module")
def written() -> Runs:
    (batch,) = Demo().batches(size=10**6)
    return runs(
        message["content"]
        for messages in batch.frame["messages"]
        for message in messages
        if message["role"] == "user"
    )


def test_no_brief_of_the_demo_quotes_anybody(written: Runs) -> None:
    shipped = read_pack(DEMO).profiles
    assert len(written) > 20_000
    assert len(shipped) == 44
    for one in shipped:
        assert len(told(one)) > 50
        assert not told(one) & written


def test_no_brief_of_a_fresh_profile_quotes_its_user() -> None:
    people = conversations()
    said = runs((*CAREFUL, *TYPED))
    assert said
    for one in profiles(people):
        assert not told(one) & said


def test_a_quotation_would_be_found(written: Runs) -> None:
    one = read_pack(DEMO).profiles[0]
    quoted = " ".join(min(written))
    for directive in (read(quoted), read("Do it.", f"so: {quoted}"), imported(quoted)):
        assert told(one.model_copy(update={"directives": [directive]})) & written
