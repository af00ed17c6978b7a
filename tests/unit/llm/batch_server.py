"""A fake of OpenAI's /files and /batches, and of its chat completions. Loopback only, free port."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

Said = dict[str, Any]


def says(text: str | None, *, usage: bool = True, **message: Any) -> Said:
    """The response line of a question that was answered."""
    body: Said = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "fake-model-1",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": text, **message},
                "finish_reason": "stop",
            }
        ],
    }
    if usage:
        body["usage"] = {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100}
    return {"response": {"status_code": 200, "body": body}, "error": None}


def errs(code: str, status: int | None = None) -> Said:
    """The line of a question that was not."""
    if status is None:
        return {"response": None, "error": {"code": code, "message": "no"}}
    body = {"error": {"code": code, "message": "no"}}
    return {"response": {"status_code": status, "body": body}, "error": None}


class FakeBatchServer:
    """The server, in threads.

    Attributes:
        answer: what is said to the body of a question; None leaves it out.
        looks: times that a batch is looked at until it has ended.
        ends: status in which it ends.
        codes: of errors of a whole batch.
        statuses: HTTP errors to give next, by "METHOD /path".
        files: content by id; removed ones are gone.
        batches: by id.
        asked: questions to chat completions.
    """

    def __init__(self) -> None:
        self.answer: Callable[[Said], Said | None] = lambda body: says("hello")
        self.looks = 1
        self.ends = "completed"
        self.codes: list[str] = []
        self.statuses: dict[str, list[int]] = {}
        self.files: dict[str, bytes] = {}
        self.batches: dict[str, Said] = {}
        self.asked: list[Said] = []
        self.removed: list[str] = []
        self.paths: list[str] = []
        self._lock = threading.Lock()
        fake = self

        class Served(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _serve(self) -> None:
                size = int(self.headers.get("Content-Length") or 0)
                content = self.rfile.read(size)
                with fake._lock:
                    status, said = fake._play(self.command, self.path.split("?")[0], content)
                self.send_response(status)
                self.send_header("Content-Length", str(len(said)))
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(said)

            do_GET = do_POST = do_DELETE = _serve  # noqa: N815

            def log_message(self, format: str, *args: object) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Served)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"

    def __enter__(self) -> FakeBatchServer:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def questions(self, batch: str) -> list[Said]:
        """Lines of the file of a batch."""
        return self.batches[batch]["_lines"]

    def _play(self, method: str, path: str, content: bytes) -> tuple[int, bytes]:
        self.paths.append(f"{method} {path}")
        waiting = self.statuses.get(f"{method} {path}", [])
        if waiting:
            return waiting.pop(0), json.dumps({"error": {"message": "no", "code": "no"}}).encode()
        found = self._answered(method, path.removeprefix("/v1"), content)
        if found is None:
            return 404, json.dumps({"error": {"message": "no such", "code": None}}).encode()
        return 200, found if isinstance(found, bytes) else json.dumps(found).encode()

    def _answered(self, method: str, path: str, content: bytes) -> Said | bytes | None:
        if (method, path) == ("POST", "/chat/completions"):
            self.asked.append(json.loads(content))
            return says("from the door")["response"]["body"]
        if (method, path) == ("POST", "/files"):
            return self._file(_uploaded(content))
        if (method, path) == ("POST", "/batches"):
            return self._batch(json.loads(content))
        if (method, path) == ("GET", "/batches"):
            data = [_public(each) for each in reversed(self.batches.values())]
            return {"object": "list", "data": data, "has_more": False}
        if found := re.fullmatch(r"/batches/(\S+)", path):
            return self._look(found[1])
        if found := re.fullmatch(r"/files/([^/]+)(/content)?", path):
            return self._content(method, found[1])
        return None

    def _content(self, method: str, name: str) -> Said | bytes | None:
        if method == "DELETE" and name in self.files:
            self.removed.append(name)
            del self.files[name]
            return {"id": name, "object": "file", "deleted": True}
        return self.files.get(name)

    def _file(self, content: bytes) -> Said:
        name = f"file-{len(self.files) + len(self.removed)}"
        self.files[name] = content
        return {
            "id": name,
            "object": "file",
            "bytes": len(content),
            "created_at": 1,
            "filename": "x.jsonl",
            "purpose": "batch",
            "status": "processed",
        }

    def _batch(self, said: Said) -> Said:
        name = f"batch-{len(self.batches)}"
        lines = [json.loads(line) for line in self.files[said["input_file_id"]].splitlines()]
        self.batches[name] = {
            "id": name,
            "object": "batch",
            "status": "validating",
            "created_at": 1,
            **said,
            "_lines": lines,
            "_looks": 0,
        }
        return _public(self.batches[name])

    def _look(self, name: str) -> Said | None:
        batch = self.batches.get(name)
        if batch is None:
            return None
        batch["_looks"] += 1
        if batch["_looks"] < self.looks:
            batch["status"] = "in_progress"
        elif batch["status"] != self.ends:
            self._end(batch)
        return _public(batch)

    def _end(self, batch: Said) -> None:
        batch["status"] = self.ends
        good, bad = b"", b""
        for line in batch["_lines"] if self.ends != "failed" else []:
            said = self.answer(line["body"])
            if said is None:
                continue
            told = json.dumps({"id": "x", "custom_id": line["custom_id"], **said}).encode() + b"\n"
            fine = (said["response"] or {}).get("status_code") == 200
            good, bad = (good + told, bad) if fine else (good, bad + told)
        for kind, content in (("output_file_id", good), ("error_file_id", bad)):
            batch[kind] = self._file(content)["id"] if content else None
        data = [{"code": code, "message": "secret text", "line": 1} for code in self.codes]
        batch["errors"] = {"object": "list", "data": data}


def _public(batch: Said) -> Said:
    return {name: value for name, value in batch.items() if not name.startswith("_")}


def _uploaded(content: bytes) -> bytes:
    """The file in a multipart form."""
    boundary = content[: content.index(b"\r\n")]
    for part in content.split(boundary):
        head, _, body = part.partition(b"\r\n\r\n")
        if b"filename=" in head:
            return body.removesuffix(b"\r\n")
    raise AssertionError("no file was sent")
