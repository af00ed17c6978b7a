"""How fast turns are measured: the User-Sim Index and all dimensions.

    python benchmarks/measure.py [--turns 200000] [--data FILE ...] [--json]
    python benchmarks/measure.py --memory [--turns 200000 2000000] [--json]

The recorded conversations of the given files (the real samples in ../shared/data where they are,
else the made-up people) are repeated, each copy with edits, until there are so many user turns. In
one process: the features of the index against a straightforward loop in Python over the same turns
(`tests/unit/fidelity/usi_oracle.py`, which is also the tests' oracle), and all dimensions. Exits
with 1 if library and loop disagree by more than 1e-9. With --memory a process of its own for each
size measures everything as a stream and says how much memory it took at most.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import polars as pl
from machine import describe_machine, peak_megabytes

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from persona_extract.curate import user_turns
from persona_extract.curate.repair import repair
from persona_extract.dimensions import all_dimensions
from persona_extract.dimensions.read import pool_conversations, turn_readings
from persona_extract.fidelity.usi.features import usi_features
from persona_extract.pipeline.transcripts import read_transcripts
from persona_extract.records.tables import CONVERSATIONS
from tests.unit.fidelity.usi_oracle import conversation_features

SAMPLES = (
    *("wildchat/sample.jsonl", "realhumaneval/sample.jsonl", "star/dialogues"),
    *("tau_bench/gpt-4o-airline.json", "tau_trait/impatience_retail.json"),
    "tau2/gpt-4.1_retail_default_gpt-4.1_1trials.json",
)
EDITS = ("really", "first", "new", "other", "same", "main", "small", "whole", "last", "usual")
SLICE = 8000
"""Conversations measured at a time."""

LARGEST_DIFFERENCE = 1e-9

Result = TypeVar("Result")


@dataclass
class Clock:
    """Wall and CPU seconds (of all threads) of one kind of work."""

    wall: float = 0.0
    cpu: float = 0.0

    def time(self, work: Callable[[], Result]) -> Result:
        wall, cpu = time.perf_counter(), time.process_time()
        result = work()
        self.wall += time.perf_counter() - wall
        self.cpu += time.process_time() - cpu
        return result


def main() -> None:
    asked = _arguments()
    if asked.peak:
        print(json.dumps(peak(asked.data, asked.turns[0])))
        return
    found = memory(asked.data, asked.turns) if asked.memory else speed(asked.data, asked.turns[0])
    found["machine"] = describe_machine()
    print(json.dumps(found, indent=2) if asked.json else "\n".join(map(_line, found.items())))
    if float(found.get("largest_difference", 0.0)) > LARGEST_DIFFERENCE:  # type: ignore[arg-type]
        sys.exit("the loop and the library disagree: the comparison means nothing")


def speed(data: list[str], turns: int) -> dict[str, object]:
    """Turns per second of the index, of the loop and of all dimensions, over the same turns."""
    people = read(data)
    _measure(people.head(50))  # lays out the expressions
    usi_features(people.head(50))
    index, loop, dimensions = Clock(), Clock(), Clock()
    done, megabytes, difference = 0, 0.0, 0.0
    for part in copies(people, turns):
        features = index.time(lambda part=part: usi_features(part))
        plain = loop.time(lambda part=part: _loop(part))
        difference = max(difference, _difference(features, plain))
        laid_out = _lay_out(part)
        dimensions.time(lambda laid_out=laid_out: pool_conversations(turn_readings(laid_out)))
        done += int(features["n_user_turns"].sum())
        megabytes += _user_bytes(part) / 1e6
    return {
        "user_turns": done,
        "megabytes_of_user_text": round(megabytes, 1),
        "usi_turns_per_second": round(done / index.wall),
        "usi_megabytes_per_second": round(megabytes / index.wall, 1),
        "loop_turns_per_second": round(done / loop.wall),
        "usi_times_as_fast": round(loop.wall / index.wall, 1),
        "usi_times_less_cpu": round(loop.cpu / index.cpu, 1),
        "largest_difference": difference,
        "n_dimensions": len(all_dimensions()),
        "dimensions_turns_per_second": round(done / dimensions.wall),
        "dimensions_megabytes_per_second": round(megabytes / dimensions.wall, 1),
        "dimensions_cpu_seconds": round(dimensions.cpu, 1),
        "peak_megabytes": round(_peak()),
    }


def memory(data: list[str], sizes: list[int]) -> dict[str, object]:
    """Peak memory of a stream of each size, each in a process of its own."""
    found: dict[str, object] = {}
    for turns in sizes:
        command = [sys.executable, __file__, "--peak", "--turns", str(turns), "--data", *data]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
        for name, value in json.loads(done.stdout).items():
            found[f"{name}_at_{turns}"] = value
    return found


def peak(data: list[str], turns: int) -> dict[str, float]:
    """Measures a stream, keeps sums only, and says what memory that took."""
    people, done, began = read(data), 0, time.perf_counter()
    for part in copies(people, turns):
        done += int(usi_features(part)["n_user_turns"].sum())
        _measure(part)
    seconds = time.perf_counter() - began
    return {"user_turns": done, "seconds": round(seconds, 1), "peak_megabytes": round(_peak())}


def read(data: list[str]) -> pl.DataFrame:
    """`TRANSCRIPTS` of all files, ids made distinct."""
    frames = [
        read_transcripts(file).frame.with_columns(
            pl.format("{}:{}", pl.lit(str(i)), "conversation_id").alias("conversation_id")
        )
        for i, file in enumerate(data)
    ]
    return pl.concat(frames)


def copies(people: pl.DataFrame, turns: int) -> Iterator[pl.DataFrame]:
    """The conversations again and again, each time edited, in slices, up to so many user turns."""
    done, copy, together = 0, 0, max(1, round(SLICE / people.height))
    while done < turns:
        part = pl.concat(_edit(people, copy + i) for i in range(together))
        yield part
        done, copy = done + _user_turns(part), copy + together


def _edit(part: pl.DataFrame, copy: int) -> pl.DataFrame:
    content = pl.element().struct.field("content")
    word = EDITS[copy % len(EDITS)]
    edited = content.str.replace(r"\b(the|my|a) ", f"$1 {word} ")
    message = pl.struct(pl.element().struct.field("role"), edited.alias("content"))
    return part.with_columns(
        pl.format("{}-{}", "conversation_id", pl.lit(copy)).alias("conversation_id"),
        pl.col("messages").list.eval(message),
    )


def _lay_out(part: pl.DataFrame) -> pl.DataFrame:
    """`TURNS` of transcripts."""
    known = part.with_columns(user_key=pl.col("conversation_id"), user_known=pl.lit(False))
    missing = [pl.lit(None, t).alias(k) for k, t in CONVERSATIONS.items() if k not in known.columns]
    return user_turns(repair(known.with_columns(missing).select(list(CONVERSATIONS))))


def _measure(part: pl.DataFrame) -> int:
    return pool_conversations(turn_readings(_lay_out(part))).height


def _loop(part: pl.DataFrame) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    rows = part.select("conversation_id", "human", "messages").iter_rows()
    for conversation, human, messages in rows:
        features = conversation_features(messages, human=human)
        if features is not None:
            found[conversation] = features
    return found


def _difference(features: pl.DataFrame, plain: dict[str, dict[str, float]]) -> float:
    rows = features.rows(named=True)
    if {row["conversation_id"] for row in rows} != set(plain):
        return float("inf")
    return max(
        (
            abs(row[name] - value)
            for row in rows
            for name, value in plain[row["conversation_id"]].items()
        ),
        default=0.0,
    )


def _user_turns(part: pl.DataFrame) -> int:
    said = part.select(pl.col("messages").explode()).unnest("messages")
    return said.filter((pl.col("role") == "user") & pl.col("content").is_not_null()).height


def _user_bytes(part: pl.DataFrame) -> int:
    said = part.select(pl.col("messages").explode()).unnest("messages")
    return int(said.filter(pl.col("role") == "user")["content"].str.len_bytes().sum())


def _peak() -> float:
    return peak_megabytes(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def _line(item: tuple[str, object]) -> str:
    return f"{item[0]:34} {item[1]}"


def _samples() -> list[str]:
    folder = ROOT.parent / "shared" / "data"
    there = [str(folder / name) for name in SAMPLES if (folder / name).exists()]
    return there or ["demo"]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Time the measuring of turns.")
    parser.add_argument("--turns", type=int, nargs="+", help="user turns at the least")
    parser.add_argument("--data", nargs="+", default=_samples(), help="recorded conversations")
    parser.add_argument("--memory", action="store_true", help="peak memory of streams")
    parser.add_argument("--peak", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--json", action="store_true", help="print JSON")
    asked = parser.parse_args()
    asked.turns = asked.turns or ([200_000, 2_000_000] if asked.memory else [200_000])
    return asked


if __name__ == "__main__":
    main()
