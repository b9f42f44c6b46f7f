"""The lines that client and program exchange: one JSON object each way, standard library only."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

ROLES = ("system", "user", "assistant")
# The label that torch's cross entropy leaves out, as in training:
# https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
IGNORED = -100


class Question(TypedDict):
    """`key` comes back with the answer; `messages` is the chat so far, {role, content} each."""

    key: str | int
    messages: list[dict[str, str]]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the model said. `finish_reason` is stop (it ended its turn) or length; `output_tokens` counts that end too.

    With `error`, a sentence about this question alone, there is no text and no finish reason.
    """

    key: str | int
    text: str = ""
    prompt_tokens: int = 0
    output_tokens: int = 0
    finish_reason: str | None = None
    error: str | None = None


@dataclass(frozen=True, kw_only=True)
class Request:
    """Up to `max_new_tokens` tokens for each question; temperature 0 is greedy, above it `seed` fixes the batch."""

    batch: Sequence[Question]
    max_new_tokens: int = 64
    temperature: float = 0.0
    seed: int = 0


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row as trained: token ids, and labels that repeat them where the loss counts and are IGNORED elsewhere."""

    key: str | int
    ids: Sequence[int]
    labels: Sequence[int]


@dataclass(frozen=True, kw_only=True)
class Loss:
    """`nats`: the sum over the row's `tokens` that count. With `error`, a sentence about this row alone, both are 0."""

    key: str | int
    nats: float = 0.0
    tokens: int = 0
    error: str | None = None


class RequestError(ValueError):
    """A line is no request; the text says what is wrong with it."""


def parse_request(line: str | bytes) -> Request | list[Row]:
    """What one line asks for: answers, or the losses of rows. Raises `RequestError`.

    A wrong conversation is left for `conversation_problem`.
    """
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        raise RequestError("The line is not JSON.") from None
    if isinstance(values, dict) and set(values) == {"loss"}:
        return _parse_rows(values["loss"])
    return _parse_questions(values)


def _parse_rows(rows: object) -> list[Row]:
    if not isinstance(rows, list) or not rows or not all(_is_row(row) for row in rows):
        raise RequestError("loss must be a list of objects, each with a key, and ids and labels of one length.")
    return [Row(**row) for row in rows]


def _parse_questions(values: object) -> Request:
    if not isinstance(values, dict) or set(values) - {"batch", "max_new_tokens", "temperature", "seed"}:
        raise RequestError("A request has batch, max_new_tokens, temperature and seed, and nothing else.")
    batch = values.get("batch")
    if not isinstance(batch, list) or not batch or not all(_is_question(item) for item in batch):
        raise RequestError("The batch must be a list of objects, each with a key and messages.")
    request = Request(**values)
    if not _is_number(request.max_new_tokens, 1, 65_536, whole=True):
        raise RequestError("max_new_tokens must be a whole number from 1 to 65536.")
    if not _is_number(request.temperature, 0, 5):
        raise RequestError("temperature must be a number from 0 to 5.")
    if not _is_number(request.seed, 0, 2**63 - 1, whole=True):
        raise RequestError("seed must be a whole number, 0 or more.")
    return request


def conversation_problem(messages: object) -> str | None:
    """What is wrong with a question's messages, as a sentence; None when they can be asked."""
    if not isinstance(messages, list) or not messages:
        return "There is no message to answer."
    for message in messages:
        if not isinstance(message, dict) or message.get("role") not in ROLES:
            return f"Each message needs one of the roles {', '.join(ROLES)}."
        if not _is_unicode(message.get("content")):
            return "Each message needs a content that is text."
    return None


def _is_question(item: object) -> bool:
    return isinstance(item, dict) and isinstance(item.get("key"), str | int) and "messages" in item


def _is_row(item: object) -> bool:
    if not isinstance(item, dict) or set(item) != {"key", "ids", "labels"} or not isinstance(item["key"], str | int):
        return False
    ids, labels = item["ids"], item["labels"]
    if not isinstance(ids, list) or not isinstance(labels, list) or len(ids) != len(labels):
        return False
    return all(_is_number(token, 0, 2**31, whole=True) for token in ids) and all(
        label in (IGNORED, token) for label, token in zip(labels, ids, strict=True)
    )


def _is_number(value: object, least: float, most: float, *, whole: bool = False) -> bool:
    kinds = int if whole else int | float
    return isinstance(value, kinds) and not isinstance(value, bool) and least <= value <= most


def _is_unicode(text: object) -> bool:
    """False also for a lone surrogate, which JSON can carry and no tokenizer accepts."""
    return isinstance(text, str) and not any("\ud800" <= character <= "\udfff" for character in text)
