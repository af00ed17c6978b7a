"""`persona-extract pack export`: profiles as other programs read them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from persona_extract.errors import UsageError
    from persona_extract.pipeline.exporting import Order, Summary


def export(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="PACK", help="Folder of a pack.", show_default=False),
    ] = None,
    format_: Annotated[
        str,
        typer.Option("--format", metavar="NAME", help="Of what program; `list` says which."),
    ] = "list",
    out: Annotated[
        Path | None,
        typer.Option(help="File or folder to write.", show_default="stdout for a single file"),
    ] = None,
    profile: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID",
            help="Only this profile: its id, or the beginning of one. May be given several times.",
            show_default="all",
        ),
    ] = None,
    panel: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Only the members of a panel (`pack sample`), with their weights.",
            show_default=False,
        ),
    ] = None,
    size: Annotated[
        Literal["compact", "standard", "full"], typer.Option(help="How long a brief may be.")
    ] = "full",
    scenarios: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="What the users want (scenarios, or tasks of tau2-bench or tau-bench); needed by "
            "mlflow and strands, which get one entry for each scenario of each profile.",
            show_default=False,
        ),
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print what was written as JSON; needs --out.")
    ] = False,
) -> None:
    """Write profiles in the format of another program. Without PACK, list the formats.

    The words of profiles go in; what a format has no room for (numbers, evidence)
    stays in the pack. docs/exports.md says what is lost where, how to load each
    file, and which were checked with the other program.

    [dim]persona-extract pack export --format list
    persona-extract pack export profiles/demo --format adk --out adk.json
    persona-extract pack export profiles/demo --format text --profile p_03[/dim]
    """
    from persona_extract.pipeline.exporting import Order

    if format_ == "list":
        if out or profile or panel or scenarios:
            raise _no_format()
        _list(as_json=json)
        return
    order = Order(tuple(profile or ()), panel, scenarios, size)
    _export(_given(folder), format_, order, out, as_json=json)


def _no_format() -> UsageError:
    from persona_extract.errors import UsageError
    from persona_extract.exports import all_exports

    names = ", ".join(each.name for each in all_exports())
    return UsageError(f"say of what program, with --format NAME. There are: {names}.")


def _given(folder: Path | None) -> Path:
    from persona_extract.errors import UsageError

    if folder is None:
        raise UsageError("say which pack: `persona-extract pack export PACK --format NAME`.")
    return folder


def _export(folder: Path, name: str, order: Order, out: Path | None, *, as_json: bool) -> None:
    from persona_extract.cli.output import print_json
    from persona_extract.errors import UsageError
    from persona_extract.packs.place import refuse_target
    from persona_extract.pipeline.exporting import export_pack, write_export

    if out is not None:
        refuse_target(out)
    if as_json and out is None:
        raise UsageError("--json prints what was written, so say where: --out FILE.")
    written = export_pack(folder, name, order)
    if out is None and written.export.suffix == "/":
        raise UsageError(f"{name} is a folder of files: say where with --out FOLDER.")
    if out is None:
        typer.echo(b"".join(written.files.values()), nl=False)
        return
    paths = write_export(written, out)
    if as_json:
        files = [str(path) for path in paths]
        print_json(written.summary.model_copy(update={"files": files}))
    else:
        _tell(written.summary, paths, written.export.use)


def _tell(summary: Summary, paths: list[Path], use: str) -> None:
    from textwrap import wrap

    from persona_extract.cli.output import print_lines

    n = f"{summary.profiles} profiles" if summary.profiles != 1 else "1 profile"
    what = f"{n}, {summary.scenarios} scenarios" if summary.scenarios else n
    print_lines([f"{what} for {summary.target}", *(f"  {path}" for path in paths)])
    print_lines(wrap(f"Use: {use}", 80, subsequent_indent="  ", break_long_words=False))


def _list(*, as_json: bool) -> None:
    from textwrap import wrap

    import orjson

    from persona_extract.cli.output import print_lines
    from persona_extract.exports import all_exports

    found = all_exports()
    if as_json:
        rows = [{"name": x.name, "about": x.about, "target": x.target} for x in found]
        typer.echo(orjson.dumps(rows, option=orjson.OPT_INDENT_2))
        return
    width = max(len(each.name) for each in found) + 2
    for each in found:
        head, more = f"{each.name:<{width}}", " " * width
        print_lines(wrap(each.about, 80, initial_indent=head, subsequent_indent=more))
