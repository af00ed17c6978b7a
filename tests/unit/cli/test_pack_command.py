"""`pack validate` and `pack show` on packs that somebody made to do harm, or that were damaged."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from persona_extract.packs.build import FILES
from persona_extract.packs.findings import CHECKS
from tests.unit.cli.shell import Shell
from tests.unit.packs.test_packs import pack as pack
from tests.unit.packs.test_packs import resum

Harm = Callable[[Path], object]


def first_line(pack: Path, change: Callable[[bytes], bytes]) -> None:
    lines = (pack / "profiles.jsonl").read_bytes().splitlines(keepends=True)
    (pack / "profiles.jsonl").write_bytes(b"".join([change(lines[0]), *lines[1:]]))
    resum(pack)


def checksums(pack: Path, change: Callable[[str], str]) -> None:
    path = pack / "SHA256SUMS"
    path.write_text(change(path.read_text()))


def manifest(pack: Path, **fields: object) -> None:
    path = pack / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_bytes()), **fields}))
    resum(pack)


def garbage(pack: Path) -> None:
    (pack / "profiles.jsonl").write_bytes(os.urandom(5000))
    resum(pack)


def millions(pack: Path) -> None:
    (pack / "profiles.jsonl").write_bytes(b"{}\n" * 300_000)
    resum(pack)


HARM: list[tuple[str, Harm, str]] = [
    ("extra", lambda p: (p / "raw.txt").write_text("x"), "raw.txt: is no part of a pack"),
    ("hidden", lambda p: (p / ".raw").write_text("x"), ".raw: is no part of a pack"),
    (
        "fifo",
        lambda p: ((p / "README.md").unlink(), os.mkfifo(p / "README.md")),
        "README.md: is a named pipe",
    ),
    (
        "dangling",
        lambda p: ((p / "README.md").unlink(), (p / "README.md").symlink_to("none")),
        "README.md: is a link",
    ),
    (
        "endless",
        lambda p: ((p / "README.md").unlink(), (p / "README.md").symlink_to("/dev/zero")),
        "README.md: is a link",
    ),
    ("garbage", garbage, "profiles.jsonl:1: not JSON"),
    ("millions", millions, "nothing after it was read"),
    ("empty", lambda p: ((p / "profiles.jsonl").write_bytes(b""), resum(p)), "n_profiles says 12"),
    ("blank", lambda p: first_line(p, lambda line: b"\n" + line), "profiles.jsonl:1: not JSON"),
    (
        "key twice",
        lambda p: first_line(p, lambda line: line.replace(b'"id":', b'"id":"p_0","id":', 1)),
        "profiles.jsonl:1: the key 'id' stands twice",
    ),
    ("deep", lambda p: first_line(p, lambda _: b"[" * 5000 + b"\n"), "profiles.jsonl:1: "),
    ("deep 900", lambda p: first_line(p, lambda _: b"[" * 900 + b"]" * 900 + b"\n"), ":1: nested"),
    ("NaN", lambda p: first_line(p, lambda line: b'{"a": NaN}\n'), "profiles.jsonl:1: not JSON"),
    ("future", lambda p: manifest(p, pack_version="99.0"), "manifest.json: pack_version"),
    ("counts", lambda p: manifest(p, n_turns=10**6), "n_turns says 1000000"),
    ("unknown key", lambda p: manifest(p, evil="x"), "manifest.json: evil: Extra inputs"),
    ("traversal", lambda p: checksums(p, lambda s: s + "0  ../../etc/passwd\n"), "must list exact"),
    ("absolute", lambda p: checksums(p, lambda s: s.replace("  R", "  /etc/R")), "must list exact"),
    ("listed twice", lambda p: checksums(p, lambda s: s + s.splitlines()[0] + "\n"), "each once"),
    ("binary sums", lambda p: (p / "SHA256SUMS").write_bytes(b"\xff\0"), "must list exactly"),
]


@pytest.mark.parametrize(
    ("harm", "why"), [case[1:] for case in HARM], ids=[case[0] for case in HARM]
)
def test_harm_is_found(harm: Harm, why: str, pack: Path, shell: Shell) -> None:
    harm(pack)
    ended = shell("pack", "validate", pack, "--json")
    verdict = json.loads(ended.out)
    assert (ended.code, verdict["valid"]) == (3, False)
    said = [f"{f['file']}{f['place']}: {f['problem']}" for f in verdict["findings"]]
    assert why in "\n".join(said)
    assert len(said) < 200
    assert ended.err.count("\n") == 1
    plain = shell("pack", "validate", pack)
    assert plain.code == 3 and why in plain.out
    assert shell("pack", "show", pack).code == 1


def test_a_flipped_byte_of_any_file(pack: Path, shell: Shell) -> None:
    for name in FILES:
        content = bytearray((pack / name).read_bytes())
        content[len(content) // 2] ^= 1
        (pack / name).write_bytes(content)
        assert f"{name}: its checksum is not" in shell("pack", "validate", pack).out
        content[len(content) // 2] ^= 1
        (pack / name).write_bytes(content)
    assert shell("pack", "validate", pack).code == 0


@pytest.mark.parametrize("name", ["profiles.jsonl", "manifest.json", "README.md", "SHA256SUMS"])
def test_a_gigabyte_of_nothing_is_refused_at_once(name: str, pack: Path, shell: Shell) -> None:
    """One line of 1 GB, as a sparse file."""
    shell("pack", "validate", pack)  # what is imported and cached does not count
    os.truncate(pack / name, 2**30)
    before, start = psutil.Process().memory_info().rss, time.monotonic()
    ended = shell("pack", "validate", pack)
    assert ended.code == 3 and f"{name}" in ended.out and "longer than" in ended.out
    assert time.monotonic() - start < 5
    assert psutil.Process().memory_info().rss - before < 50 * 2**20


def test_the_checklist_says_what_was_done_and_what_not(pack: Path, shell: Shell) -> None:
    ended = shell("pack", "validate", pack)
    *lines, last = ended.out.splitlines()
    assert ended.code == 0 and last == f"{pack} is valid." and max(map(len, lines)) <= 80
    verdict = json.loads(shell("pack", "validate", pack, "--json").out)
    found = {one["check"]: one for one in verdict["checks"]}
    assert [*found] == [*CHECKS]
    for check, one in found.items():
        assert f"{check:<14}" in ended.out
        skipped = check in ("5-word runs", "workspace") or (check == "Presidio" and one["note"])
        assert one["outcome"] == "passed" or skipped, one
    assert found["workspace"] == {
        **found["workspace"],
        "outcome": "skipped",
        "note": "no --workspace",
    }


def test_a_failed_check_is_marked_and_counted(pack: Path, shell: Shell) -> None:
    manifest(pack, licences=[""], n_turns=1)
    ended = shell("pack", "validate", pack)
    assert ended.code == 3
    assert "FAILED  counts" in ended.out and "FAILED  attribution" in ended.out
    assert "ok      injection" in ended.out
    assert max(map(len, ended.out.splitlines())) <= 80


def test_a_folder_that_is_no_workspace_is_wrong_usage(pack: Path, shell: Shell) -> None:
    ended = shell("pack", "validate", pack, "--workspace", pack.parent / "none")
    assert ended.code == 2 and "is no workspace of a run" in ended.err
    assert not (pack.parent / "none").exists()


def test_links_to_files_as_hub_caches_make_them_are_fine(pack: Path, shell: Shell) -> None:
    """models--x/snapshots/<revision>/<name> -> ../../blobs/<hash>, and no other link."""
    snapshot = pack.parent / "snapshots" / "0a1b"
    snapshot.parent.mkdir()
    pack.rename(snapshot)
    (pack.parent / "blobs").mkdir()
    for path in list(snapshot.iterdir()):
        blob = pack.parent / "blobs" / hashlib.sha256(path.read_bytes()).hexdigest()
        path.rename(blob)
        path.symlink_to(Path("../../blobs") / blob.name)
    assert shell("pack", "validate", snapshot).code == 0
    blob.unlink()
    blob.symlink_to("/dev/zero")
    assert ": is a link" in shell("pack", "validate", snapshot).out


def test_a_pack_cannot_paint_the_terminal(pack: Path, shell: Shell) -> None:
    manifest(pack, name="\x1b[2J\x07 nice", n_turns=-5, licences=["\x1b[2J"])
    ended = shell("pack", "show", pack)
    assert ended.code == 1 and "\x1b" not in ended.err + ended.out
    ended = shell("pack", "validate", pack)
    assert "name: it holds invisible characters" in ended.out
    assert "\x1b" not in ended.err + ended.out


@pytest.mark.parametrize(
    ("start", "why"),
    [("p_", "Several profiles begin with 'p_'"), ("q", "No profile begins"), ("", "S")],
)
def test_an_unknown_or_ambiguous_profile(
    start: str,
    why: str,
    pack: Path,
    shell: Shell,
) -> None:
    ended = shell("pack", "show", pack, start, "--json")
    assert (ended.code, ended.out) == (2, "")
    assert why in ended.err and "For example: p_" in ended.err
