"""The formalism meter on files: read, measure, hold against people."""

from __future__ import annotations

from collections.abc import Sequence

from persona_extract.fidelity.formalism import RESAMPLES, measure_formalism
from persona_extract.pipeline.samples import (
    gather,
    names_of,
    sample_candidate,
    sample_people,
)
from persona_extract.pipeline.steps import Watcher
from persona_extract.records.meters import Formalism


def formalism_of(
    candidates: Sequence[str],
    people: Sequence[str],
    watcher: Watcher,
    *,
    limit: int | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Formalism:
    """Where people and candidates lie on every dimension.

    Args:
        candidates, people: files or sources, or `name=file`.
        limit: reads the first so many conversations of each.

    Raises:
        UsageError: two files of one name, or simulated users as people.
        SourceError: a file is unreadable, of no known shape, or holds no user turn.
        TooFewUsers: too few conversations to say anything.
    """
    named = names_of([*people, *candidates])
    theirs = [gather(each, watcher, limit=limit, seed=seed) for each in named[: len(people)]]
    population = sample_people(theirs)
    found = [gather(each, watcher, limit=limit, seed=seed) for each in named[len(people) :]]
    watcher.begin("compare", None)
    result = measure_formalism(
        population,
        [sample_candidate(each) for each in found],
        resamples=resamples,
        seed=seed,
        sources={each.named.name: sample_people([each]) for each in theirs},
        notes=[note for each in (*theirs, *found) for note in each.notes],
    )
    watcher.end("compare", "")
    return result
