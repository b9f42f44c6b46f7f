"""A local server that speaks Gemini's wire protocol: it keeps what the real client sends and answers by script."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class GeminiServer:
    """What was asked so far, and how to answer: a list of scripted answers first, then `answer` for all others."""

    answer: dict[str, Any]
    script: list[tuple[int, dict[str, Any] | None]] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    url: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)


def gemini_answer(
    answer: object, *, input_tokens: int = 50, output_tokens: int = 80, thinking: int = 0
) -> dict[str, Any]:
    """A generateContent response whose text is `answer` as JSON (or as it is, for text)."""
    text = answer if isinstance(answer, str) else json.dumps(answer)
    return {
        "candidates": [{"content": {"role": "model", "parts": [{"text": text}]}, "finishReason": "STOP"}],
        "usageMetadata": {
            "promptTokenCount": input_tokens,
            "candidatesTokenCount": output_tokens,
            "thoughtsTokenCount": thinking,
            "totalTokenCount": input_tokens + output_tokens + thinking,
        },
        "modelVersion": "a-model",
        "responseId": "an-id",
    }


def gemini_error(code: int, message: str, status: str) -> tuple[int, dict[str, Any]]:
    return code, {"error": {"code": code, "message": message, "status": status}}


@contextmanager
def serve_gemini(answer: dict[str, Any]) -> Iterator[GeminiServer]:
    """Serve on a free port of the loopback address until the block ends. A scripted None hangs up without an answer."""
    state = GeminiServer(answer)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with state.lock:
                state.requests.append({"path": self.path, **body})
                state.keys.append(self.headers.get("x-goog-api-key", ""))
                code, answer = state.script.pop(0) if state.script else (200, state.answer)
            if answer is None:
                self.close_connection = True
                self.connection.close()
                return
            data = json.dumps(answer).encode()
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
