"""`persona-extract pack forget`: a person, or a conversation, leaves a workspace and packs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from textwrap import TextWrapper
from typing import TYPE_CHECKING, Annotated

import typer

from persona_extract.cli.arguments import AsJson

if TYPE_CHECKING:
    from persona_extract.records.forgotten import Forgotten, Proof

_NOTES = TextWrapper(
    width=80,
    initial_indent="note: ",
    subsequent_indent="      ",
    break_long_words=False,
    break_on_hyphens=False,
)


def forget(
    workspace: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder of a run (`run --out`).", show_default=False),
    ] = None,
    pack: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="DIR", help="A pack elsewhere; may be given again.", show_default=False
        ),
    ] = None,
    user_key: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY", help="user_key of a profile's source.", show_default=False),
    ] = None,
    user_id: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID",
            help="What the corpus calls the user; needs --workspace.",
            show_default=False,
        ),
    ] = None,
    conversation: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY", help="A conversation's salted key.", show_default=False),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would go, and change nothing.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Remove a person, or one conversation, and prove that nothing is left.

    What was pulled of them, everything made from it, what models answered about
    them and their profiles go. Then every file left is searched for their keys,
    for what they are quoted with and for words that nobody else wrote. Ends with
    1 if anything is found. DIR/forgotten.json keeps the salted keys: no later
    run brings them back. Give the command of the run again afterwards.

    Keys: `persona-extract pack show PACK PROFILE --json`, under "source". After
    an interruption give the same command again.

    [dim]persona-extract pack forget --workspace runs/chats --user-id 4711 --dry-run
    persona-extract pack forget --workspace runs/chats --pack packs/support \\
        --user-key 0123456789abcdef
    persona-extract pack forget --pack packs/support \\
        --conversation 0123456789abcdef --json[/dim]
    """
    from persona_extract.cli.output import print_json, print_lines
    from persona_extract.pipeline.forgetting import Request, forget

    asked = _asked(user_key or [], user_id or [], conversation or [])
    ids = tuple(user_id or [])
    proof = forget(Request(workspace, tuple(pack or ()), asked, ids, dry_run))
    print_json(proof) if json else print_lines(_lines(proof))
    if not (proof.proven or proof.dry_run):
        raise typer.Exit(1)


def _asked(users: list[str], ids: list[str], conversations: list[str]) -> Forgotten:
    import re

    from persona_extract.errors import UsageError
    from persona_extract.records.forgotten import Forgotten

    if not (users or ids or conversations):
        raise UsageError("say who: --user-key, --user-id or --conversation.")
    for one in (*users, *conversations):
        if not re.fullmatch(r"[0-9a-f]{16}", one):
            raise UsageError(
                f"{one!r} is no key: a key has 16 hex digits (`persona-extract pack show PACK "
                'PROFILE --json`, under "source"). The id that a corpus gives is --user-id.'
            )
    return Forgotten(users=sorted(set(users)), conversations=sorted(set(conversations)))


def _lines(proof: Proof) -> Iterator[str]:
    from persona_extract.cli.output import aligned

    would = "would go" if proof.dry_run else "gone"
    yield from aligned(
        [
            ("conversations", f"{proof.conversations} {would}"),
            ("answers of models", f"{proof.answers} {would}"),
            *((f"profiles in {one.pack}", _told(one.profiles, one.left)) for one in proof.packs),
        ]
    )
    for one in proof.packs:
        few = len(one.moves), len(one.traits), len(one.archetypes)
        if any(few):
            yield f"  too few show now: {few[0]} moves, {few[1]} traits, {few[2]} archetypes"
    if proof.removed:
        yield f"  with it, to be made anew by a run: {len(proof.removed)} files and folders"
    yield ""
    yield f"looked for in {proof.files_scanned} files   things  places" + (
        "" if proof.dry_run else "  left"
    )
    for trace in proof.traces:
        left = "" if proof.dry_run else f"  {trace.after:>4}"
        start = f"{trace.kind:<{len(f'looked for in {proof.files_scanned} files')}}"
        yield f"{start}   {trace.n:>6}  {trace.before:>6}{left}"
    yield ""
    for note in proof.notes:
        yield from _NOTES.wrap(note)
    yield from (f"found in {path}" for path in proof.left_in if not proof.dry_run)
    if not proof.dry_run:
        yield (
            "nothing is left"
            if proof.proven
            else ("NOT all is gone: remove these files, or mend them, and give the command again")
        )


def _told(gone: int, left: int) -> str:
    return f"{gone} gone, {left} left" if gone else "none"
