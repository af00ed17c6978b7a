"""Curation against real conversations; run this file as a script to rewrite docs/curation.md."""

from __future__ import annotations

import json
import os
import re
import time
from pathlib import Path

import polars as pl
import pytest

from persona_extract.curate import REASONS, duplicates, judge, mask, preset, signatures, user_turns
from persona_extract.records.settings import CurateSettings
from persona_extract.records.tables import CONVERSATIONS

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("PERSONA_EXTRACT_SHARED", ROOT.parent / "shared"))
WILDCHAT = SHARED / "data" / "wildchat"
PAGE = ROOT / "docs" / "curation.md"
CARRIED = {"not_english": "language", "fewer_than_3_user_turns": "turns", "redacted": "redacted"}

pytestmark = pytest.mark.skipif(not WILDCHAT.is_dir(), reason=f"no real data in {WILDCHAT}")


def load(path: Path) -> pl.DataFrame:
    """`CONVERSATIONS` of records in WildChat's shape, the corpus's ids left as they are."""
    rows = [
        {
            "conversation_id": record["conversation_hash"],
            "user_key": record["conversation_hash"],
            "user_known": False,
            "corpus": "wildchat",
            "revision": "",
            "licence": "ODC-BY",
            **{key: record[key] for key in ("model", "language", "toxic", "redacted")},
            "messages": [
                {"role": said["role"], "content": said["content"]}
                for said in record["conversation"]
            ],
        }
        for record in map(json.loads, path.open(encoding="utf-8"))
    ]
    return pl.DataFrame(rows, schema=CONVERSATIONS)


def negatives() -> pl.DataFrame:
    """carried (the reason in the file) and ours (our reason, or "kept"), one row a record."""
    path = WILDCHAT / "filter_negatives.jsonl"
    carried = [json.loads(line)["_reject_reason"] for line in path.open(encoding="utf-8")]
    conversations = load(path)
    dropped = judge(conversations, CurateSettings()).dropped.select(
        "conversation_id", pl.col("reason").alias("ours")
    )
    return (
        conversations.select("conversation_id", pl.Series("carried", carried))
        .join(dropped, on="conversation_id", how="left")
        .with_columns(pl.col("ours").fill_null("kept"))
    )


def sample_reasons() -> dict[str, int]:
    dropped = judge(load(WILDCHAT / "sample.jsonl"), CurateSettings()).dropped
    return dict(dropped.group_by("reason").len().sort("reason").iter_rows())


def confusion() -> str:
    """The Markdown table of docs/curation.md."""
    found = negatives()
    ours = ["kept", *(reason for reason in REASONS if reason in set(found["ours"]))]
    lines = [f"| carries | records | {' | '.join(ours)} |", "|---" * (len(ours) + 2) + "|"]
    for carried in [*CARRIED, "mixed_language_or_borderline"]:
        rows = found.filter(pl.col("carried") == carried)
        counts = [str(rows.filter(pl.col("ours") == reason).height) for reason in ours]
        lines.append(f"| {carried} | {rows.height} | {' | '.join(counts)} |")
    return "\n".join(lines)


def reasons_table() -> str:
    lines = [f"| `{reason}` | {why} |" for reason, why in REASONS.items()]
    return "\n".join(["| reason | holds if |", "|---|---|", *lines])


def page(text: str) -> str:
    """The page with its two generated tables as they are now."""
    for name, made in (("reasons", reasons_table()), ("confusion", confusion())):
        block = f"<!-- {name} -->\n{made}\n<!-- end -->"
        text = re.sub(rf"<!-- {name} -->.*?<!-- end -->", lambda _, b=block: b, text, flags=re.S)
    return text


def test_nearly_all_of_the_sample_is_kept() -> None:
    reasons = sample_reasons()
    assert sum(reasons.values()) <= 0.05 * 478, reasons
    assert set(reasons) <= {"language", "turns"}


def test_negatives_are_dropped_for_the_reason_they_carry() -> None:
    found = negatives()
    clear = found.filter(pl.col("carried").is_in(list(CARRIED)))
    assert clear.height == 395
    right = clear.filter(pl.col("ours") == pl.col("carried").replace_strict(CARRIED))
    assert right.height >= 0.95 * clear.height
    for carried in CARRIED:
        of = clear.filter(pl.col("carried") == carried).height
        assert right.filter(pl.col("carried") == carried).height >= 0.95 * of, carried


def test_the_table_in_the_documentation_is_this_one() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert page(text) == text, f"stale: python {Path(__file__).relative_to(ROOT)}"


def test_english_programmers_are_not_taken_for_foreigners() -> None:
    path = SHARED / "data" / "realhumaneval" / "sample.jsonl"
    people = load(path).with_columns(language=pl.lit(None, pl.String))
    judged = judge(people, CurateSettings(min_turns=1))
    assert judged.dropped.filter(pl.col("reason") == "language").height <= 0.01 * people.height


def test_no_conversation_of_the_sample_is_a_gpt_4o_one() -> None:
    judged = judge(load(WILDCHAT / "sample.jsonl"), preset("realusersim"))
    assert judged.kept.is_empty() and set(judged.dropped["reason"]) == {"model"}


def test_repairs_masks_and_duplicates_of_the_sample() -> None:
    judged = judge(load(WILDCHAT / "sample.jsonl"), CurateSettings())
    assert judged.repairs["leading_assistant_dropped"] == 4
    assert judged.repairs["empty_dropped"] >= 10
    assert duplicates(signatures(judged.kept), 0.8).is_empty()
    result = mask(judged.kept)
    counted = {kind: n for kind, n in result.counts.items() if n}
    assert set(counted) <= {"IP", "SECRET", "URL", "USER"} and counted["USER"] >= 50
    assert mask(result.conversations).conversations.equals(result.conversations)


def test_the_sample_takes_seconds() -> None:
    conversations = load(WILDCHAT / "sample.jsonl")
    began = time.process_time()
    kept = mask(judge(conversations, CurateSettings()).kept).conversations
    signatures(kept)
    assert user_turns(kept).height > 4_600
    assert (
        time.process_time() - began < 20
    )  # processor seconds, of all threads: 6 on the machine where this was written


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
