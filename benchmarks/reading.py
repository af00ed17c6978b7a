"""Tokens that reading traits costs per user: our way, and all of a user's turns in one prompt.

    python benchmarks/reading.py [--shared ../shared] [--conversations 10] [--json]

Nothing is asked; the prompts are built and counted (litellm's offline tokenizer, cl100k). All ways
are charged the same instructions, the same answer schema and the same format of a message, as often
as they send them:

* ours: one call per conversation, or chunk of a long one, of the turns that are selected
* naive: all user turns of a user in one prompt, as RealUserSim does
* naive with answers: the same with the assistant's messages between them
* naive, one left out: the naive way as often as there are conversations to be held out, each time
  without one of them (users with two or more), for a profile must not have seen what it is tested
  on. Our statements belong to one conversation each, so ours needs no second reading.

Answers are not counted: what a model writes is not known without asking it.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import cast

import polars as pl
from corpora import PLACES, corpus_turns
from machine import describe_machine

from persona_extract.prompts import load_prompt
from persona_extract.records.calls import Message
from persona_extract.records.settings import ReadSettings
from persona_extract.traits.read import ReadAnswer, read_call
from persona_extract.traits.select import sheets

ROOT = Path(__file__).resolve().parents[1]

MODEL = "gpt-4o"
PER_MESSAGE, PER_CALL = 3, 3
"""Tokens that a chat format adds (OpenAI's own account of it, gpt-4o)."""

OPENAI_CACHES = 1024
"""Tokens from which a provider like OpenAI caches a shared prefix at all."""


@dataclass(frozen=True)
class Way:
    """Input tokens of one way of reading a corpus, by user in `median`, `mean`, `p90`.

    Attributes:
        fresh: tokens left if the shared prefix (instructions, schema) costs nothing after the first
            call, as on a server that caches prefixes of any length.
        ratio, fresh_ratio: to the naive way.
    """

    calls: int
    tokens: int
    median: float
    mean: float
    p90: float
    ratio: float
    fresh: int
    fresh_ratio: float


def main() -> None:
    asked = _arguments()
    settings = ReadSettings(conversations=asked.conversations)
    found = {
        corpus: measure(corpus_turns(asked.shared, corpus), settings)
        for corpus in PLACES
        if (asked.shared / PLACES[corpus]).exists()
    }
    if not found:
        sys.exit(f"{asked.shared} holds none of the samples: give --shared")
    if asked.json:
        ways = {c: {name: asdict(way) for name, way in one.items()} for c, one in found.items()}
        fixed = {"instructions": _instructions(), "schema": _schema(), "prefix": _prefix()}
        machine = {"machine": describe_machine(), "conversations_per_user": asked.conversations}
        print(json.dumps({**machine, **fixed, "corpora": ways}, indent=2))
        return
    print(f"instructions {_instructions()}, schema {_schema()} tokens a call")
    if _prefix() < OPENAI_CACHES:
        print(f"(OpenAI caches prefixes from {OPENAI_CACHES} tokens: this one never)")
    for corpus, one in found.items():
        _show(corpus, one)


def measure(turns: pl.DataFrame, settings: ReadSettings) -> dict[str, Way]:
    """Each way by name, over the same `TURNS`."""
    users = turns["user_key"].unique().sort().to_list()
    naive = _naive(turns, users, answers=False)
    return {
        "ours": _way(_ours(turns, users, settings), naive),
        "naive": _way(naive, naive),
        "naive with answers": _way(_naive(turns, users, answers=True), naive),
        "naive, one left out": _way(_left_out(turns, users), naive),
    }


@cache
def tokens(text: str) -> int:
    """Tokens of a text."""
    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")  # else a download at import
    import litellm

    count = cast("Callable[..., int]", litellm.token_counter)  # pyright: ignore[reportUnknownMemberType]
    return count(model=MODEL, text=text) if text else 0


Bills = dict[str, list[int]]
"""By user: tokens of each call without the shared prefix."""


def _ours(turns: pl.DataFrame, users: list[str], settings: ReadSettings) -> Bills:
    bills: Bills = {user: [] for user in users}
    for sheet in sheets(turns, settings):
        _, asked = read_call(sheet, settings).messages
        bills[sheet.user_key].append(_message(asked))
    return bills


def _naive(turns: pl.DataFrame, users: list[str], *, answers: bool) -> Bills:
    bills: Bills = {user: [] for user in users}
    for rows in turns.partition_by("user_key", maintain_order=True):
        bills[str(rows["user_key"][0])].append(_message(_whole(_lines(rows, answers=answers))))
    return bills


def _left_out(turns: pl.DataFrame, users: list[str]) -> Bills:
    bills: Bills = {user: [] for user in users}
    for rows in turns.partition_by("user_key", maintain_order=True):
        held = rows["conversation_id"].unique().sort().to_list()
        for one in held if len(held) > 1 else [""]:
            rest = rows.filter(pl.col("conversation_id") != one)
            whole = _message(_whole(_lines(rest, answers=False)))
            bills[str(rows["user_key"][0])].append(whole)
    return bills


def _lines(rows: pl.DataFrame, *, answers: bool) -> list[str]:
    """The turns as a naive prompt has them: numbered, white space as typed."""
    lines: list[str] = []
    wanted = rows.select("text", "assistant_before", "assistant_after", "turn", "n_turns")
    for i, (text, before, after, turn, n_turns) in enumerate(wanted.iter_rows()):
        if answers and before:
            lines.append(f"A: {before}")
        lines.append(f"U{i + 1}: {text}")
        if answers and after and turn + 1 == n_turns:
            lines.append(f"A: {after}")
    return lines


def _whole(lines: list[str]) -> Message:
    prompt = load_prompt("read", 1)
    return prompt.messages(conversation="\n".join(lines), statements=15)[1]


def _message(message: Message) -> int:
    return tokens(message.content) + PER_MESSAGE + PER_CALL


def _way(bills: Bills, naive: Bills) -> Way:
    calls, fresh = sum(map(len, bills.values())), sum(map(sum, bills.values()))
    per_user = pl.Series([sum(bill) + len(bill) * _prefix() for bill in bills.values()])
    total = int(per_user.sum())
    theirs = sum(map(sum, naive.values()))
    return Way(
        calls=calls,
        tokens=total,
        median=round(float(str(per_user.median())), 1),
        mean=round(float(str(per_user.mean())), 1),
        p90=round(float(str(per_user.quantile(0.9, "linear"))), 1),
        ratio=round(total / (theirs + sum(map(len, naive.values())) * _prefix()), 3),
        fresh=fresh,
        fresh_ratio=round(fresh / theirs, 3),
    )


def _instructions() -> int:
    settings = ReadSettings()
    prompt = load_prompt("read", 1)
    return tokens(prompt.messages(conversation="", statements=settings.statements)[0].content)


def _schema() -> int:
    return tokens(json.dumps(ReadAnswer.model_json_schema(), separators=(",", ":")))


def _prefix() -> int:
    return _instructions() + _schema() + PER_MESSAGE


def _show(corpus: str, ways: dict[str, Way]) -> None:
    print(f"\n{corpus:<20} {'calls':>6} {'tokens':>9} {'median':>7} {'mean':>7} {'p90':>7} ratio")
    for name, way in ways.items():
        print(
            f"{name:<20} {way.calls:>6,} {way.tokens:>9,} {way.median:>7,.0f} {way.mean:>7,.0f} "
            f"{way.p90:>7,.0f} {way.ratio:>5.2f}"
        )
    ours = ways["ours"]
    print(f"{'  prefix cached':<20} {'':>6} {ours.fresh:>9,} {'':>23} {ours.fresh_ratio:>5.2f}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    shared = os.environ.get("PERSONA_EXTRACT_SHARED", ROOT.parent / "shared")
    parser.add_argument("--shared", type=Path, default=Path(shared), help="the shared folder")
    parser.add_argument(
        "--conversations", type=int, default=ReadSettings().conversations, help="of a user at most"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser.parse_args()


if __name__ == "__main__":
    main()
