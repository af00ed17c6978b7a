"""`persona-extract pack publish`: a pack to the Hugging Face hub, after a dry run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from persona_extract.cli.arguments import AsJson, PackFolder

if TYPE_CHECKING:
    from persona_extract.packs.publish import Publication


def publish(
    folder: PackFolder,
    repo: Annotated[
        str,
        typer.Option(
            metavar="OWNER/NAME", help="Dataset repository of the hub.", show_default=False
        ),
    ],
    private: Annotated[
        bool, typer.Option("--private", help="Make the repository private, if it is made.")
    ] = False,
    message: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="Commit message.", show_default="name and version"),
    ] = None,
    allow_demographics: Annotated[
        bool, typer.Option("--allow-demographics", help="Publish age, gender and the like, too.")
    ] = False,
    allow_examples: Annotated[
        bool, typer.Option("--allow-examples", help="Publish scrubbed examples of turns, too.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Do it. Without, nothing leaves this machine.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Publish a pack as a dataset on the Hugging Face hub.

    Without `--yes` this is a dry run: the pack is validated, and you see what
    would go where, under which licence, and what to look at before. With it
    the repository is made if need be, the files go up in one commit, and the
    commit is tagged with the version of the pack. A version that is there
    already is never changed. Exit 3 if the pack is not fit to be published.

    The token is that of `hf auth login` or HF_TOKEN. After a failure run the
    same command again: what is there is not sent twice.

    [dim]persona-extract pack publish packs/support --repo example-org/support-users
    persona-extract pack publish packs/support --repo example-org/support-users \\
        --private --yes[/dim]
    """
    from persona_extract.cli.output import print_json, print_lines
    from persona_extract.packs import publish as publishing

    target = publishing.Target(
        repo,
        private=private,
        message=message,
        allow_demographics=allow_demographics,
        allow_examples=allow_examples,
    )
    planned = publishing.plan(folder, target)
    done = publishing.publish(planned) if yes else planned
    print_json(done) if json else print_lines(_lines(done))


def _lines(done: Publication) -> Iterator[str]:
    from persona_extract.cli.output import aligned

    yield f"{'published' if done.published else 'dry run: nothing was sent'}"
    yield from aligned(
        [
            ("pack", done.name + ("  (made-up people)" if done.made_up else "")),
            ("profiles", str(done.n_profiles)),
            ("to", done.address + (" (private)" if done.private else "")),
            ("tag", done.tag),
            ("licence", "; ".join(done.licences)),
            *(("credits", line) for line in done.attribution),
            *([("commit", done.commit)] if done.commit else []),
        ]
    )
    yield ""
    yield f"{'bytes':>12}  {'sha256':<14}  file"
    for one in done.files:
        yield f"{one.bytes:>12,}  {one.sha256[:12]}..  {one.file}"
    if done.remarks:
        yield ""
        yield "look at this" + ("" if done.published else " before you say --yes")
        yield from (f"  * {remark}" for remark in done.remarks)
