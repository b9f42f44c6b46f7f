"""The snapshot's rows: one conversation a line, in the chat form that training, evaluation and export share."""

from __future__ import annotations

import json
from pathlib import Path

from training_app.trainer.errors import NoRows, RowsUnreadable

TRAIN, VALIDATION = "train.jsonl", "validation.jsonl"
ROLES = ("system", "user", "assistant")
Messages = list[dict[str, str]]


def read_rows(path: Path, *, required: bool) -> list[Messages]:
    """The conversations in a JSONL file, in its order. Raises `RowsUnreadable`; `NoRows` when `required` and empty."""
    lines = read_lines(path) if path.is_file() else []
    if required and not lines:
        raise NoRows(name=path.name)
    return [parse_row(line, number, path.name) for number, line in enumerate(lines, start=1)]


def read_lines(path: Path) -> list[str]:
    """The lines of a file. Raises `RowsUnreadable` where it is not UTF-8."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise RowsUnreadable(name=path.name, line="?", problem=f"the file is not UTF-8 ({error})") from None
    # Not splitlines(): JSON texts may hold U+2028 and its kin unescaped.
    return text.rstrip("\n").split("\n") if text.strip() else []


def parse_row(line: str, number: int, name: str) -> Messages:
    """The conversation in line `number` of the file `name`. Raises `RowsUnreadable`."""
    try:
        messages = json.loads(line)["messages"]
        problem = _problem(messages)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        problem = f"it is not the JSON of a conversation ({type(error).__name__})"
    if problem:
        raise RowsUnreadable(name=name, line=number, problem=problem)
    return [{"role": message["role"], "content": message["content"]} for message in messages]


def _problem(messages: list[dict[str, str]]) -> str | None:
    roles = [message["role"] for message in messages]
    if not roles or roles[-1] != "assistant":
        return "its last message is not the assistant's"
    if set(roles) - set(ROLES):
        return f"it has the unknown role {sorted(set(roles) - set(ROLES))[0]!r}"
    if not all(isinstance(message["content"], str) and _is_unicode(message["content"]) for message in messages):
        return "a message's content is not text"
    if not all(message["content"].strip() for message in messages if message["role"] == "assistant"):
        return "an answer is empty"
    return None


def _is_unicode(text: str) -> bool:
    """False for a lone surrogate, which JSON can carry and no tokenizer accepts."""
    return not any("\ud800" <= character <= "\udfff" for character in text)
