from __future__ import annotations

from math import log, log1p

import pytest

from persona_extract.records.results import DimensionResult
from persona_extract.records.settings import Settings
from persona_extract.report.plain import in_plain_units, short_source, without_places
from tests.unit.report.sample import sample_results


def _shown(unit: str, values: list[float], definition: str = "") -> DimensionResult:
    low, middle, high = values
    results = sample_results(3)
    dimension = results.dimensions[0].model_copy(
        update={
            "unit": unit,
            "definition": definition,
            "values": values,
            "q25": low,
            "median": middle,
            "q75": high,
            "mean": middle,
        }
    )
    return in_plain_units(results.model_copy(update={"dimensions": [dimension]})).dimensions[0]


def test_words_come_back_from_their_logarithm() -> None:
    found = _shown("ln(1+words)", [0.0, log1p(16), log1p(400)])
    assert (found.unit, found.values) == ("words", [0.0, 16.0, 400.0])
    assert (found.q25, found.median, found.q75, found.mean) == (0.0, 16.0, 400.0, 16.0)


def test_a_ratio_turns_over_at_one() -> None:
    said = "Times, as a logarithm: above 0 at once, below 0 bit by bit."
    found = _shown("ln(opening words/follow-up words)", [log(0.5), log(1.0), log(3.0)], said)
    assert (found.unit, found.values) == ("times as many", [0.5, 1.0, 3.0])
    assert found.definition == (
        "Times, averaged as a logarithm: above 1 at once, below 1 bit by bit."
    )


def test_what_is_no_logarithm_stays() -> None:
    results = sample_results(5)
    assert in_plain_units(results) == results


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("demo", "demo"),
        ("allenai/WildChat-1M", "allenai/WildChat-1M"),
        ("hf://allenai/WildChat-1M", "hf://allenai/WildChat-1M"),
        ("https://example.org/a/b", "https://example.org/a/b"),
        ("/home/jane/chats/export.jsonl", "export.jsonl"),
        ("jsonl:/home/jane/chats/", "jsonl:chats"),
        ("~/chats.jsonl", "chats.jsonl"),
        ("../chats.jsonl", "chats.jsonl"),
        ("C:\\Users\\jane\\chats.jsonl", "chats.jsonl"),
    ],
)
def test_a_local_path_names_no_folder_above_it(source: str, shown: str) -> None:
    assert short_source(source) == shown


def test_settings_of_a_report_hold_no_addresses_and_no_paths() -> None:
    roles = {
        role: {"model": f"openai/{role}-1", "base_url": "http://box.invalid:8000/v1"}
        for role in ("reader", "labeler", "simulator", "assistant", "judge")
    }
    encoder = "sentence-transformers:/home/somebody/models/small"
    settings = Settings.model_validate(
        {
            "models": {**roles, "cache": "/home/somebody/answers.sqlite"},
            "cluster": {"previous": "/home/somebody/runs/last", "encoder": encoder},
        }
    )
    bare = without_places(settings)
    said = bare.model_dump_json()
    assert "somebody" not in said and "box.invalid" not in said
    assert all(f"openai/{role}-1" in said for role in roles)
    assert bare.cluster.encoder == "sentence-transformers:small"
    assert without_places(Settings()) == Settings()
