"""Which samples a file holds: one in JSON, many in lines of JSON, those printed in a Markdown document, or its text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from afsweb.refusal import Refusal
from datasets_app.domains.asm65816.commands.reading import UNTRUSTED, TooLarge

FILE_LIMIT = 64 * 1024 * 1024
"""Bytes of a file of samples."""

_FIELDS = ("instruction", "input", "output")
_JSON_FENCE = re.compile(r"^ {0,3}```json[ \t]*\n(.*?)^ {0,3}```[ \t]*$", re.MULTILINE | re.DOTALL | re.IGNORECASE)


class NotJson(Refusal):
    """{path} is no JSON in line {line}: {reason}."""


class NoSample(Refusal):
    """{path}, line {line}: a sample is an object whose “output”, “instruction” and “input” are texts."""


@dataclass(frozen=True)
class Sample:
    """A text to be verified, and what it answers; `line` is where it begins in the file, from 1."""

    output: str
    instruction: str = ""
    input: str = ""
    kind: str = ""
    line: int = 1


def samples_of(text: str, path: str) -> list[Sample]:
    """Return the samples of a file. Raises NotJson, NoSample, TooLarge."""
    samples = list(_samples(text, path))
    for sample in samples:
        if len(sample.output.encode("utf-8", "surrogatepass")) > UNTRUSTED:
            raise TooLarge(path=f"{path}, line {sample.line}", most=UNTRUSTED, advice="Give it in parts.")
    return samples


def _samples(text: str, path: str) -> Iterator[Sample]:
    if text.lstrip()[:1] in ("{", "[") or path.lower().endswith((".json", ".jsonl")):
        yield from _json_samples(text, path)
        return
    printed = list(_printed(text))
    yield from printed or [Sample(text)]


def _json_samples(text: str, path: str) -> Iterator[Sample]:
    try:
        whole = json.loads(text)
    except ValueError:
        yield from _json_lines(text, path)
    except RecursionError:
        raise NotJson(path=path, line=1, reason="it is nested too deeply") from None
    else:
        for found in whole if isinstance(whole, list) else [whole]:
            yield _sample(found, path, 1)


def _json_lines(text: str, path: str) -> Iterator[Sample]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                found = json.loads(line)
            except (ValueError, RecursionError) as error:
                reason = str(error).partition(": line")[0].lower()
                raise NotJson(path=path, line=number, reason=reason) from None
            yield _sample(found, path, number)


def _sample(found: Any, path: str, line: int) -> Sample:
    if not _is_sample(found):
        raise NoSample(path=path, line=line)
    kind = found.get("kind")
    texts = {name: found.get(name) or "" for name in _FIELDS}
    return Sample(**texts, kind=kind if isinstance(kind, str) else "", line=line)


def _is_sample(found: Any) -> bool:
    return (
        isinstance(found, dict)
        and isinstance(found.get("output"), str)
        and all(isinstance(found.get(name) or "", str) for name in _FIELDS)
    )


def _printed(text: str) -> Iterator[Sample]:
    """The samples in the ```json blocks of a document; other blocks are no samples."""
    for block in _JSON_FENCE.finditer(text):
        line = text.count("\n", 0, block.start(1)) + 1
        try:
            found = json.loads(block[1])
        except (ValueError, RecursionError):
            continue
        for one in found if isinstance(found, list) else [found]:
            if _is_sample(one):
                yield _sample(one, "", line)
