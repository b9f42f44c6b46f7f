"""A server on this machine that speaks as Hugging Face does: revisions, files by Range, refusals by X-Error-Code."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

COMMIT = "c0ffee" + "0" * 34
ASK = re.compile(r"/api/models/(?P<model>[^/]+/[^/]+)/revision/(?P<revision>[^/]+)")
FILE = re.compile(r"/(?P<model>[^/]+/[^/]+)/resolve/(?P<revision>[^/]+)/(?P<name>.+)")


@dataclass
class Published:
    """Models by id, each file by name. `gated` ones are refused; `cut` files end after so many bytes, once."""

    models: dict[str, dict[str, bytes]] = field(default_factory=dict)
    gated: set[str] = field(default_factory=set)
    cut: dict[str, int] = field(default_factory=dict)
    swapped: dict[str, bytes] = field(default_factory=dict)
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    url: str = ""


@contextmanager
def hugging_face() -> Iterator[Published]:
    """The server, for as long as the block lasts."""
    published = Published()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(published))
    published.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield published
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(published: Published) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.answer(with_body=True)

        def do_HEAD(self) -> None:
            self.answer(with_body=False)

        def answer(self, *, with_body: bool) -> None:
            path = unquote(urlsplit(self.path).path)
            published.asked.append((self.command, path, self.headers.get("Range", "")))
            found = ASK.fullmatch(path) or FILE.fullmatch(path)
            if found is None or found["model"] not in published.models:
                self.refuse(404, "RepoNotFound")
            elif found["model"] in published.gated:
                self.refuse(403, "GatedRepo")
            elif found["revision"] not in ("main", COMMIT):
                self.refuse(404, "RevisionNotFound")
            elif "name" in found.groupdict():
                self.send_file(published.models[found["model"]], found["name"], with_body)
            else:
                self.send_json(_info(found["model"], published.models[found["model"]]))

        def refuse(self, status: int, code: str) -> None:
            self.send_response(status)
            self.send_header("X-Error-Code", code)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def send_json(self, told: Any) -> None:
            body = json.dumps(told).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def send_file(self, files: dict[str, bytes], name: str, with_body: bool) -> None:
            whole = files[name]
            first = int((re.findall(r"bytes=(\d+)-", self.headers.get("Range", "")) or ["0"])[0])
            body = published.swapped.get(name, whole)[first:]
            self.send_response(206 if first else 200)
            self.send_header("X-Repo-Commit", COMMIT)
            self.send_header("ETag", f'"{hashlib.sha256(whole).hexdigest()}"')
            self.send_header("Accept-Ranges", "bytes")
            self.send_header("Content-Length", str(len(body)))
            if first:
                self.send_header("Content-Range", f"bytes {first}-{len(whole) - 1}/{len(whole)}")
            self.end_headers()
            if not with_body:
                return
            cut = published.cut.pop(name, None)
            with suppress(ConnectionError):  # whoever asked has stopped
                self.wfile.write(body if cut is None else body[:cut])
            if cut is not None:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """The tests' output is for what went wrong."""

    return Handler


def _info(model: str, files: dict[str, bytes]) -> dict[str, Any]:
    siblings = [{"rfilename": name, "size": len(content), **_lfs(name, content)} for name, content in files.items()]
    return {
        "_id": "1",
        "id": model,
        "sha": COMMIT,
        "siblings": siblings,
        "cardData": {"license": "apache-2.0"},
        "tags": [],
    }


def _lfs(name: str, content: bytes) -> dict[str, Any]:
    if not name.endswith(".safetensors"):
        return {}
    return {"lfs": {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content), "pointerSize": 134}}
