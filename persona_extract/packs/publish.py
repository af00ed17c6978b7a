"""Publishes a pack as a dataset repository of the Hugging Face hub: first a plan, then one commit.

The token is the environment's (HF_TOKEN) or the login's (`hf auth login`); it is handed on by
huggingface_hub and never read, printed or written here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from persona_extract.errors import GateRefused, PackError, UsageError
from persona_extract.packs.attribution import uncredited
from persona_extract.packs.build import CHECKSUMS, FILES
from persona_extract.packs.hub import commit_of
from persona_extract.packs.licences import known
from persona_extract.packs.read import Pack, read_pack
from persona_extract.records.fields import Record
from persona_extract.store.atomic import file_digest

FEW = 10
"""Users below which what k of them show may still tell who they are."""

_REPO = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Target:
    """Where a pack is to go.

    Attributes:
        repo: OWNER/NAME of the dataset repository.
        private: whether a repository that is made for it is private.
        message: of the commit; None names the pack and its version.
        allow_demographics, allow_examples: publish a pack although it holds these.
    """

    repo: str
    private: bool = False
    message: str | None = None
    allow_demographics: bool = False
    allow_examples: bool = False


class Upload(Record):
    """One file that goes up."""

    file: str
    bytes: int
    sha256: str


class Publication(Record):
    """What `pack publish --json` prints.

    Attributes:
        published: False is a dry run: nothing left this machine.
        commit: address of the commit; None in a dry run.
        tag: the pack's version.
        remarks: what somebody should look at before, or has to know after.
    """

    pack: str
    name: str
    version: str
    repo: str
    address: str
    private: bool
    message: str
    made_up: bool
    n_profiles: int
    licences: list[str]
    attribution: list[str]
    files: list[Upload]
    tag: str
    published: bool = False
    commit: str | None = None
    remarks: list[str]


def plan(folder: Path, target: Target) -> Publication:
    """What would be published. Asks nobody.

    Raises:
        UsageError: the repository is not OWNER/NAME.
        GateRefused: the pack is not valid, or holds demographics or examples that were not allowed.
    """
    from huggingface_hub import constants

    _refuse_name(target.repo)
    pack = _valid(folder)
    _refuse_personal(pack, target)
    manifest = pack.manifest
    return Publication(
        pack=str(folder),
        repo=target.repo,
        address=f"{constants.ENDPOINT}/datasets/{target.repo}",
        private=target.private,
        message=target.message or f"{manifest.name}, version {manifest.version}",
        tag=manifest.version,
        files=[_upload(folder / name) for name in (*FILES, CHECKSUMS)],
        remarks=list(_remarks(pack, target)),
        **manifest.model_dump(
            include={"name", "version", "made_up", "n_profiles", "licences", "attribution"}
        ),
    )


def publish(planned: Publication) -> Publication:
    """Uploads what was planned: makes the repository if need be, one commit, then the tag.

    Raises:
        HubRefused: no token, or one that may not write there.
        HubUnavailable: the hub is down or out of reach; the same call goes on where it stopped.
        GateRefused: the version was published before, or the hub does not accept the card.
    """
    folder = Path(planned.pack)
    commit, others = commit_of(
        planned.repo,
        {one.file: folder / one.file for one in planned.files},
        message=planned.message,
        tag=planned.tag,
        private=planned.private,
    )
    return planned.model_copy(
        update={"published": True, "commit": commit, "remarks": list(_afterwards(others))}
    )


def _refuse_name(repo: str) -> None:
    """Refuses what the hub would not take for a name, without asking it."""
    from huggingface_hub.errors import HFValidationError
    from huggingface_hub.utils import validate_repo_id

    wrong = "" if _REPO.fullmatch(repo) else "it is not OWNER/NAME"
    try:
        validate_repo_id(repo)
    except HFValidationError as error:
        wrong = wrong or str(error).split(":")[0].split(".")[0]
    if wrong:
        raise UsageError(f"--repo {repo[:80]!r}: {wrong}. For example: example-org/our-users.")


def _valid(folder: Path) -> Pack:
    try:
        return read_pack(folder)
    except PackError as error:
        raise GateRefused(f"not fit to be published: {error}") from error


def _refuse_personal(pack: Pack, target: Target) -> None:
    background = pack.manifest.demographics or any(one.background for one in pack.profiles)
    if background and not target.allow_demographics:
        raise GateRefused(
            "the pack holds demographics (age, gender, ...), read or guessed by a model. Make it "
            "without --with-demographics, or say --allow-demographics if the people agreed."
        )
    examples = pack.manifest.examples or any(one.examples for one in pack.profiles)
    if examples and not target.allow_examples:
        raise GateRefused(
            "the pack holds scrubbed examples of turns. Read them, then say --allow-examples, or "
            "make the pack without."
        )


def _upload(path: Path) -> Upload:
    return Upload(file=path.name, bytes=path.stat().st_size, sha256=file_digest(path))


def _remarks(pack: Pack, target: Target) -> Iterator[str]:
    manifest = pack.manifest
    if manifest.imported:
        yield "its directives were imported: nothing in it was measured, and the card says so"
    for licence in manifest.licences:
        if known(licence) is None:
            yield f"licence {licence!r}: make sure that it lets you publish what derives from it"
    if unknown := uncredited(manifest.corpora):
        yield f"{', '.join(unknown)}: look whether the attribution names those who collected it"
    if manifest.k_users < FEW and not manifest.made_up and manifest.moves:
        yield (
            f"moves, traits and archetypes are listed from {manifest.k_users} users on: read their "
            "names in the card"
        )
    if manifest.demographics:
        yield "demographics go up with it"
    if manifest.examples:
        yield "scrubbed examples of turns go up with it"
    if not target.private:
        yield "the repository is public: what was public once cannot be taken back"


def _afterwards(others: list[str]) -> Iterator[str]:
    if others:
        yield (
            f"the repository also holds {', '.join(others)}: a copy with these files does not "
            "validate; delete them there if they are of an older pack"
        )
