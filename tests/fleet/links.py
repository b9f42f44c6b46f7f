"""What lies between a worker host and the hub: a link to each server, on the same ports as `ssh -L` would have them."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from tests.links import Link


class Links:
    """The links of one host, which break together unless one is named: "postgres", "valkey", "web".

    Each call ends the trouble that was before. `seconds` ends it by itself; without, it lasts until `restore`.
    """

    def __init__(self, hub: str, ports: Mapping[str, int], address: str) -> None:
        self.address = address
        self.all = {name: Link(port, host=hub, at=(address, port)) for name, port in ports.items()}
        self.timer: threading.Timer | None = None

    def cut(self, seconds: float | None = None, *only: str) -> None:
        """Connections are reset, and every new one is."""
        self._begin(seconds)
        for link in self._of(only):
            link.cut()

    def drop(self, seconds: float | None = None, *only: str) -> None:
        """Connections stay open, and what is sent is swallowed; those that lost something are reset when it ends."""
        self._begin(seconds)
        for link in self._of(only):
            link.drop()

    def delay(self, latency: float, seconds: float | None = None, *only: str) -> None:
        """Whatever is sent comes `latency` seconds later."""
        self._begin(seconds)
        for link in self._of(only):
            link.latency = latency

    def restore(self) -> None:
        """Everything passes again, at once."""
        if self.timer:
            self.timer.cancel()
            self.timer = None
        for link in self.all.values():
            link.mend()

    def close(self) -> None:
        self.restore()
        for link in self.all.values():
            link.close()

    def _of(self, only: tuple[str, ...]) -> list[Link]:
        return [self.all[name] for name in only or self.all]

    def _begin(self, seconds: float | None) -> None:
        self.restore()
        if seconds is not None:
            self.timer = threading.Timer(seconds, self.restore)
            self.timer.daemon = True
            self.timer.start()
