"""JSON read strictly: nothing that the standard forbids, that is silently lost, or that a database cannot keep."""

from __future__ import annotations

import codecs
import json
import math
from typing import Any, NoReturn

from datasets_app.exchange.problems import (
    ByteOrderMark,
    DuplicateKey,
    JsonArray,
    LineProblem,
    NotAnObject,
    NotANumber,
    NotJson,
    NotUtf8,
    NulCharacter,
    NumberTooLarge,
    TooDeep,
)

DIGITS = 18  # that many always fit into 64 bits


def read_object(line: bytes, number: int) -> dict[str, Any]:
    """The JSON object on the line numbered `number`. Raises a `LineProblem` for everything else."""
    text = _decode(line)
    try:
        value = read_json(text)
    except json.JSONDecodeError as error:
        raise _explain(text, error, number) from None
    if not isinstance(value, dict):
        raise JsonArray if isinstance(value, list) and number == 1 else NotAnObject(kind=kind_of(value))
    return value


def read_json(text: str) -> Any:
    """The value that `text` writes. Raises a `LineProblem`, and `json.JSONDecodeError` for what is not JSON."""
    try:
        return _DECODER.decode(text)
    except RecursionError:
        raise TooDeep from None


def kind_of(value: object) -> str:
    """What a value is, in words: one of JSON, or of a table."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
        case dict():
            return "an object"
        case bytes():
            return "bytes"
    return f"a {type(value).__name__}"


def _decode(line: bytes) -> str:
    if line.startswith(codecs.BOM_UTF8):
        raise ByteOrderMark
    if b"\0" in line:
        raise NulCharacter(place="The line")
    try:
        return line.decode("utf-8", errors="strict")
    except UnicodeDecodeError as error:
        raise NotUtf8(column=error.start + 1) from None


def _explain(text: str, error: json.JSONDecodeError, number: int) -> LineProblem:
    """The parser's own words, except for a file that is one array over many lines: its first line is a mere “[”."""
    if number == 1 and text.strip() == "[":
        return JsonArray()
    return NotJson(problem=error.msg, column=error.pos + 1)


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise DuplicateKey(key=_shown(next(key for key in keys if keys.count(key) > 1)))
    return found


def _constant(name: str) -> NoReturn:
    raise NotANumber(value=name)


def _int(digits: str) -> int:
    if len(digits) > DIGITS:
        raise NumberTooLarge(value=digits[:DIGITS])
    return int(digits)


def _float(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise NumberTooLarge(value=digits[:DIGITS])
    return value


def _shown(key: str) -> str:
    return key[:60].encode("utf-8", "replace").decode().replace("\0", "")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_no_duplicates, parse_constant=_constant, parse_int=_int, parse_float=_float
)
