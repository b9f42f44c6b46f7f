"""The rows of a snapshot as gates read them: one that no trainer would read is a finding here, and no end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from training_app.gates.finding import Place
from training_app.trainer.errors import RowsUnreadable
from training_app.trainer.rows import Messages, parse_row

MOST = 20_000
"""Rows of a split that are looked at before a launch; the trainer looks at all of them before its first step."""
SPLITS = ("train", "validation")


@dataclass(frozen=True)
class Row:
    """One conversation; `messages` is empty, and `problem` says why, where it is none. `is_empty`: an answer is."""

    place: Place
    messages: Messages
    problem: str = ""
    is_empty: bool = False

    @property
    def answers(self) -> list[str]:
        return [message["content"] for message in self.messages if message["role"] == "assistant"]

    @property
    def prompt(self) -> tuple[str, ...]:
        """What stands before the last answer, case and white space aside."""
        return tuple(normal(message["content"]) for message in self.messages[:-1])

    @property
    def whole(self) -> tuple[str, ...]:
        """All of it, case and white space aside: equal ones are duplicates."""
        return tuple(normal(message["content"]) for message in self.messages)


def normal(text: str) -> str:
    """Lower case, each run of white space one space: as near-duplicates are told in datasets_app."""
    return " ".join(text.lower().split())


def read_splits(folder: Path) -> dict[str, list[Row]]:
    """The first MOST rows of each split; of one without a file none."""
    return {split: list(_read(folder / f"{split}.jsonl", split)) for split in SPLITS}


def _read(path: Path, split: str) -> Iterator[Row]:
    if not path.is_file():
        return
    with path.open(encoding="utf-8", errors="replace", newline="\n") as file:
        for number, line in enumerate(islice(file, MOST), start=1):
            yield _row(line, number, split)


def _row(line: str, number: int, split: str) -> Row:
    place = Place(split, number)
    try:
        return Row(place, parse_row(line, number, f"{split}.jsonl"))
    except RowsUnreadable as error:
        return Row(place, [], str(error), is_empty=_has_empty_answer(line))


def _has_empty_answer(line: str) -> bool:
    """Whether a line that cannot be trained would be a conversation if its answers said something."""
    try:
        messages = json.loads(line)["messages"]
        answers = [message["content"] for message in messages if message["role"] == "assistant"]
        return any(isinstance(answer, str) and not answer.strip() for answer in answers)
    except (ValueError, KeyError, TypeError, RecursionError):
        return False
