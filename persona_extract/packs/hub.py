"""The door to the Hugging Face hub: one commit of a few files and a tag, its failures explained."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from persona_extract.errors import GateRefused, HubRefused, HubUnavailable, PersonaExtractError

if TYPE_CHECKING:
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError

LATER = (408, 409, 412, 423, 425, 429)
"""Statuses after which the same call may do: limits, and somebody else who writes just now."""

_KIND = "dataset"
_OWN = (".gitattributes",)


def commit_of(
    repo: str, files: dict[str, Path], *, message: str, tag: str, private: bool
) -> tuple[str, list[str]]:
    """Puts files into a dataset repository in one commit and tags it.

    May be called again after a failure: what is there already is not sent again.

    Args:
        repo: OWNER/NAME; made if it does not exist.
        files: name in the repository -> file.
        message: of the commit.
        tag: of the commit; must be new.
        private: whether the repository, if it is made, is private.

    Returns:
        Address of the commit, and the files that are in the repository besides.

    Raises:
        HubRefused, HubUnavailable, GateRefused: see `publish`.
    """
    from huggingface_hub import CommitOperationAdd, HfApi
    from huggingface_hub.utils import disable_progress_bars

    disable_progress_bars()
    api = HfApi()
    with _explained(repo):
        api.whoami()
        api.create_repo(repo, repo_type=_KIND, private=private, exist_ok=True)
        _refuse_published(api, repo, tag)
        done = api.create_commit(
            repo,
            [CommitOperationAdd(name, str(path)) for name, path in files.items()],
            commit_message=message,
            repo_type=_KIND,
        )
        api.create_tag(repo, tag=tag, revision=done.oid, repo_type=_KIND)
        there = api.list_repo_files(repo, repo_type=_KIND)
    return str(done.commit_url), sorted({*there} - {*files, *_OWN})


def _refuse_published(api: HfApi, repo: str, tag: str) -> None:
    if tag in (one.name for one in api.list_repo_refs(repo, repo_type=_KIND).tags):
        raise GateRefused(
            f"version {tag} is in {repo} already, and a version does not change. Build the pack "
            "with a higher one: `persona-extract pack build WORKSPACE --out DIR --version X.Y.Z`."
        )


@contextmanager
def _explained(repo: str) -> Generator[None]:
    """Turns what goes wrong on the way into errors that say what to do."""
    import httpx
    from huggingface_hub.errors import (
        HfHubHTTPError,
        LocalTokenNotFoundError,
        OfflineModeIsEnabled,
    )

    try:
        yield
    except LocalTokenNotFoundError:
        raise HubRefused(f"there is no token of the hub. {_TOKEN}") from None
    except OfflineModeIsEnabled:
        raise HubRefused("HF_HUB_OFFLINE is set: unset it to publish.") from None
    except HfHubHTTPError as error:
        raise _answer(repo, error) from None
    except httpx.HTTPError as error:
        reason = f"{type(error).__name__}: {error}"
        raise HubUnavailable(f"the hub is out of reach ({reason[:200]})") from None
    except json.JSONDecodeError:
        raise HubUnavailable("the hub answered with what is no JSON") from None
    except RuntimeError as error:  # so hf_xet, which uploads large files, tells of its failures
        raise HubUnavailable(f"the upload broke off ({str(error)[:200]})") from None
    except ValueError as error:  # so huggingface_hub tells that the front matter is not accepted
        raise GateRefused(f"the hub does not accept this: {' '.join(str(error).split())}") from None


def _answer(repo: str, error: HfHubHTTPError) -> PersonaExtractError:
    status = error.response.status_code
    said = " ".join((error.server_message or "").split())[:200]
    told = f" The hub says: {said}" if said else ""
    if status == 401:
        return HubRefused(f"the hub does not know the token.{told} {_TOKEN}")
    if status == 403:
        return HubRefused(
            f"the token may not write to {repo}.{told} Take one with write access to "
            f"{repo.partition('/')[0]}, or another --repo."
        )
    if status in LATER or status >= 500:
        why = "somebody else changes it just now" if status in (409, 412) else "it is not able to"
        return HubUnavailable(f"the hub did not take it, status {status}: {why}.{told}")
    return HubRefused(f"the hub refused {repo}, status {status}.{told}")


_TOKEN = (
    "Make one with write access at https://huggingface.co/settings/tokens and log in with "
    "`hf auth login`, or put it into HF_TOKEN."
)
