"""Somebody at the hub's pages, who sends again what got no answer, as a browser and a person do."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import httpx

PASSWORD = "a password of the storm"
AGAIN = 0.5  # seconds until what got no answer is sent once more


class StormOver(Exception):
    """It is time to go home."""


class Person:
    """One person, logged in. `over` says that nothing is sent any more."""

    def __init__(self, url: Callable[[], str], name: str, over: threading.Event) -> None:
        self.url, self.name, self.over = url, name, over
        self.client = httpx.Client(timeout=30.0, trust_env=False)
        self.unanswered = 0

    def log_in(self) -> None:
        """Get a session. Raises StormOver."""
        self.get("/login/")
        told = {"username": self.name, "password": PASSWORD}
        answer = self.post("/login/", data=told)
        assert answer.status_code == 302, answer.text[:2000]

    def get(self, path: str) -> httpx.Response:
        return self._insist(lambda: self.client.get(f"{self.url()}{path}"))

    def post(self, path: str, **content: Any) -> httpx.Response:
        """Send until there is an answer that is none of a fault. Raises StormOver."""
        return self._insist(lambda: self.try_to_post(path, **content))

    def try_to_post(self, path: str, **content: Any) -> httpx.Response:
        """Send once."""
        headers = {"X-CSRFToken": self.client.cookies.get("csrftoken") or ""}
        return self.client.post(f"{self.url()}{path}", headers=headers, **content)

    def _insist(self, send: Callable[[], httpx.Response]) -> httpx.Response:
        while True:
            try:
                answer = send()
                if answer.status_code < 500:
                    return answer
            except httpx.TransportError:
                pass
            self.unanswered += 1
            self.rest()

    def rest(self) -> None:
        """Wait a moment before the next try. Raises StormOver."""
        if self.over.wait(AGAIN):
            raise StormOver
