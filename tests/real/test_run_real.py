"""The main job on real conversations, in a process of its own: what it keeps, and how much memory
it takes. One run a corpus."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from persona_extract.packs.read import read_pack

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("PERSONA_EXTRACT_SHARED", ROOT.parent / "shared"))
DATA = SHARED / "data"
MOST_MEGABYTES = 1500

FIELDS = {
    *("workspace", "pack", "report", "n_conversations", "n_kept", "dropped"),
    *("n_users", "n_profiles", "encoder", "seconds", "n_moves", "n_traits", "n_archetypes"),
    *("n_statements", "n_refused", "planted", "spent_usd", "n_asked", "n_answers_kept"),
}

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"no real data in {DATA}")


def run(corpus: str, out: Path) -> tuple[dict[str, object], float]:
    """The printed summary, and the peak memory in megabytes of any process started so far."""
    program = "from persona_extract.cli import main; main()"
    source = str(DATA / corpus / "sample.jsonl")
    asked = ["run", source, "--out", str(out), "--encoder", "lsa", "--salt", "s", "--json", "-q"]
    done = subprocess.run(
        [sys.executable, "-c", program, *asked],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return json.loads(done.stdout), peak / (1024**2 if sys.platform == "darwin" else 1024)


def check(summary: dict[str, object]) -> None:
    """What holds of the summary and the pack of any finished run."""
    assert summary.keys() == FIELDS
    pack = read_pack(Path(str(summary["pack"])))
    assert len(pack.profiles) == summary["n_profiles"] == summary["n_users"]
    assert Path(str(summary["report"])).is_file()
    dropped = summary["dropped"]
    assert isinstance(dropped, dict)
    assert summary["n_conversations"] == sum(dropped.values()) + int(str(summary["n_kept"]))


def test_wildchat_is_kept_and_fits_into_memory(tmp_path: Path) -> None:
    summary, megabytes = run("wildchat", tmp_path / "run")
    check(summary)
    assert summary["n_conversations"] == 478
    assert int(str(summary["n_kept"])) >= 0.95 * 478
    assert megabytes < MOST_MEGABYTES


def test_realhumaneval_gives_a_profile_for_each_user_with_enough_turns(tmp_path: Path) -> None:
    summary, megabytes = run("realhumaneval", tmp_path / "run")
    check(summary)
    assert summary["n_conversations"] == 304
    assert int(str(summary["n_users"])) >= 50
    assert megabytes < MOST_MEGABYTES
