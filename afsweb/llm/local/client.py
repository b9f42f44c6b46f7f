"""A model in a process of its own, asked over pipes. Imports neither Django nor torch."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import IO, Any, NoReturn, Self

from afsweb.llm.local.protocol import Answer, Loss, Question, Row
from afsweb.services.bytecode import WITHOUT

ROOT = Path(__file__).resolve().parents[3]
# What a program needs from its surroundings; keys and passwords stay here.
PASSED_ON = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "TEMP",
    "SYSTEMROOT",
    "LD_LIBRARY_PATH",
    "CUDA_VISIBLE_DEVICES",
)
GRACE_S = 5.0


class LocalModelFailed(Exception):
    """The local model gave no answer: {reason}."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The local model gave no answer: {reason}")


class LocalModel:
    """Loads `base_dir`, with `adapter_dir` on it, in the interpreter `python`, and answers until it is closed.

    Times are in seconds. Raises `LocalModelFailed` when the program does not come up; use it in a `with` block.
    """

    def __init__(
        self,
        python: Path | str,
        base_dir: Path | str,
        adapter_dir: Path | str | None = None,
        *,
        threads: int = 1,
        start_timeout: float = 300.0,
    ) -> None:
        command = [str(python), "-m", "afsweb.llm.local", "--base", str(base_dir), "--threads", str(threads)]
        self._process = subprocess.Popen(
            [*command, *(["--adapter", str(adapter_dir)] if adapter_dir else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment(),
            start_new_session=True,
        )
        self._replies: queue.Queue[bytes | None] = queue.Queue()
        self._said: deque[str] = deque(maxlen=20)
        self._readers = [
            threading.Thread(target=_pump, args=(self._process.stdout, self._replies.put), daemon=True),
            threading.Thread(target=_pump, args=(self._process.stderr, self._note), daemon=True),
        ]
        for reader in self._readers:
            reader.start()
        self._receive(start_timeout)

    def answer(
        self,
        batch: Sequence[Question],
        *,
        max_new_tokens: int = 64,
        temperature: float = 0.0,
        seed: int = 0,
        timeout: float = 600.0,
    ) -> list[Answer]:
        """One answer for each question, in their order. Raises `LocalModelFailed`; after a time-out it is closed."""
        request = {"batch": list(batch), "max_new_tokens": max_new_tokens, "temperature": temperature, "seed": seed}
        self._send(request)
        reply = self._receive(timeout)
        if "error" in reply:
            raise LocalModelFailed(str(reply["error"]))
        return [Answer(**result) for result in reply["results"]]

    def loss(self, rows: Sequence[Row], *, timeout: float = 600.0) -> list[Loss]:
        """One loss for each row, in their order. Raises `LocalModelFailed`; after a time-out it is closed."""
        self._send({"loss": [asdict(row) for row in rows]})
        reply = self._receive(timeout)
        if "error" in reply:
            raise LocalModelFailed(str(reply["error"]))
        return [Loss(**told) for told in reply["losses"]]

    def close(self) -> None:
        """Close its input, which ends it; kill it when it does not end within the grace."""
        assert self._process.stdin
        with suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for reader in self._readers:
            reader.join(GRACE_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _send(self, request: dict[str, object]) -> None:
        assert self._process.stdin
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
        except (OSError, ValueError):
            self._fail("it has ended")

    def _receive(self, timeout: float) -> dict[str, Any]:
        try:
            line = self._replies.get(timeout=timeout)
        except queue.Empty:
            self._fail(f"it took longer than {timeout:g} s")
        if line is None:
            self._fail("it has ended")
        reply: dict[str, Any] = json.loads(line)
        return reply

    def _note(self, line: bytes | None) -> None:
        if line:
            self._said.append(line.decode(errors="replace").rstrip())

    def _fail(self, reason: str) -> NoReturn:
        self._process.kill()
        self.close()
        raise LocalModelFailed(". ".join([reason, *self._said]))


def _pump(pipe: IO[bytes], take: Callable[[bytes | None], object]) -> None:
    """Hand on each line, then None at the end."""
    for line in pipe:
        take(line)
    take(None)


def _environment() -> dict[str, str]:
    passed = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {**passed, **WITHOUT, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "PYTHONNOUSERSITE": "1"}
