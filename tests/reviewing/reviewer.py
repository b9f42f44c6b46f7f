"""A reviewer without a browser: speaks with the web server as the review page does, and sends again what got lost."""

from __future__ import annotations

import http.client
import json
import random
import re
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from tests.reviewing.webserver import WebServer

AHEAD, HOLD = 10, 20
"""Cards in hand below which more are asked for, and up to how many."""
PAUSE = 0.5  # seconds until something is asked again
ANSWER = 60  # seconds that an answer may take
TOKEN = "t" * 32  # Django asks that the cookie and the header say the same, not that it made them
TICKET = re.compile(r'name="ticket" value="([^"]*)"')
REJECTED = "012"

Card = dict[str, Any]


class Away(Exception):
    """The server is not there, or has not answered."""


class Hands:
    """Who holds which sample, as the reviewers were told; counts how often there were more than `seats` at a time."""

    def __init__(self, seats: int, lease: float) -> None:
        self.seats, self.lease, self.too_many = seats, lease, 0
        self._held: dict[str, dict[str, float]] = {}
        self._lock = threading.Lock()

    def take(self, person: str, samples: list[str], asked_at: float) -> None:
        """`person` asked at that time and was given `samples`. No lease that began then ends before the one noted."""
        with self._lock:
            now = time.monotonic()
            for sample in samples:
                held = self._held.setdefault(sample, {})
                others = sum(now - since < self.lease for one, since in held.items() if one != person)
                self.too_many += others >= self.seats
                held[person] = asked_at

    def leave(self, person: str, samples: list[str]) -> None:
        """`person` is about to let `samples` go."""
        with self._lock:
            for sample in samples:
                self._held.get(sample, {}).pop(person, None)

    def forget(self, person: str) -> None:
        """What `person` holds is over."""
        with self._lock:
            for held in self._held.values():
                held.pop(person, None)


@dataclass
class Reviewer:
    """One person at one page of a queue, until it is `over`; who is `leaving` goes with cards in hand."""

    server: WebServer
    user: str
    session: str
    queue: str
    hands: Hands
    over: threading.Event
    leaving: threading.Event
    seed: int = 0
    hand: list[Card] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    sent_again: int = 0

    def __post_init__(self) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=ANSWER)

    def work(self) -> None:
        """Claim and decide, and ask again where nothing is left."""
        dice = random.Random(self.seed)
        while not self.over.is_set():
            if len(self.hand) < AHEAD:
                self.claim()
            if self.hand and self.leaving.is_set():
                break
            if self.hand:
                self.decide(dice.randint(1, len(self.hand)))
            else:
                self.over.wait(PAUSE)
        self._line.close()

    def claim(self) -> None:
        """Renew what is in hand, and fill it up."""
        asked_at, held = time.monotonic(), [card["sample"] for card in self.hand]
        told = self.tell(f"/review/next/?queue={self.queue}", {"held": held, "count": HOLD - len(held)})
        lost, claimed = told.get("lost", []), told.get("claimed", [])
        self.hands.leave(self.user, lost)
        kept = [card for card in self.hand if card["sample"] not in lost]
        self.hands.take(self.user, [one["sample"] for one in kept + claimed], asked_at)
        shown = self.tell(f"/review/cards/?queue={self.queue}", {"claimed": claimed}) if claimed else {}
        self.hand = kept + shown.get("cards", [])

    def decide(self, count: int) -> None:
        """Send a decision on each of the first `count` cards in hand."""
        cards, self.hand = self.hand[:count], self.hand[count:]
        self.hands.leave(self.user, [card["sample"] for card in cards])
        told = self.tell("/review/decisions/", {"items": [decision(card) for card in cards]})
        self.refused += [one["message"] for one in told.get("results", []) if one["status"] == "refused"]

    def tell(self, path: str, told: dict[str, Any]) -> dict[str, Any]:
        """Post until the server answers; nothing where it is over before."""
        body = json.dumps(told | {"user": self.user}).encode()
        while not self.over.is_set():
            try:
                return self._post(path, body)
            except Away:
                self.sent_again += 1
                self._line.close()
                self.over.wait(PAUSE)
        return {}

    def _post(self, path: str, body: bytes) -> dict[str, Any]:
        cookie = f"sessionid={self.session}; csrftoken={TOKEN}"
        headers = {"Content-Type": "application/json", "Cookie": cookie, "X-CSRFToken": TOKEN}
        try:
            self._line.request("POST", path, body, headers)
            answer = self._line.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise Away from error
        assert answer.status == 200, (path, answer.status, text[:300])
        return dict(json.loads(text))


def rejects(sample: str) -> bool:
    """Whether a reviewer rejects the sample of this uuid: all of them say the same."""
    return sample[0] in REJECTED


def decision(card: Card) -> dict[str, Any]:
    """What the page sends about a card."""
    ticket = TICKET.search(card["html"])
    assert ticket is not None
    judged = ("", "wrong_fact") if rejects(card["sample"]) else ("accept", "")
    said = dict(zip(("decision", "reason"), judged, strict=True)) | {"note": "", "seconds": 0.2, "ticket": ticket[1]}
    return {"key": str(uuid4())} | said | {name: card[name] for name in ("sample", "version", "revision")}
