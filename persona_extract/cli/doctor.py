"""`persona-extract doctor`: what is installed, what would be used, what is missing."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import BaseModel

from persona_extract import __version__

if TYPE_CHECKING:
    from persona_extract.records.models import ModelsSettings, Role

app = typer.Typer()

NO_MODEL = (
    "no model configured: measured dimensions, key-phrase labels and the agenda simulator need none"
)
ASK = "Answer with the word ready."
LEAST_MEMORY_GIB = 1.5
LEAST_DISK_GIB = 0.5


class Encoder(BaseModel):
    """The encoder that a run would use, and why; no name if it cannot be opened."""

    name: str | None
    line: str


class Models(BaseModel):
    """Model of each role that is configured, and what is wrong with it if anything is."""

    roles: dict[str, str]
    wrong: dict[str, str]
    line: str


class Machine(BaseModel):
    """What there is to work with; memory is null where the system does not say."""

    cores: int
    memory_gib: float | None
    disk_free_gib: float


class Cache(BaseModel):
    """Where corpora and models from the hub are kept."""

    folder: Path
    writable: bool


class Findings(BaseModel):
    """What `doctor --json` prints. `problems` are what keeps the main job from running."""

    ok: bool
    version: str
    python: str
    platform: str
    packages: dict[str, str | None]
    encoder: Encoder
    models: Models
    presidio: bool
    browser: str | None
    machine: Machine
    cache: Cache
    problems: list[str]


@app.command(
    rich_help_panel="About this installation",
    epilog="Exit codes: 0 the main job can run, 1 it cannot (what to do is printed), "
    "2 the configuration is wrong.",
)
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    ask: Annotated[
        bool,
        typer.Option("--ask", help="Also send each configured model one short question."),
    ] = False,
    config: Annotated[
        Path | None,
        typer.Option(help="Settings file.", show_default="persona_extract.toml if it is there"),
    ] = None,
) -> None:
    """Say what is installed, which encoder and models would be used, and what is missing."""
    from persona_extract.cli.output import print_json

    found = examine(config, ask=ask)
    if as_json:
        print_json(found)
    else:
        _show(found)
    raise typer.Exit(0 if found.ok else 1)


def examine(config: Path | None = None, *, ask: bool = False) -> Findings:
    """Look at everything; with `ask` send each configured model one short question.

    Raises:
        UsageError: the settings are wrong.
    """
    from persona_extract.cli import machine
    from persona_extract.cli.settings import load_settings

    settings = load_settings(config)
    packages = machine.packages()
    memory = machine.memory_gib()
    folder = machine.cache_folder()
    found = Findings(
        ok=True,
        version=__version__,
        python=platform.python_version(),
        platform=platform.platform(),
        packages=packages,
        encoder=_encoder(settings.cluster.encoder),
        models=_models(settings.models, ask=ask),
        presidio=machine.presidio(),
        browser=machine.browser(),
        machine=Machine(
            cores=machine.cores(),
            memory_gib=round(memory, 1) if memory else None,
            disk_free_gib=round(machine.free_gib(Path.cwd()), 1),
        ),
        cache=Cache(folder=folder, writable=machine.writable(folder)),
        problems=[],
    )
    problems = [*_problems(found, settings.curate.mask)]
    return found.model_copy(update={"ok": not problems, "problems": problems})


def _encoder(spec: str) -> Encoder:
    from persona_extract.errors import PersonaExtractError

    try:
        from persona_extract.encoders import open_encoder

        chosen = open_encoder(spec)
    except (PersonaExtractError, ImportError) as error:
        return Encoder(name=None, line=f"encoder {spec}: {error}")
    return Encoder(name=chosen.encoder.name, line=chosen.line)


def _models(settings: ModelsSettings, *, ask: bool) -> Models:
    from persona_extract.records.models import ROLES

    roles = {role: model for role in ROLES if (model := settings.of(role).model)}
    found = {role: _wrong(settings, role, ask=ask) for role in ROLES if role in roles}
    wrong = {role: reason for role, reason in found.items() if reason}
    said = ", ".join(f"{role} {model}" for role, model in roles.items())
    asked = " (each answered a question)" if ask and not wrong else ""
    return Models(roles=roles, wrong=wrong, line=f"{said}{asked}" if said else NO_MODEL)


def _wrong(settings: ModelsSettings, role: Role, *, ask: bool) -> str | None:
    """Why the model of a role cannot be asked; None if it can."""
    from tempfile import TemporaryDirectory

    from persona_extract.errors import PersonaExtractError
    from persona_extract.llm import Door, ask_all, check_models
    from persona_extract.llm.ledger import Ledger
    from persona_extract.llm.prices import ModelPrices
    from persona_extract.records.calls import Call, Failed, Message, Plain
    from persona_extract.records.models import ModelsSettings

    mine = settings.of(role)
    try:
        check_models(ModelsSettings.model_validate({role: mine}))
        if not ask:
            return None
        with TemporaryDirectory() as folder:
            account = Ledger(Path(folder) / "ledger.sqlite", "doctor", None)
            door = Door(role, mine, account=account, prices=ModelPrices(mine), answers=None)
            [answer] = ask_all(door, [Call("doctor", "doctor", (Message("user", ASK),), Plain)])
    except PersonaExtractError as error:
        return str(error)
    return f"{answer.reason}: {answer.detail}" if isinstance(answer, Failed) else None


def _problems(found: Findings, mask: str) -> Iterator[str]:
    missing = [name for name, version in found.packages.items() if version is None]
    if missing:
        yield f"not installed: {', '.join(missing)}. Install persona-extract again (`make setup`)."
    if found.encoder.name is None:
        yield found.encoder.line
    for role, reason in found.models.wrong.items():
        yield f"[models.{role}] {reason}"
    if mask == "presidio" and not found.presidio:
        yield (
            "curate.mask is presidio, which is not installed: "
            "pip install 'persona-extract[presidio]', or set it to patterns."
        )
    if found.machine.memory_gib is not None and found.machine.memory_gib < LEAST_MEMORY_GIB:
        yield f"{found.machine.memory_gib} GiB of memory; a run wants {LEAST_MEMORY_GIB}."
    if found.machine.disk_free_gib < LEAST_DISK_GIB:
        yield f"{found.machine.disk_free_gib} GiB of disk free here; a run wants {LEAST_DISK_GIB}."


def _show(found: Findings) -> None:
    from rich.console import Console
    from rich.markup import escape

    console = Console(highlight=False)
    for name, text in _rows(found):
        console.print(f"[bold]{name:10}[/bold] {escape(text)}", soft_wrap=True)
    for problem in found.problems:
        console.print(f"[red]{'problem':10}[/red] {escape(problem)}", soft_wrap=True)
    if found.ok:
        console.print("[green]ready[/green]      the main job can run")


def _rows(found: Findings) -> Iterator[tuple[str, str]]:
    memory = found.machine.memory_gib
    yield "version", f"persona-extract {found.version}, Python {found.python}, {found.platform}"
    yield "packages", ", ".join(f"{name} {at or 'MISSING'}" for name, at in found.packages.items())
    yield "encoder", found.encoder.line.removeprefix("encoder: ")
    yield "models", found.models.line
    yield "masking", "patterns" + (", presidio" if found.presidio else "; presidio not installed")
    yield "browser", found.browser or "none (only the test that opens a report in one needs it)"
    yield (
        "machine",
        f"{found.machine.cores} cores, {'unknown' if memory is None else memory} GiB memory, "
        f"{found.machine.disk_free_gib} GiB disk free here",
    )
    state = (
        ""
        if found.cache.writable
        else " (not writable: nothing can be fetched from the hub; HF_HOME names another folder)"
    )
    yield "cache", f"{found.cache.folder}{state}"
