"""Names and secrets that people put into their follow-ups do not reach the pack."""

from __future__ import annotations

import json
import re
from pathlib import Path

import polars as pl
import pytest

from persona_extract.packs.read import read_pack
from persona_extract.traits.label import NO_PHRASE, TOPIC_ONLY
from tests.unit.pipeline.runs import corpus, run_to

SECRETS = ("dorothea quimby", "is pregnant again", "account at hallgate")
PLANTED = re.compile("dorothea|quimby|pregnant|hallgate", re.IGNORECASE)


@pytest.mark.parametrize(("users", "with_ids"), [(1, True), (1, False), (2, True), (8, True)])
def test_planted_words_are_nowhere_in_the_pack(users: int, with_ids: bool, tmp_path: Path) -> None:
    source = tmp_path / "chats.jsonl"
    talks = corpus(tmp_path, users).read_text().splitlines()
    source.write_text("\n".join(_planted(talk, with_ids) for talk in talks) + "\n")
    made = run_to(source, tmp_path / "w", "pack")
    members = next((tmp_path / "w").glob("*_cluster")) / "members.parquet"
    if users > 2:  # of fewer nothing is listed
        assert pl.read_parquet(members)["form"].str.contains("quimby|hallgate").any()
    files = [path for path in Path(made.pack).rglob("*") if path.is_file()]
    assert len(files) >= 3
    for path in files:
        assert not PLANTED.search(path.read_bytes().decode("utf-8", "replace")), path.name
    labels = [move.label.name for move in read_pack(Path(made.pack)).manifest.moves]
    worded = [label for label in labels if not label.startswith((NO_PHRASE, TOPIC_ONLY))]
    assert bool(labels) == bool(worded) == (users >= 3 or not with_ids)


def _planted(line: str, with_ids: bool) -> str:
    """The conversation with a secret in every user turn but the first."""
    talk = json.loads(line)
    asked = [message for message in talk["conversation"] if message["role"] == "user"]
    for n, message in enumerate(asked[1:]):
        message["content"] = f"{SECRETS[n % 3]} {message['content']} {SECRETS[n % 3]}"
    if not with_ids:
        talk.pop("hashed_ip")
        for message in talk["conversation"]:
            message.pop("hashed_ip")
    return json.dumps(talk)
