"""`persona-extract cache`: answers of models that are kept, so that nothing is paid twice."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from datetime import datetime

    from persona_extract.records.spent import CacheStats, KeptAnswers, Pruned

app = typer.Typer(no_args_is_help=True)
cache = typer.Typer(no_args_is_help=True, help="Look at kept answers of models, or remove some.")
app.add_typer(cache, name="cache")

IN_WORKSPACE = Path("cache", "answers.sqlite")

Place = Annotated[
    Path | None,
    typer.Argument(
        metavar="WORKSPACE|FILE",
        help="Workspace of a run, or a cache itself. Not given: the file that `cache` under"
        " \\[models] in the settings names.",
        show_default=False,
    ),
]
Config = Annotated[
    Path | None, typer.Option(help="Settings file instead of ./persona_extract.toml.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


@cache.callback()
def group() -> None:
    """Look at kept answers of models, or remove some.

    Every answer that fits is kept under a digest of what was asked: model,
    parameters and the whole prompt. The same question is never paid twice,
    in no run that uses the file.
    """


@cache.command("stats")
def show_stats(place: Place = None, config: Config = None, json: AsJson = False) -> None:
    """Print what is kept: answers, size, what they cost and what they saved.

    One line for each stage, prompt and model. PAID is what the answers cost
    when they were made, SAVED what it would have cost to ask again each time
    that one was used.

    [dim]persona-extract cache stats runs/chats
    persona-extract cache stats shared/answers.sqlite --json[/dim]
    """
    from persona_extract.cli.output import print_json, print_lines
    from persona_extract.llm.cache import stats

    found = stats(_file(place, config))
    print_json(found) if json else print_lines(_stats_lines(found))


@cache.command("prune")
def remove(
    place: Place = None,
    older_than: Annotated[
        float | None,
        typer.Option(
            metavar="DAYS",
            min=0,
            help="Neither made nor used for so many days.",
            show_default=False,
        ),
    ] = None,
    prompt: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Of a prompt: its name (read), version (read.v1) or id, as `cache stats` prints.",
            show_default=False,
        ),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Of a model, as `cache stats` prints it.", show_default=False
        ),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All answers.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would go, and remove nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    config: Config = None,
    json: AsJson = False,
) -> None:
    """Remove kept answers, and give their space back to the disk.

    What is removed will be paid again if it is asked again. Conditions hold
    together: --prompt read --older-than 90 removes what both name. Removed
    answers are overwritten in the file.

    [dim]persona-extract cache prune runs/chats --older-than 90
    persona-extract cache prune runs/chats --prompt read.v1 --dry-run
    persona-extract cache prune runs/chats --all --yes[/dim]
    """
    from functools import partial

    from persona_extract.cli.output import print_json, print_lines
    from persona_extract.llm.cache import prune

    file = _file(place, config)
    chosen = partial(
        prune,
        file,
        older_than_days=older_than,
        prompt=prompt,
        model=model,
        everything=everything,
    )
    done = chosen(dry_run=True)
    if not dry_run and done.removed:
        if not yes:
            _ask(done)
        done = chosen()
    print_json(done.model_copy(update={"dry_run": dry_run})) if json else print_lines(
        _pruned_lines(done, dry_run=dry_run)
    )


def _file(place: Path | None, config: Path | None) -> Path:
    """The cache that is meant.

    Raises:
        UsageError: there is none.
    """
    from persona_extract.errors import UsageError

    found = _set(config) if place is None else place
    if found.is_dir():
        if not (found / IN_WORKSPACE).is_file():
            raise UsageError(f"{found} has no {IN_WORKSPACE}: no answer of a model is kept there.")
        return found / IN_WORKSPACE
    if not found.exists():
        raise UsageError(f"{found} does not exist. Name the workspace of a run, or a cache.")
    return found


def _set(config: Path | None) -> Path:
    from persona_extract.cli.settings import load_settings
    from persona_extract.errors import UsageError

    named = load_settings(config).models.cache
    if named is None:
        raise UsageError(
            "Say which cache: the workspace of a run (persona-extract cache stats runs/chats), or "
            "the file; or name it in the settings, as cache under [models]."
        )
    return Path(named).expanduser()


def _ask(planned: Pruned) -> None:
    from persona_extract.cli.forecast import dollars
    from persona_extract.cli.output import inert
    from persona_extract.errors import UsageError

    what = f"{planned.removed:,} of {planned.removed + planned.left:,} answers"
    cost = f", paid {dollars(planned.lost_cost)} USD" if planned.lost_cost else ""
    if not sys.stdin.isatty():
        raise UsageError(f"{what}{cost} would be removed. Say --yes to do so, or --dry-run.")
    typer.confirm(f"Remove {what}{cost} from {inert(planned.file)}?", abort=True, err=True)


def _stats_lines(found: CacheStats) -> Iterator[str]:
    from persona_extract.cli.forecast import dollars
    from persona_extract.cli.output import aligned

    total = found.total
    unknown = f" (price unknown: {total.unknown_prices:,})"
    yield found.file
    yield from aligned(
        [
            ("answers", f"{found.entries:,}, {_size(found.bytes)} on disk"),
            ("made", f"{_day(found.oldest)} to {_day(found.newest)}" if found.entries else "-"),
            ("paid", f"{dollars(total.cost)} USD" + (unknown if total.unknown_prices else "")),
            ("", f"{total.prompt_tokens:,} tokens in, {total.completion_tokens:,} out"),
            ("saved", f"{dollars(total.saved_cost)} USD, {total.saved_tokens:,} tokens"),
            ("used again", f"{total.uses:,}"),
        ]
    )
    if found.groups:
        yield ""
        yield f"{'stage':<11}{'prompt':<24}{'answers':>10}{'used':>10}{'paid':>12}{'saved':>12}"
    for each in found.groups:
        yield from _group_lines(each)


def _group_lines(each: KeptAnswers) -> Iterator[str]:
    from persona_extract.cli.forecast import dollars

    known = each.unknown_prices < each.entries
    paid = dollars(each.cost if known else None)
    saved = dollars(each.saved_cost if known else None)
    numbers = f"{each.entries:>10,}{each.uses:>10,}{paid:>12}{saved:>12}"
    if len(each.stage) > 10 or len(each.prompt) > 23:
        yield f"{each.stage} {each.prompt}"
        yield f"{'':<35}{numbers}"
    else:
        yield f"{each.stage:<11}{each.prompt:<24}{numbers}"
    yield f"{'':<11}{each.model}"


def _pruned_lines(done: Pruned, *, dry_run: bool) -> Iterator[str]:
    from persona_extract.cli.forecast import dollars

    if not done.removed:
        yield f"no answer fits; {done.left:,} are kept"
        yield "`persona-extract cache stats` prints the names of prompts and models"
        return
    verb = "would be removed" if dry_run else "removed"
    cost = f", paid {dollars(done.lost_cost)} USD" if done.lost_cost else ""
    about = "about " if dry_run else ""
    yield f"{done.removed:,} answers {verb}{cost}; {about}{_size(done.bytes_freed)} freed"
    yield f"{done.left:,} {'would be left' if dry_run else 'left'}"


def _day(moment: datetime | None) -> str:
    return moment.date().isoformat() if moment else "-"


def _size(n: int) -> str:
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if n >= factor:
            return f"{n / factor:.1f} {unit}"
    return f"{n} bytes"
