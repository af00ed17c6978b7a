"""`pack publish`: nothing leaves in a dry run; --yes makes one commit; failures say what to do.

The hub is a fake on loopback (`tests/servers/hub.py`).
"""

from __future__ import annotations

import hashlib
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from huggingface_hub import constants
from huggingface_hub.utils import close_session

from persona_extract.errors import HubRefused, HubUnavailable, PersonaExtractError
from persona_extract.packs.build import CHECKSUMS, FILES, Population, build_pack
from persona_extract.packs.publish import Publication, Target, plan, publish
from tests.servers.hub import TOKEN, FakeHub
from tests.unit.cli.shell import Shell
from tests.unit.packs.test_packs import edit, made, resum
from tests.unit.packs.test_packs import pack as pack
from tests.unit.profile.read_made import NOTHING

REPO = "example-org/our-users"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeHub]:
    """A hub that is let in to with `TOKEN`, and nothing but it in reach."""
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    with FakeHub() as fake:
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
        monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(tmp_path / "no token"))
        point_to(monkeypatch, fake.url)
        yield fake
    close_session()


def point_to(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setattr(constants, "ENDPOINT", url)
    monkeypatch.setattr("huggingface_hub.hf_api.constants.ENDPOINT", url)


def test_a_dry_run_lists_everything_and_asks_nobody(pack: Path, shell: Shell, hub: FakeHub) -> None:
    ended = shell("pack", "publish", pack, "--repo", REPO)
    assert ended.code == 0 and hub.calls == []
    for said in ("dry run: nothing was sent", f"{hub.url}/datasets/{REPO}", "look at this before"):
        assert said in ended.out
    for name in (*FILES, CHECKSUMS):
        digest = hashlib.sha256((pack / name).read_bytes()).hexdigest()
        assert f"{(pack / name).stat().st_size:,}  {digest[:12]}..  {name}" in ended.out


def test_yes_publishes_in_one_commit_with_a_tag(pack: Path, shell: Shell, hub: FakeHub) -> None:
    ended = shell("pack", "publish", pack, "--repo", REPO, "--private", "--yes", "--json")
    assert ended.code == 0, ended.err
    said = json.loads(ended.out)
    assert said["published"] and said["commit"].startswith(f"{hub.url}/datasets/{REPO}/commit/")
    made = hub.repos[REPO]
    assert made.private and len(hub.commits) == 1
    assert hub.commits[0].message == "A test, version 0.1.0"
    assert made.tags == {"0.1.0": made.head}
    assert {n: c for n, c in made.files.items() if n != ".gitattributes"} == {
        name: (pack / name).read_bytes() for name in (*FILES, CHECKSUMS)
    }
    assert TOKEN not in ended.out + ended.err


def test_what_is_there_besides_is_named(pack: Path, shell: Shell, hub: FakeHub) -> None:
    assert shell("pack", "publish", pack, "--repo", REPO, "--yes").code == 0
    hub.repos[REPO].tags.clear()
    hub.repos[REPO].files["old.jsonl"] = b"{}"
    assert "also holds old.jsonl" in shell("pack", "publish", pack, "--repo", REPO, "--yes").out
    assert len(hub.commits) == 1, "nothing had changed"


def test_a_version_is_published_once(pack: Path, shell: Shell, hub: FakeHub) -> None:
    assert shell("pack", "publish", pack, "--repo", REPO, "--yes").code == 0
    ended = shell("pack", "publish", pack, "--repo", REPO, "--yes")
    assert ended.code == 3 and "version 0.1.0 is in example-org/our-users already" in ended.err
    assert len(hub.commits) == 1


FAILURES: list[tuple[str, int | str, type[PersonaExtractError], str]] = [
    ("whoami", 401, HubRefused, "does not know the token"),
    ("create", 403, HubRefused, "may not write to example-org/our-users"),
    ("commit", 403, HubRefused, "Take one with write access to example-org"),
    ("refs", 418, HubRefused, "refused example-org/our-users, status 418"),
    ("commit", 409, HubUnavailable, "somebody else changes it just now"),
    ("commit", 500, HubUnavailable, "status 500"),
    ("commit", "drop", HubUnavailable, "the hub is out of reach"),
    ("commit", "cut", HubUnavailable, "the hub is out of reach"),
    ("tag", 500, HubUnavailable, "status 500"),
    ("tag", "drop", HubUnavailable, "the hub is out of reach"),
]


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Publication:
    folder = tmp_path_factory.mktemp("planned") / "pack"
    compiled, people = made()
    build_pack(folder, "A test", compiled, Population(people, NOTHING), made_up=True)
    return plan(folder, Target(REPO))


@pytest.mark.parametrize(("call", "fails", "kind", "why"), FAILURES)
def test_failures_say_what_to_do_and_the_same_call_goes_on(
    call: str,
    fails: int | str,
    kind: type[PersonaExtractError],
    why: str,
    planned: Publication,
    hub: FakeHub,
) -> None:
    hub.fails[call] = fails
    with pytest.raises(kind, match=why) as failed:
        publish(planned)
    assert failed.value.retryable == (kind is HubUnavailable)
    assert TOKEN not in str(failed.value)
    hub.fails.clear()
    assert publish(planned).published
    assert hub.repos[REPO].tags == {"0.1.0": hub.repos[REPO].head}
    assert len(hub.commits) == 1, "what was there was sent again"


def test_a_hub_that_is_not_there(
    pack: Path, shell: Shell, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    point_to(monkeypatch, f"http://127.0.0.1:{port}")
    ended = shell("pack", "publish", pack, "--repo", REPO, "--yes")
    assert ended.code == 1 and "out of reach (ConnectError" in ended.err
    assert "may work later" in ended.err


def test_without_a_token(
    pack: Path, shell: Shell, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HF_TOKEN")
    ended = shell("pack", "publish", pack, "--repo", REPO, "--yes")
    assert ended.code == 2 and "there is no token of the hub" in ended.err
    assert "hf auth login" in ended.err and hub.calls == []


def test_a_token_of_nobody(
    pack: Path, shell: Shell, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_of_somebody_else")
    ended = shell("pack", "publish", pack, "--repo", REPO, "--yes")
    assert ended.code == 2 and "does not know the token" in ended.err
    assert "hf_of_somebody_else" not in ended.err


def test_offline(pack: Path, shell: Shell, hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    ended = shell("pack", "publish", pack, "--repo", REPO, "--yes")
    assert ended.code == 2 and "HF_HUB_OFFLINE is set" in ended.err and hub.calls == []


def test_a_pack_that_is_not_valid_is_not_published(pack: Path, shell: Shell, hub: FakeHub) -> None:
    edit(pack, lambda profile: profile.update(id="p_" + "0" * 16))
    ended = shell("pack", "publish", pack, "--repo", REPO, "--yes")
    assert ended.code == 3 and "not fit to be published" in ended.err
    assert hub.calls == []


def said_to_hold(pack: Path, **fields: bool) -> None:
    path = pack / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_bytes()), **fields}))
    resum(pack)


@pytest.mark.parametrize("kind", ["demographics", "examples"])
def test_personal_things_need_a_word(kind: str, pack: Path, shell: Shell, hub: FakeHub) -> None:
    said_to_hold(pack, **{kind: True})
    ended = shell("pack", "publish", pack, "--repo", REPO)
    assert ended.code == 3 and f"--allow-{kind}" in ended.err
    allowed = shell("pack", "publish", pack, "--repo", REPO, f"--allow-{kind}")
    assert allowed.code == 0 and f"{kind}" in allowed.out and hub.calls == []


def test_a_name_that_the_hub_would_not_take_is_refused(pack: Path, shell: Shell) -> None:
    for repo in ("a/b..c", "a/b--c", "a/b."):
        ended = shell("pack", "publish", pack, "--repo", repo)
        assert ended.code == 2 and "--repo" in ended.err and "for example" in ended.err.lower()


@pytest.mark.parametrize("repo", ["users", "a/b/c", "../x/y", "a b/c", "/c", "a/"])
def test_a_repository_is_owner_and_name(repo: str, pack: Path, shell: Shell) -> None:
    ended = shell("pack", "publish", pack, "--repo", repo)
    assert ended.code == 2 and "is not OWNER/NAME" in ended.err
