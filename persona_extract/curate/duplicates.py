"""Conversations whose user text was seen before, exactly or nearly."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray

from persona_extract.records.tables import DROPPED, TIME, Schema, conform
from persona_extract.text import WORD

SHINGLE = 5
"""Words in a shingle."""
PERMUTATIONS = 128
"""Values of a MinHash: the similarity it estimates is off by at most 0.044 (one sigma)."""
MIN_SHINGLES = 30
"""Text with fewer distinct shingles is matched exactly or not at all: by chance it is alike."""

SIGNATURES: Schema = {
    "conversation_id": pl.String(),
    "user_key": pl.String(),
    "started": TIME,
    "exact": pl.String(),  # hash of the user text, folded
    "shingles": pl.UInt32(),  # distinct ones
    "minhash": pl.List(pl.UInt32()),  # PERMUTATIONS values; null below MIN_SHINGLES
}
"""What `duplicates` compares: 0.6 kB a conversation, so those of all parts fit in memory."""

_ROWS, _MIX = 4, np.uint64(0x9E3779B97F4A7C15)
_ALL_PAIRS = 64  # conversations in a band up to which every pair is compared

Numbers = NDArray[np.uint64]


def signatures(kept: pl.DataFrame) -> pl.DataFrame:
    """`SIGNATURES` of `CONVERSATIONS`, sorted by conversation_id; each row depends on itself alone.

    The user's turns are joined, lower-cased, and cut into words; the exact hash also sees where
    turns end. MinHash: Broder 1997, in the implementation of datasketch (affine32).
    """
    said = kept.sort("conversation_id").select(
        "conversation_id",
        "user_key",
        "started",
        pl.col("messages")
        .list.eval(
            pl.element().struct.field("content").filter(pl.element().struct.field("role") == "user")
        )
        .list.join("\x00", ignore_nulls=True)
        .str.to_lowercase()
        .alias("text"),
    )
    folded = said["text"].str.replace_all(r"[^\S\x00]+", " ").str.replace_all(" ?\x00 ?", "\x00")
    shingles = list(_shingles(said["text"]))
    return conform(
        said.drop("text").with_columns(
            pl.Series("exact", [_digest(text.strip()) for text in folded], pl.String),
            pl.Series("shingles", [len(one) for one in shingles], pl.UInt32),
            pl.Series("minhash", list(_minhashes(shingles)), pl.List(pl.UInt32)),
        ),
        SIGNATURES,
    )


def duplicates(signatures: pl.DataFrame, threshold: float) -> pl.DataFrame:
    """Rows of `DROPPED` for all but one of each group of like conversations, sorted by id.

    Alike is transitive: a chain of near duplicates is one group. Of a group the conversation that
    started first stays (those without a time come after those with one; ties go to the smaller
    conversation_id). `reason` is exact_duplicate if the text equals that of a conversation of the
    group that ranks before it, else near_duplicate; `detail` says whether the one that stays is
    of the same user ("within user") or not ("across users").

    Args:
        signatures: rows of `SIGNATURES`, of all parts together, in any order.
        threshold: Jaccard similarity of the shingles from which two are alike; 1 only exact.
    """
    ranked = (
        conform(signatures, SIGNATURES)
        .sort("started", "conversation_id", nulls_last=True)
        .with_row_index("rank")
    )
    first = ranked.select("rank", pl.col("rank").min().over("exact").alias("first"))["first"]
    near = _near(ranked, threshold) if threshold < 1 else []
    root = _groups(ranked.height, [*enumerate(first.to_list()), *near])
    stays = ranked.select(pl.col("rank").alias("root"), pl.col("user_key").alias("first_user"))
    found = (
        ranked.with_columns(first, pl.Series("root", root, pl.UInt32))
        .filter(pl.col("rank") != pl.col("root"))
        .join(stays, on="root", how="left")
        .with_columns(
            reason=_name(pl.col("first") != pl.col("rank"), "exact_duplicate", "near_duplicate"),
            detail=_name(pl.col("user_key") == pl.col("first_user"), "within user", "across users"),
        )
    )
    return conform(found.select(list(DROPPED)), DROPPED).sort("conversation_id")


def _name(holds: pl.Expr, yes: str, no: str) -> pl.Expr:
    return pl.when(holds).then(pl.lit(yes)).otherwise(pl.lit(no))


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _shingles(texts: pl.Series) -> Iterator[Numbers]:
    """For each text the distinct 32-bit hashes of its runs of SHINGLE words."""
    words = pl.DataFrame({"row": np.arange(len(texts)), "word": texts.str.extract_all(WORD)})
    flat = words.explode("word").drop_nulls("word")
    vocabulary = flat.select("word").unique()
    code = np.array([_word_code(word) for word in vocabulary["word"]], np.uint64)
    coded = flat.join(
        vocabulary.with_columns(pl.Series("code", code)), on="word", maintain_order="left"
    )
    codes = coded["code"].to_numpy()
    ends = np.searchsorted(coded["row"].to_numpy(), np.arange(len(texts) + 1))
    for start, end in pairwise(ends):
        yield _runs(codes[start:end])


def _word_code(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little")


def _runs(codes: Numbers) -> Numbers:
    if len(codes) < SHINGLE:
        return np.empty(0, np.uint64)
    total = np.zeros(len(codes) - SHINGLE + 1, np.uint64)
    for offset in range(SHINGLE):  # wraps around modulo 2**64, as it should
        total = (total ^ codes[offset : offset + len(total)]) * _MIX
        total ^= total >> np.uint64(29)
    return np.unique(total >> np.uint64(32))


def _minhashes(shingles: Iterable[Numbers]) -> Iterator[list[int] | None]:
    from datasketch import MinHash  # pyright: ignore[reportMissingTypeStubs]

    blank = MinHash(num_perm=PERMUTATIONS, seed=1, hashfunc=int, scheme="affine32")
    for numbers in shingles:
        if len(numbers) < MIN_SHINGLES:
            yield None
            continue
        one = blank.copy()
        for chunk in np.array_split(numbers, 1 + len(numbers) // 20_000):  # 10 MB at a time
            one.update_batch(chunk)  # pyright: ignore[reportUnknownMemberType]
        yield one.digest().tolist()


def _near(ranked: pl.DataFrame, threshold: float) -> list[tuple[int, int]]:
    """Pairs of ranks whose MinHashes agree in at least `threshold` of the values.

    Bands of 4 values find a pair of similarity 0.8 with probability 0.9999, of 0.5 with 0.87.
    """
    hashed = ranked.filter(pl.col("minhash").is_not_null()).unique("exact", keep="first")
    hashed = hashed.sort("rank")
    if hashed.height < 2:
        return []
    values = np.array(hashed["minhash"].to_list(), np.uint32)
    ranks = hashed["rank"].to_list()
    needed = threshold * PERMUTATIONS
    return [
        (ranks[left], ranks[right])
        for left, right in sorted(_candidates(values))
        if np.count_nonzero(values[left] == values[right]) >= needed
    ]


def _candidates(values: NDArray[np.uint32]) -> set[tuple[int, int]]:
    """Pairs of rows that share a band; in a crowded band each is paired with its neighbours."""
    pairs: set[tuple[int, int]] = set()
    for start in range(0, PERMUTATIONS, _ROWS):
        band = pl.DataFrame(values[:, start : start + _ROWS]).with_row_index("row")
        alike = band.group_by(pl.exclude("row")).agg("row").filter(pl.col("row").list.len() > 1)
        for rows in alike["row"].list.sort().to_list():
            reach = len(rows) if len(rows) <= _ALL_PAIRS else 2
            pairs.update(
                (left, right) for i, left in enumerate(rows) for right in rows[i + 1 : i + reach]
            )
            pairs.update((rows[0], right) for right in rows[1:])
    return pairs


def _groups(size: int, pairs: Iterable[tuple[int, int]]) -> list[int]:
    """For each of 0..size-1 the smallest member of its group (union-find)."""
    parent = list(range(size))

    def root(one: int) -> int:
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    for left, right in pairs:
        low, high = sorted((root(left), root(right)))
        parent[high] = low
    return [root(one) for one in range(size)]
