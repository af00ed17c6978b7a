"""The hub path through `datasets`, against a hub of this test's own on loopback."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import polars as pl
import pytest

COMMIT = "7d6490e462285cf85d91eabea0f9a954fbddcd1f"
HUB_ID = "allenai/WildChat-1M"
README = b"""---
dataset_info:
  splits:
  - name: train
    num_bytes: 1000
    num_examples: 30
  download_size: 1000
  dataset_size: 1000
configs:
- config_name: default
  data_files:
  - split: train
    path: data/train-*
---
"""


def shard(numbers: range) -> bytes:
    talk = [
        {"role": "user", "content": "q", "hashed_ip": "ip", "header": {"accept-language": "en"}}
    ]
    rows = [{"conversation_hash": f"h{n}", "conversation": talk, "turn": 1} for n in numbers]
    frame = pl.DataFrame(rows).with_columns(
        timestamp=pl.datetime(2024, 5, 1, time_unit="us", time_zone="UTC"),
        model=pl.lit("gpt-4o"),
        language=pl.lit("English"),
        toxic=pl.lit(False),
        redacted=pl.lit(False),
        hashed_ip=pl.lit("ip"),
        openai_moderation=pl.lit([1.0]),
    )
    path = Path(os.environ["PYTEST_SHARD"])
    frame.write_parquet(path, row_group_size=7)
    return path.read_bytes()


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Address of a hub that holds one corpus of two shards at one commit."""
    monkeypatch.setenv("PYTEST_SHARD", str(tmp_path / "shard"))
    held = {
        "README.md": README,
        "data/train-00000-of-00002.parquet": shard(range(18)),
        "data/train-00001-of-00002.parquet": shard(range(18, 30)),
    }
    server = ThreadingHTTPServer(("127.0.0.1", 0), _hub_of(held))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def _hub_of(held: dict[str, bytes]) -> type[BaseHTTPRequestHandler]:
    api, files = f"/api/datasets/{HUB_ID}", f"/datasets/{HUB_ID}/resolve/"
    about = {"id": HUB_ID, "sha": COMMIT, "siblings": [{"rfilename": name} for name in held]}
    tree = [
        {"type": "file", "path": name, "size": len(raw), "oid": "0" * 40}
        for name, raw in held.items()
    ]
    tree.append({"type": "directory", "path": "data", "size": 0, "oid": "0" * 40})

    class Hub(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def do_HEAD(self) -> None:
            self.do_GET()

        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._json([each for each in tree if json.dumps(each["path"]) in asked])

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path in (api, f"{api}/revision/main", f"{api}/revision/{COMMIT}"):
                self._json(about)
            elif path.startswith(f"{api}/tree/{COMMIT}"):
                below = path.removeprefix(f"{api}/tree/{COMMIT}").strip("/")
                self._json([each for each in tree if str(each["path"]).startswith(below)])
            elif path.startswith(f"{files}{COMMIT}/"):
                self._file(held.get(path.removeprefix(f"{files}{COMMIT}/")))
            else:
                self._refuse(b"RevisionNotFound" if "/revision/" in path else b"EntryNotFound")

        def _json(self, value: object) -> None:
            self._send(200, json.dumps(value).encode(), {"Content-Type": "application/json"})

        def _refuse(self, why: bytes) -> None:
            self._send(404, b"", {"X-Error-Code": why.decode()})

        def _file(self, raw: bytes | None) -> None:
            if raw is None:
                return self._refuse(b"EntryNotFound")
            more = {"ETag": '"0"', "X-Repo-Commit": COMMIT, "Accept-Ranges": "bytes"}
            asked = self.headers.get("Range")
            if not asked:
                return self._send(200, raw, more)
            first, _, last = asked.removeprefix("bytes=").partition("-")
            end = min(int(last or len(raw) - 1), len(raw) - 1)
            more["Content-Range"] = f"bytes {first}-{end}/{len(raw)}"
            return self._send(206, raw[int(first) : end + 1], more)

        def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

    return Hub


def run(hub: str, tmp_path: Path, body: str) -> str:
    """What a fresh process prints that knows no other hub."""
    program = f"""
import polars as pl
from persona_extract.errors import PersonaExtractError
from persona_extract.sources import open_source
from persona_extract.sources.protocol import SourceOptions
{body}
"""
    env = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    env |= {"HF_ENDPOINT": hub, "HF_HOME": str(tmp_path / "hf"), "HF_HUB_DISABLE_TELEMETRY": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=env, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_hub_is_streamed_at_the_pinned_commit_and_resumes(hub: str, tmp_path: Path) -> None:
    printed = run(
        hub,
        tmp_path,
        """
source = open_source("wildchat")
batches = list(source.batches(size=8))
whole = pl.concat([batch.frame for batch in batches])
for k in (1, 3):
    rest = list(open_source("wildchat").batches(size=8, token=batches[k - 1].token))
    assert pl.concat([b.frame for b in batches[:k] + rest]).equals(whole), k
print(source.fingerprint(), source.count(), whole.height, whole["source_id"].n_unique())
print(*whole.row(29)[:5], whole["user_id"][0], whole["started"][0])
""",
    )
    first, second = printed.splitlines()
    assert first == f"{HUB_ID}@{COMMIT} 30 30 30"
    assert second == f"h29 ip {HUB_ID} {COMMIT} ODC-BY-1.0 ip 2024-05-01 00:00:00+00:00"


def test_a_branch_is_recorded_as_the_commit_it_names(hub: str, tmp_path: Path) -> None:
    body = """
print(open_source("wildchat:1M", SourceOptions(revision="main")).fingerprint())
try:
    open_source("wildchat", SourceOptions(revision="nope"))
except PersonaExtractError as error:
    print(type(error).__name__, error)
"""
    first, second = run(hub, tmp_path, body).splitlines()
    assert first == f"{HUB_ID}@{COMMIT}"
    assert second == f"UsageError {HUB_ID} has no revision 'nope'"


def test_a_hub_that_is_down_is_one_line_at_once(tmp_path: Path) -> None:
    body = """
import time
start = time.monotonic()
try:
    next(iter(open_source("wildchat").batches(size=1)))
except PersonaExtractError as error:
    print(type(error).__name__, error)
assert time.monotonic() - start < 20
"""
    (line,) = run("http://127.0.0.1:9", tmp_path, body).splitlines()
    assert line.startswith("SourceUnavailable allenai/WildChat-1M: the hub is out of reach")
    assert "local copy" in line
