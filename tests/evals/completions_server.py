"""A local server that speaks OpenAI's chat completions and answers from a table."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class CompletionsServer:
    """What is answered (last user message -> text, or a number for an HTTP error), and what was asked so far.

    With a `script` it says what is answered to a whole request; `models` are those that the server lists.
    """

    table: dict[str, str | int] = field(default_factory=dict)
    otherwise: str | int = "I do not know."
    delay: float = 0.0
    # What is answered first, before the table is looked at: a status and its headers each.
    refusals: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    models: list[str] = field(default_factory=lambda: ["a-model"])
    raw: bytes | None = None
    script: Callable[[dict[str, Any]], str | int] | None = None
    url: str = ""
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def asked(self) -> list[str]:
        """The questions in the order they came."""
        return [body["messages"][-1]["content"] for body in self.bodies]

    def come(self, body: dict[str, Any], headers: dict[str, str]) -> None:
        with self.lock:
            self.bodies.append(body)
            self.headers.append(headers)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)

    def refuse(self) -> tuple[int, dict[str, str]] | None:
        with self.lock:
            return self.refusals.pop(0) if self.refusals else None

    def go(self) -> None:
        with self.lock:
            self.at_once -= 1


def completion(text: str) -> dict[str, Any]:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 11, "completion_tokens": len(text.split()), "total_tokens": 11 + len(text.split())},
    }


@contextmanager
def serve_completions(**facts: Any) -> Iterator[CompletionsServer]:
    """Serve on a free port of the loopback address until the block ends."""
    state = CompletionsServer(**facts)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            state.come(body, dict(self.headers))
            time.sleep(state.delay)
            state.go()
            last = body["messages"][-1]["content"]
            said = state.script(body) if state.script else state.table.get(last, state.otherwise)
            refusal = state.refuse()
            if refusal:
                self.reply(refusal[0], b'{"error": {"message": "busy"}}', refusal[1])
            elif self.path != "/v1/chat/completions":
                self.reply(404, b"no such path")
            elif state.raw is not None:
                self.reply(200, state.raw)
            elif isinstance(said, int):
                self.reply(said, b'{"error": {"message": "try later"}}')
            else:
                self.reply(200, json.dumps(completion(said)).encode())

        def do_GET(self) -> None:
            if self.path != "/v1/models" or not state.models:
                self.reply(404, b"no such path")
            else:
                told = {"object": "list", "data": [{"id": name, "object": "model"} for name in state.models]}
                self.reply(200, json.dumps(told).encode())

        def reply(self, code: int, content: bytes, headers: dict[str, str] | None = None) -> None:
            self.send_response(code)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: object) -> None:
            """Say nothing: the test's own output is read by people."""

    class Server(ThreadingHTTPServer):
        request_queue_size = 128

        def handle_error(self, *args: object) -> None:
            """A client that went away is no news here: a stop does just that."""

    server = Server(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
