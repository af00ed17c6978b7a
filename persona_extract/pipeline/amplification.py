"""The amplification meter on files: runs with a directive against one without, held against
people."""

from __future__ import annotations

from collections.abc import Sequence

from persona_extract.dimensions import find_dimension
from persona_extract.errors import UsageError
from persona_extract.fidelity.amplification import RESAMPLES, TRAITS, Directive, amplify
from persona_extract.fidelity.headlines import HEADLINES
from persona_extract.pipeline.samples import (
    Named,
    gather,
    names_of,
    sample_candidate,
    sample_people,
)
from persona_extract.pipeline.steps import Watcher
from persona_extract.records.meters import Amplification

OUR_READING = (
    "The trait comes without a number. What it asks for is our reading: the way from people's mean"
    " to their 10th or 90th percentile."
)


def amplification_of(
    runs: Sequence[str],
    without: str,
    people: Sequence[str],
    watcher: Watcher,
    *,
    directives: Sequence[Directive] = (),
    limit: int | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Amplification:
    """Ratio of the simulated to the asked-for shift, per run and directive.

    Args:
        runs: files of a simulator with the directive, or `name=file`.
        without: the same simulator without it.
        people: sources of people.
        directives: what all runs were told; none: the trait that a run's name holds.

    Raises:
        UsageError: a run's name holds no known trait, or see `formalism_of`.
        SourceError, TooFewUsers: see `formalism_of`.
    """
    named = names_of([*people, without, *runs])
    humans, base, told = named[: len(people)], named[len(people)], named[len(people) + 1 :]
    asked = {run.name: tuple(directives) or _trait_of(run) for run in told}
    theirs = [gather(each, watcher, limit=limit, seed=seed) for each in humans]
    population = sample_people(theirs)
    start = gather(base, watcher, limit=limit, seed=seed)
    found = [gather(each, watcher, limit=limit, seed=seed) for each in told]
    plain = sample_candidate(start)
    results = [
        amplify(
            sample_candidate(each), plain, population, directive, resamples=resamples, seed=seed
        )
        for each in found
        for directive in asked[each.named.name]
    ]
    notes = [note for each in (*theirs, start, *found) for note in each.notes]
    notes += [
        f"{each.run} and {base.name} share no task: they are compared unpaired, and differences"
        " of the tasks count as the directive's"
        for each in {one.run: one for one in results}.values()
        if each.n_paired == 0
    ]
    notes += [OUR_READING] if any(one.asked_by == "our reading" for one in results) else []
    return Amplification(
        people=[each.name for each in humans],
        without=base.name,
        directives=results,
        resamples=resamples,
        seed=seed,
        notes=notes,
    )


def read_directive(text: str) -> Directive:
    """`dimension=target`, `dimension:low` or `dimension:high`.

    Raises:
        UsageError: it is neither.
    """
    name, _, target = text.partition("=")
    if target:
        try:
            return _within(Directive(name.strip(), "high", float(target), told=text))
        except ValueError:
            pass
    name, _, side = text.partition(":")
    if side == "low":
        return Directive(name.strip(), "low", told=text)
    if side == "high":
        return Directive(name.strip(), "high", told=text)
    raise UsageError(
        f"directive {text!r}: write DIMENSION=TARGET (please=0.4), or DIMENSION:low or :high"
    )


def _within(directive: Directive) -> Directive:
    """The directive, if people could reach its target at all."""
    name = directive.dimension
    share = name in {headline.name for headline in HEADLINES} or find_dimension(
        name
    ).unit.startswith("share")
    if share and directive.target is not None and not 0 <= directive.target <= 1:
        raise UsageError(f"directive {directive.told!r}: a share lies between 0 and 1")
    return directive


def _trait_of(run: Named) -> tuple[Directive, ...]:
    found = [directives for trait, directives in TRAITS.items() if trait in run.name.lower()]
    if len(found) == 1:
        return found[0]
    raise UsageError(
        f"{run.spec}: which directive did it have? Its name holds none of"
        f" {', '.join(TRAITS)}; say so with --directive, e.g. --directive please=0.4"
    )
