"""A link between a client and a real server that breaks as links do: cut, cut short, a bit turned, slow, silent."""

from __future__ import annotations

import random
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum

CHUNK = 64 << 10
BURST = 0.005  # seconds that a slow link may catch up with: a sleep ends when the system likes
HERE = "127.0.0.1"
RESET = struct.pack("ii", 1, 0)  # SO_LINGER with no time: closing sends a reset


class Fault(StrEnum):
    """What happens to a connection at one byte of what it carries."""

    FLIP = "bit flip"
    TRUNCATE = "truncation"
    CUT = "disconnect"


@dataclass
class Plan:
    """Which fault comes after how many bytes that pass in the direction it watches; seeded, so it can be repeated."""

    seed: int
    faults: int
    gap: int  # bytes between two faults, at most
    upwards: bool = False  # what the client sends, instead of what the server answers
    met: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random, self.lock = random.Random(self.seed), threading.Lock()
        self.left = self.random.randrange(self.gap)

    def look(self, data: bytes) -> tuple[bytes, Fault | None]:
        """What of `data` passes, and what happens then."""
        with self.lock:
            if len(self.met) >= self.faults or self.left >= len(data):
                self.left -= len(data)
                return data, None
            at, self.left = self.left, self.random.randrange(self.gap)
            fault = self.random.choice(list(Fault))
            self.met.append(fault)
        if fault is not Fault.FLIP:
            return data[:at], fault
        turned = bytearray(data)
        turned[at] ^= 1 << self.random.randrange(8)
        return bytes(turned), None


class Link:
    """A port, by itself any free one, that passes everything on to a port of `host`. `down` and `up` count what passed.

    `latency` is how many seconds later each thing that is sent arrives.
    """

    def __init__(
        self,
        port: int,
        plan: Plan | None = None,
        bytes_per_s: float = 0,
        *,
        host: str = HERE,
        at: tuple[str, int] = (HERE, 0),
    ) -> None:
        self.target, self.plan, self.bytes_per_s = (host, port), plan, bytes_per_s
        self.down = self.up = 0
        self.is_cut = self.is_silent = False
        self.latency = 0.0
        self.pace, self.due = threading.Lock(), 0.0
        self.open: set[socket.socket] = set()
        self.robbed: set[socket.socket] = set()  # of connections that lost something on the way
        self.listener = socket.create_server(at)
        self.port: int = self.listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Cut every connection, and every one to come until `mend`."""
        self.is_cut = True
        for one in list(self.open):
            _reset(one)

    def drop(self) -> None:
        """Swallow what is sent, and who hangs up, until `mend`: the other end hears nothing at all."""
        self.is_silent = True

    def mend(self) -> None:
        """Let everything through again, at once. Connections that lost something are reset: their ends disagree."""
        self.is_cut = self.is_silent = False
        self.latency = 0.0
        robbed, self.robbed = self.robbed, set()
        for one in robbed:
            _reset(one)
            self.open.discard(one)

    def close(self) -> None:
        """Cut every connection, and leave the port free."""
        self.cut()
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)  # or the thread that waits in accept() keeps it open
        self.listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                if self.is_silent:
                    self.open.add(client)
                    self.robbed.add(client)
                    continue
                server = None if self.is_cut else self._reach()
                if server is None:
                    _reset(client)
                    continue
                self.open |= {client, server}
                for source, sink, upwards in ((client, server, True), (server, client, False)):
                    threading.Thread(target=self._pass_on, args=(source, sink, upwards), daemon=True).start()

    def _reach(self) -> socket.socket | None:
        with suppress(OSError):
            return socket.create_connection(self.target)
        return None

    def _pass_on(self, source: socket.socket, sink: socket.socket, upwards: bool) -> None:
        with suppress(OSError):
            while data := source.recv(CHUNK):
                time.sleep(self.latency)
                if self.is_silent:
                    self.robbed |= {source, sink}
                    continue
                fault = None
                if self.plan and self.plan.upwards == upwards:
                    data, fault = self.plan.look(data)
                self._wait_for_turn(len(data), upwards)
                sink.sendall(data)
                if fault is Fault.CUT:
                    _reset(sink)
                if fault:
                    break
        if self.is_silent:
            self.robbed |= {source, sink}
            return
        for one in (source, sink):
            self.open.discard(one)
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _wait_for_turn(self, count: int, upwards: bool) -> None:
        """Count it, and keep to the rate that all connections share downwards."""
        with self.pace:
            if upwards:
                self.up += count
                return
            self.down += count
            if not self.bytes_per_s:
                return
            now = time.perf_counter()
            self.due = max(self.due, now - BURST) + count / self.bytes_per_s
            wait = self.due - now
        if wait > 0:
            time.sleep(wait)


def _reset(one: socket.socket) -> None:
    with suppress(OSError):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        one.shutdown(socket.SHUT_RDWR)
        one.close()


@contextmanager
def link(port: int, plan: Plan | None = None, bytes_per_s: float = 0) -> Iterator[Link]:
    """A link for as long as the block lasts."""
    made = Link(port, plan, bytes_per_s)
    try:
        yield made
    finally:
        made.close()


@contextmanager
def link_of_its_own(port: int, bytes_per_s: float) -> Iterator[str]:
    """The address of a slow link in a process of its own, which takes no time from whoever measures."""
    command = [sys.executable, "-m", "tests.links", str(port), str(bytes_per_s)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin and process.stdout
        yield process.stdout.readline().strip()
        process.stdin.close()


if __name__ == "__main__":
    with link(int(sys.argv[1]), bytes_per_s=float(sys.argv[2])) as made:
        print(made.url, flush=True)
        sys.stdin.read()
