"""A receiver of webhooks: a real HTTP server that keeps what comes and answers as it is told."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Came:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Receiver:
    """Answers with `status` and `headers`, once it `may_answer`; hangs up without an answer, or drips one."""

    url: str = ""
    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    hangs_up: bool = False
    drips: bool = False
    may_answer: threading.Event = field(default_factory=threading.Event)
    came: list[Came] = field(default_factory=list)


@contextmanager
def serving() -> Iterator[Receiver]:
    """A receiver for as long as the block lasts."""
    receiver = Receiver()
    receiver.may_answer.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.came.append(Came(self.path, headers, body))
            receiver.may_answer.wait()
            if receiver.hangs_up:
                self.close_connection = True
            elif receiver.drips:
                drip(self)
            else:
                self.send_response(receiver.status)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Nothing: the tests look at `came`."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield receiver
        receiver.may_answer.set()
        server.shutdown()
        thread.join()


def drip(handler: BaseHTTPRequestHandler) -> None:
    """An answer of which a byte comes now and then, until nobody listens any more."""
    try:
        for sign in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 1000:
            handler.wfile.write(bytes([sign]))
            time.sleep(0.02)
    except OSError:
        handler.close_connection = True
