"""`persona-extract fidelity`: how true profiles and simulations are to people."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from persona_extract.cli import usi
from persona_extract.cli.amplification import amplification
from persona_extract.cli.formalism import formalism

if TYPE_CHECKING:
    from persona_extract.records.results import IdentityResult

app = typer.Typer(no_args_is_help=True)
fidelity = typer.Typer(no_args_is_help=True, help="Measure how true profiles are to people.")
app.add_typer(fidelity, name="fidelity")


@fidelity.callback()
def group() -> None:
    """Measure how true profiles are to people."""


@fidelity.command()
def identity(
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="As for `run`.", show_default=False)
    ],
    limit: Annotated[
        int | None, typer.Option(min=1, help="Read the first N conversations only.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="Settings file instead of ./persona_extract.toml.")
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of the bootstrap.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Tell users apart by their profiles: leave one conversation out, rank all users.

    Every conversation counts, however short: nothing is curated away, so the figure differs from
    that of a run's report. Users with one conversation take no part. Nothing is written.

    AUC is the share of other users that the conversation's own author is ranked above; 0.5 is
    chance. The interval is a 95 % bootstrap over users. The lower lines part the conversations
    into thirds by how much there is to read.

    [dim]persona-extract fidelity identity demo
    persona-extract fidelity identity chats.jsonl --json[/dim]
    """
    from persona_extract.cli.output import print_json, print_lines
    from persona_extract.cli.settings import load_settings
    from persona_extract.pipeline.identity import source_identity

    settings = load_settings(config, overrides={"pull.limit": limit, "seed": seed})
    found = source_identity(source, settings)
    if json:
        print_json(found)
    else:
        print_lines(_lines(found))


fidelity.command("usi")(usi.usi)
fidelity.command("usi-features")(usi.usi_features)
fidelity.command()(formalism)
fidelity.command()(amplification)


def _lines(found: IdentityResult) -> Iterator[str]:
    yield f"{found.n_users} users, {found.n_conversations} conversations"
    yield f"{'':<10}{'AUC':>7}   {'95 % interval':<15}{'top-1':>7}"
    rows = {"profile": found, **found.baselines}
    for name, score in rows.items():
        interval = f"{score.auc_low:.3f} to {score.auc_high:.3f}"
        yield f"{name:<10}{score.auc:>7.3f}   {interval:<15}{score.top1:>7.3f}"
    for amount in found.by_amount:
        name = f"{amount.what}, {amount.least:,} to {amount.most:,}"
        interval = f"{amount.auc_low:.3f} to {amount.auc_high:.3f}"
        yield f"{name:<34}{amount.auc:>6.3f}   {interval:<15}{amount.top1:>7.3f}"
