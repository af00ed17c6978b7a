"""The shipped lists of the User-Sim Index, and how their phrases become patterns."""

from __future__ import annotations

import json
import re
from importlib.resources import files

import pytest

from persona_extract.fidelity.usi.phrases import (
    frozen_difficulty,
    pattern_of,
    phrases,
    surest_part,
)


@pytest.mark.parametrize("name", ["usi", "usi_difficulty"])
def test_a_resource_states_source_and_licence(name: str) -> None:
    raw = files("persona_extract.lexicons").joinpath(f"{name}.json").read_text(encoding="utf-8")
    stated = json.loads(raw)
    assert "arXiv 2603.11245" in stated["source"] and "OdysSim" in stated["source"]
    assert stated["licence"] == "Licence: Apache-2.0"


def test_phrases_are_lower_case_ascii_as_folding_needs() -> None:
    raw = files("persona_extract.lexicons").joinpath("usi.json").read_text(encoding="utf-8")
    lists = json.loads(raw)["phrases"]
    assert len(lists) == 11
    every = [phrase for name in lists for phrase in phrases(name)]
    assert every and all(p.isascii() and p == p.lower() for p in every)
    assert all(len(set(phrases(name))) == len(phrases(name)) for name in lists)


def test_wildcards_are_all_that_is_not_literal() -> None:
    found = re.compile(pattern_of("what<any 1-1>s (a <any 0-3>?"))
    assert found.search("what's (a b.c?") and found.search("whatxs (a ?")
    assert not found.search("whats (a ?") and not found.search("what's (a abcd?")
    assert re.search(pattern_of("x<any 0-many>y"), "x" + "-" * 99 + "y")
    assert not re.search(pattern_of("x<any 0-many>y"), "x\ny")


def test_the_surest_part_is_literal() -> None:
    assert surest_part("you said <any 0-30>?") == "you said "
    assert surest_part("how about") == "how about"


def test_shipped_facts_cannot_be_changed_by_callers() -> None:
    with pytest.raises(TypeError):
        frozen_difficulty()["airline_0"] = 0.0  # type: ignore[index]
    with pytest.raises(KeyError):
        phrases("verbosity_cv")
