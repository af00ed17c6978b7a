"""The meters on recorded simulated users and on people: the figures of docs/findings.md."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from persona_extract.pipeline.amplification import amplification_of
from persona_extract.pipeline.formalism import formalism_of
from persona_extract.pipeline.steps import Silent
from persona_extract.records.meters import Formalism, Shares

SHARED = Path(
    os.environ.get("PERSONA_EXTRACT_SHARED")
    or Path(__file__).resolve().parents[2].parent / "shared"
)
DATA = SHARED / "data"
PEOPLE = ("wildchat/sample.jsonl", "realhumaneval/sample.jsonl", "star/dialogues")

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"no corpora in {DATA}")


@pytest.fixture(scope="module")
def found() -> Formalism:
    return formalism_of(
        [
            f"gpt-4o={DATA}/tau_bench/gpt-4o-airline.json",
            f"gpt-4.1={DATA}/tau2/gpt-4.1_retail_default_gpt-4.1_1trials.json",
            f"none={DATA}/tau_trait/telecom_none.json",
            f"impatience={DATA}/tau_trait/impatience_telecom.json",
            f"others={DATA}/simulatorarena/document_creation_annotations_for_benchmarking.json",
        ],
        [f"{path.split('/')[0]}={DATA}/{path}" for path in PEOPLE],
        Silent(),
        resamples=100,
    )


def shares(found: Formalism, name: str) -> list[float]:
    one: Shares = next(each for each in found.shares if each.name == name)
    return [100 * value.value for value in one.shares.values()]


def test_shares_that_are_quoted(found: Formalism) -> None:
    """Lower-case start, no closing mark, polite: per cent of turns. Quoted figures of simulated
    users without a closing mark (4 to 24) count the stop signal as text; without it they are 0
    to 2."""
    assert shares(found, "wildchat") == pytest.approx([44, 57, 7], abs=1)
    assert shares(found, "realhumaneval") == pytest.approx([76, 85, 1], abs=1)
    assert shares(found, "star") == pytest.approx([16, 45, 21], abs=1)
    assert shares(found, "others") == pytest.approx([19, 37, 8], abs=1)
    assert shares(found, "gpt-4o") == pytest.approx([0, 0, 39], abs=1)
    assert shares(found, "gpt-4.1") == pytest.approx([0, 2, 48], abs=1)
    assert shares(found, "none") == pytest.approx([0, 0, 54], abs=1)
    assert shares(found, "impatience") == pytest.approx([0, 1, 0], abs=1)


def test_simulated_users_are_uniform_and_formal_and_people_are_not(found: Formalism) -> None:
    themselves = found.people
    assert themselves.n_users == 634
    assert themselves.raw_coverage.value > 0.85
    assert themselves.shift.low < 0 < themselves.shift.high
    by_name = {each.candidate: each for each in found.candidates}
    for name in ("gpt-4o", "gpt-4.1", "none", "impatience"):
        assert by_name[name].coverage.high < 0.45
        assert by_name[name].shift.low > 0.1
    assert by_name["others"].coverage.low > 0.45
    assert by_name["gpt-4o"].shift.value == pytest.approx(0.46, abs=0.05)
    assert by_name["impatience"].shift.high < by_name["none"].shift.low


def test_people_against_other_people_of_the_same_kind(tmp_path: Path) -> None:
    """Every second conversation of WildChat against the others: as varied, as formal."""
    rows = (DATA / "wildchat/sample.jsonl").read_bytes().splitlines(keepends=True)
    for name, half in (("one", rows[::2]), ("two", rows[1::2])):
        (tmp_path / f"{name}.jsonl").write_bytes(b"".join(half))
    one, two = f"one={tmp_path}/one.jsonl", f"two={tmp_path}/two.jsonl"
    found = formalism_of([one], [two], Silent(), resamples=100).candidates[0]
    assert found.coverage.value == pytest.approx(1, abs=0.12)
    assert found.shift.low < 0 < found.shift.high


def test_an_impatience_trait_takes_politeness_to_nothing() -> None:
    """On each of the two domains that have a run without a trait."""
    for domain in ("telecom", "telehealth"):
        result = amplification_of(
            [f"impatience={DATA}/tau_trait/impatience_{domain}.json"],
            f"{DATA}/tau_trait/{domain}_none.json",
            [f"{DATA}/{path}" for path in PEOPLE],
            Silent(),
            resamples=300,
        )
        by_name = {each.dimension: each for each in result.directives}
        polite = by_name["polite_turns"]
        assert polite.without_mean == pytest.approx(0.52, abs=0.02) and polite.with_mean == 0
        assert polite.n_paired == polite.n_with == polite.n_without
        assert polite.verdict == "over-acted" and polite.asked_by == "our reading"
        assert by_name["intensifiers"].verdict == "over-acted"
        assert by_name["turn_words"].verdict == "ignored"
        assert by_name["frustration"].ratio is None
