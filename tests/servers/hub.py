"""A fake of the Hugging Face hub's HTTP API, as far as publishing calls it. Loopback only.

```python
with FakeHub() as hub:
    ... HfApi(endpoint=hub.url) ...
    hub.commits[0].files["README.md"]
```

`hub.fails["commit"] = 500` answers the call of that name with the status from now on; "drop" closes
the connection without an answer, "cut" in the middle of one.
"""

from __future__ import annotations

import base64
import hashlib
import json
import socket
import struct
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

TOKEN = "hf_a_token_of_the_tests"
OWNER = "example-org"


@dataclass
class Commit:
    """One commit: the files that it put there."""

    message: str
    files: dict[str, bytes]


@dataclass
class Repo:
    """A dataset repository."""

    private: bool
    files: dict[str, bytes] = field(default_factory=dict[str, bytes])
    tags: dict[str, str] = field(default_factory=dict[str, str])
    head: str = "0" * 40


class FakeHub:
    """The server, in a thread of its own.

    Attributes:
        url: what HF_ENDPOINT would be.
        calls: names of the calls in the order they came in.
        fails: name of a call -> status, "drop" or "cut".
    """

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.fails: dict[str, int | str] = {}
        self.repos: dict[str, Repo] = {}
        self.commits: list[Commit] = []
        handler = type("Handler", (_Handler,), {"hub": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> FakeHub:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)

    def answer(self, name: str, repo: str, body: bytes) -> tuple[int, Any]:
        """Status and JSON of one call."""
        return getattr(self, f"_{name}")(repo, body)

    def _whoami(self, repo: str, body: bytes) -> tuple[int, Any]:
        return 200, {"name": "tester", "type": "user", "orgs": []}

    def _create(self, repo: str, body: bytes) -> tuple[int, Any]:
        said = json.loads(body)
        name = f"{said['organization']}/{said['name']}" if "organization" in said else said["name"]
        url = f"{self.url}/datasets/{name}"
        if name in self.repos:
            return 409, {"error": "You already created this dataset repo", "url": url}
        private = said.get("private") is True or said.get("visibility") == "private"
        self.repos[name] = Repo(private, {".gitattributes": b""})
        return 200, {"url": url, "name": name, "id": "1"}

    def _refs(self, repo: str, body: bytes) -> tuple[int, Any]:
        tags = [
            {"name": tag, "ref": f"refs/tags/{tag}", "targetCommit": commit}
            for tag, commit in self.repos[repo].tags.items()
        ]
        return 200, {"branches": [], "converts": [], "tags": tags}

    def _yaml(self, repo: str, body: bytes) -> tuple[int, Any]:
        return 200, {"errors": [], "warnings": []}

    def _preupload(self, repo: str, body: bytes) -> tuple[int, Any]:
        there = self.repos[repo].files
        return 200, {
            "files": [
                {
                    "path": one["path"],
                    "uploadMode": "regular",
                    "shouldIgnore": False,
                    "oid": _git_oid(there[one["path"]]) if one["path"] in there else None,
                }
                for one in json.loads(body)["files"]
            ]
        }

    def _commit(self, repo: str, body: bytes) -> tuple[int, Any]:
        lines = [json.loads(line) for line in body.splitlines()]
        files = {
            line["value"]["path"]: base64.b64decode(line["value"]["content"])
            for line in lines
            if line["key"] == "file"
        }
        made = Commit(lines[0]["value"]["summary"], files)
        self.commits.append(made)
        self.repos[repo].files |= files
        head = hashlib.sha1(f"{len(self.commits)}".encode()).hexdigest()
        self.repos[repo].head = head
        url = f"{self.url}/datasets/{repo}/commit/{head}"
        return 200, {"success": True, "commitOid": head, "commitUrl": url}

    def _info(self, repo: str, body: bytes) -> tuple[int, Any]:
        if repo not in self.repos:
            return 404, {"error": "Repository not found"}
        return 200, {"id": repo, "sha": self.repos[repo].head}

    def _tag(self, repo: str, body: bytes) -> tuple[int, Any]:
        tag = json.loads(body)["tag"]
        if tag in self.repos[repo].tags:
            return 409, {"error": "Tag reference exists already"}
        self.repos[repo].tags[tag] = self.repos[repo].head
        return 200, {}

    def _tree(self, repo: str, body: bytes) -> tuple[int, Any]:
        return 200, [
            {"type": "file", "path": path, "size": len(content), "oid": _git_oid(content)}
            for path, content in self.repos[repo].files.items()
        ]


class _Handler(BaseHTTPRequestHandler):
    hub: FakeHub
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        name, repo = _called(self.path.partition("?")[0])
        self.hub.calls.append(name)
        fails = self.hub.fails.get(name)
        if fails == "drop":
            return self._reset()
        if fails == "cut":
            self.hub.answer(name, repo, body)  # it was done; only nobody hears of it
            self.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"success": ')
            return self._reset()
        if isinstance(fails, int):
            return self._say(fails, {"error": f"made to fail with {fails}"})
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            return self._say(401, {"error": "Invalid credentials in Authorization header"})
        return self._say(*self.hub.answer(name, repo, body))

    def _say(self, status: int, value: Any) -> None:
        content = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _reset(self) -> None:
        # Closing with no linger sends RST instead of FIN.
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.close_connection = True
        self.connection.close()


def _called(path: str) -> tuple[str, str]:
    """Name of the call, and the repository that it is about."""
    parts = path.strip("/").split("/")
    known = {
        "/api/whoami-v2": "whoami",
        "/api/repos/create": "create",
        "/api/validate-yaml": "yaml",
    }
    if path in known:
        return known[path], ""
    assert parts[:2] == ["api", "datasets"], f"the fake does not know {path}"
    repo = "/".join(parts[2:4])
    verb = parts[4] if len(parts) > 4 else "info"
    return ("info" if verb == "revision" else verb), repo


def _git_oid(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
