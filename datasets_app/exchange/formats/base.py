"""What a format is: two small functions between its rows and our samples, and what people need to know about it."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from datasets_app.exchange.rows import Row
from datasets_app.models import Message, Split, Text


class Exported(NamedTuple):
    """One version on its way out, in the order of the columns that are read from the database.

    `group_id` is "" for a group of its own. `split` is "" outside a snapshot; `state`, `is_golden`, `topic` and `tags`
    are empty inside one, since they go on changing and a snapshot does not.
    """

    system: str
    instruction: str
    input: str
    output: str
    messages: list[Message] | None
    kind: str = ""
    group_id: str = ""
    sample: str = ""
    version: int = 1
    sha256: str = ""
    domain: str = ""
    source: str = ""
    licence: str = ""
    split: str = ""
    state: str = ""
    is_golden: bool = False
    topic: str = ""
    tags: tuple[str, ...] = ()

    @property
    def text(self) -> Text:
        """What it says."""
        return Text(self.instruction, self.input, self.output, self.system, self.messages)


Write = Callable[[Iterable[Exported]], Iterator[bytes]]


def holds_all(_text: Text) -> bool:
    """What most formats answer to `holds`."""
    return True


@dataclass(frozen=True)
class Format:
    """A way to write samples down.

    `read` makes a row of an object or a table's row and raises `LineProblem`; `fits` says whether one with these
    columns is written so. `write` gives the bytes of a file; without it nothing is written in this format. `loses`
    says in a sentence what it cannot hold; texts that `holds` denies are left out. A format with `files` is a folder,
    with a file for each split and `extra` files beside them.
    """

    key: str
    name: str
    description: str
    read: Callable[[dict[str, Any]], Row]
    fits: Callable[[Collection[str]], bool]
    write: Write | None = None
    loses: str = ""
    suffix: str = "jsonl"
    media_type: str = "application/jsonl; charset=utf-8"
    holds: Callable[[Text], bool] = holds_all
    files: Mapping[Split, str] = field(default_factory=dict)

    @property
    def is_folder(self) -> bool:
        """Whether it is several files."""
        return bool(self.files)


def lines_of(content_of: Callable[[Exported], dict[str, Any]]) -> Write:
    """How a format of one JSON object per line is written. Equal content gives equal bytes."""

    def write(entries: Iterable[Exported]) -> Iterator[bytes]:
        for entry in entries:
            yield json_line(content_of(entry))

    return write


def json_line(content: dict[str, Any]) -> bytes:
    """One line of JSON."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
