"""The User-Sim Index of files: read, measured in batches, compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from persona_extract.benchmarks.rows import unique_ids
from persona_extract.errors import UsageError
from persona_extract.fidelity.usi.drawing import PERMUTATIONS, RESAMPLES, Drawing
from persona_extract.fidelity.usi.ranked import rank_candidates
from persona_extract.fidelity.usi.scores import scored_features
from persona_extract.fidelity.usi.sides import Side, feature_rows, make_side
from persona_extract.fidelity.usi.variant import USI, USI_FIXED, Variant
from persona_extract.pipeline.steps import Silent, Watcher
from persona_extract.pipeline.surveys import read_survey
from persona_extract.pipeline.transcripts import open_transcripts
from persona_extract.records.tables import TRANSCRIPTS, empty
from persona_extract.records.usi import FeatureRow, UsiRanking

READING, SCORING = "read", "score"


@dataclass(frozen=True, slots=True)
class Named:
    """A file and what to call it."""

    name: str
    spec: str


@dataclass(frozen=True, slots=True)
class Measured:
    """Feature rows of a file (`fidelity.usi.sides.Side.rows`), and how many had no user turn."""

    rows: pl.DataFrame
    n_skipped: int


def compare_files(
    reference: str,
    candidates: Sequence[str],
    *,
    surveys: Sequence[str] = (),
    limit: int | None = None,
    resamples: int = RESAMPLES,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
    variant: str = USI.name,
    watcher: Watcher | None = None,
) -> UsiRanking:
    """Scores of candidates against a reference, each `FILE` or `NAME=FILE`.

    Args:
        reference: whom to be like, usually people.
        candidates: at least one.
        surveys: candidates' answers, `FILE` if there is one candidate, else `NAME=FILE`.
        limit: read the first conversations of each file only.
        resamples: of every bootstrap.
        permutations: shufflings of the two-sample test.
        seed: of everything that is drawn.
        variant: name of the variant of the index.
        watcher: told of progress.

    Raises:
        UsageError: two candidates of one name, or a survey of nobody.
        SourceError: a file that cannot be read.
        TooFewUsers: fewer than two conversations with a user turn in a file.
    """
    watch = watcher or Silent()
    people, *files = name_files([reference, *candidates])
    told = {name: read_survey(path) for name, path in _surveys(surveys, files).items()}
    watch.begin(READING, 1 + len(files))
    sides: list[Side] = []
    for file in (people, *files):
        sides.append(_side(file, limit, variant))
        watch.advance(READING, 1)
    watch.end(READING, f"{sum(side.rows.height for side in sides):,} conversations")
    watch.begin(SCORING, len(files))
    found = rank_candidates(
        sides[0],
        sides[1:],
        surveys=told,
        drawing=Drawing(resamples, permutations, seed),
        done=lambda _: watch.advance(SCORING, 1),
    )
    watch.end(SCORING, f"{len(files)} against {people.name}")
    return found


def measure_file(spec: str, limit: int | None = None, variant: str = USI.name) -> Measured:
    """Feature rows of a file, in its order, ids unique; its text is held a batch at a time.

    Raises:
        UsageError: no such variant.
        SourceError: it cannot be read.
    """
    kind = _variant(variant)
    frames, n, left = [feature_rows(empty(TRANSCRIPTS), kind)], 0, limit
    for batch in open_transcripts(spec).batches:
        taken = batch.frame if left is None else batch.frame.head(left)
        frames.append(feature_rows(taken, kind))
        n += taken.height
        left = None if left is None else left - taken.height
        if left is not None and left <= 0:
            break
    rows = unique_ids(pl.concat(frames))
    return Measured(rows, n - rows.height)


def feature_records(rows: pl.DataFrame) -> list[FeatureRow]:
    """Rows as records."""
    names = (*scored_features(), "n_turns")
    return [
        FeatureRow(
            id=row["conversation_id"],
            features={name: row[name] for name in names},
            task_id=row["task_id"],
            trial=row["trial"],
            batch=row["batch"],
            reward=row["reward"],
            variant=row["variant"],
        )
        for row in rows.iter_rows(named=True)
    ]


def name_files(arguments: Sequence[str]) -> list[Named]:
    """`NAME=FILE`, or a file called by its name without folders and endings; a name that occurs
    twice gets a number, as one file may be compared with itself.

    Raises:
        UsageError: a label given twice, or none before the `=`.
    """
    found: list[Named] = []
    for argument in arguments:
        label, path = _split(argument)
        taken = {each.name for each in found}
        if label in taken:
            raise UsageError(f"{label}: two files of one name; say another NAME=FILE for one")
        name, n = label or _stem(path), 1
        while name in taken:
            n += 1
            name = f"{_stem(path)} ({n})"
        found.append(Named(name, path))
    return found


def _variant(name: str) -> Variant:
    known = {each.name.lower(): each for each in (USI, USI_FIXED)}
    found = known.get(name.lower())
    if found is None:
        raise UsageError(f"--variant {name}: known are {', '.join(known)}")
    return found


def _side(file: Named, limit: int | None, variant: str) -> Side:
    measured = measure_file(file.spec, limit, variant)
    return make_side(file.name, measured.rows, measured.n_skipped)


def _surveys(arguments: Sequence[str], candidates: Sequence[Named]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    names = [each.name for each in candidates]
    for argument in arguments:
        label, path = _split(argument)
        if label is None and len(names) == 1:
            label = names[0]
        if label not in names:
            known = ", ".join(names)
            raise UsageError(f"--survey {argument}: say whose, NAME=FILE; candidates are {known}")
        found[label] = path
    return found


def _split(argument: str) -> tuple[str | None, str]:
    """A file that has `=` in its name is a file; so is what has a `/` before the `=`."""
    label, sign, path = argument.partition("=")
    if not sign or "/" in label or Path(argument).exists():
        return None, argument
    if not label or not path:
        raise UsageError(f"{argument}: say NAME=FILE")
    return label, path


def _stem(path: str) -> str:
    name = Path(path).name or path
    for ending in (".gz", ".jsonl", ".json", ".parquet"):
        name = name.removesuffix(ending)
    return name or path
