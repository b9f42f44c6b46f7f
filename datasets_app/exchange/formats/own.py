"""Our own JSONL: everything that a sample says and is, one object per line."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from datasets_app.exchange.formats.base import Exported, Format, lines_of
from datasets_app.exchange.rows import read_row

# What is ours and true where it was written, and is found out anew where it is read.
TOLD = ("sample", "version", "sha256", "domain", "source", "licence", "split", "state", "is_golden", "topic")


def content_of(entry: Exported) -> dict[str, Any]:
    """The object of a sample, without what is empty."""
    if entry.messages:
        said: dict[str, Any] = {"messages": entry.text.chat()}
    else:
        said = {"instruction": entry.instruction, "input": entry.input, "output": entry.output}
        said |= {"system": entry.system} if entry.system else {}
    kept = {"kind": entry.kind, "group_id": entry.group_id, "tags": list(entry.tags)}
    return said | {name: value for name, value in (kept | told(entry)).items() if value}


def told(entry: Exported) -> dict[str, Any]:
    """Where it came from and how it stands."""
    return {name: getattr(entry, name) for name in TOLD}


def fits(columns: Collection[str]) -> bool:
    """Whether these columns say a sample: the plain fields, or a conversation."""
    return "messages" in columns or {"instruction", "output"} <= set(columns)


OWN = Format(
    key="jsonl",
    name="JSONL, everything",
    description=(
        "One object per line with instruction, input, output and system, or messages; kind, group_id and tags;"
        " and where it came from. Reading it back gives the same samples, waiting for review."
    ),
    read=read_row,
    fits=fits,
    write=lines_of(content_of),
)
