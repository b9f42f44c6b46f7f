"""A person who imports files by the page, and sends one again that was not taken."""

from __future__ import annotations

import json
import random
import threading

import httpx

from tests.storm.acknowledged import Acknowledged
from tests.storm.person import Person

REST = 5.0, 11.0  # seconds between two files
ROWS = 30, 70  # so that each file is larger than what a full disk still has room for
LONG = "The answer is long enough that it does not fit where little room is left. "


def bring_in(person: Person, taken: Acknowledged, over: threading.Event, dice: random.Random) -> None:
    """Import file after file until it is over."""
    person.log_in()
    number = 0
    while not over.wait(dice.uniform(*REST)):
        number += 1
        send(person, f"storm-{number}.jsonl", rows(number, dice.randint(*ROWS)), taken)


def rows(number: int, count: int) -> list[dict[str, str]]:
    """The rows of one file, each with an instruction of its own."""
    return [
        {
            "instruction": f"Storm, file {number}, row {row}?",
            "output": f"Row {row} of {number}. {LONG}",
            "kind": "storm",
        }
        for row in range(count)
    ]


def send(person: Person, name: str, content: list[dict[str, str]], taken: Acknowledged) -> None:
    """Send a file until the hub has taken it, and keep what was in it. Raises StormOver."""
    data = "".join(json.dumps(row) + "\n" for row in content).encode()
    told = {"domain": "asm65816", "name": name, "licence": "CC0-1.0"}
    while True:
        answer = person.post("/sources/import/", data=told, files={"file": (name, data, "application/jsonl")})
        if is_taken(answer):
            taken.take_file(name, [row["instruction"] for row in content])
            return
        assert "room" in answer.text, answer.text[:4000]
        taken.count("imports_without_room")
        person.rest()


def is_taken(answer: httpx.Response) -> bool:
    """Whether the file is there now: by this request, or by an earlier one whose answer got lost."""
    return answer.status_code == 302 or "This very file is there already" in answer.text
