"""A person who reviews: takes cards, sends decisions in batches as the page's script does, until each is answered."""

from __future__ import annotations

import random
import threading
from typing import Any
from uuid import uuid4

from tests.storm.acknowledged import Acknowledged
from tests.storm.person import Person

CARDS, REST = 6, 1.0  # cards at once; seconds between two batches
DECISIONS = ("accept", "accept", "reject", "skip", "flag")
REASONS = ("wrong_fact", "format", "unclear")


def review(person: Person, user: str, taken: Acknowledged, over: threading.Event, dice: random.Random) -> None:
    """Decide until it is over; what was sent by then is sent to its end."""
    person.log_in()
    while not over.wait(REST * dice.random()):
        asked = {"user": user, "count": dice.randint(1, CARDS)}
        asked["claimed"] = person.post("/review/next/", json=asked).json()["claimed"]
        items = [decision(card, dice) for card in person.post("/review/cards/", json=asked).json()["cards"]]
        if items:
            send(person, user, items, taken)


def decision(card: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """What a person decides on a card."""
    said = dice.choice(DECISIONS)
    reason = dice.choice(REASONS) if said == "reject" else ""
    about = {"version": card["version"], "revision": card["revision"]}
    return about | {"key": str(uuid4()), "decision": said, "reason": reason, "note": "", "seconds": 1.0, "ticket": ""}


def send(person: Person, user: str, items: list[dict[str, Any]], taken: Acknowledged) -> None:
    """Send a batch until it is answered, and keep what was saved."""
    answer = person.post("/review/decisions/", json={"user": user, "items": items})
    assert answer.status_code == 200, answer.text[:2000]
    told = {item["key"]: item for item in items}
    for result in answer.json()["results"]:
        if result["status"] == "saved":
            item = told[result["key"]]
            taken.take_decision(item["key"], item["version"], item["decision"], item["reason"])
        else:
            taken.count("decisions_refused")
