"""Alpaca: instruction, input, output; with the fields that LLaMA-Factory adds for what Alpaca itself cannot say."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from datasets_app.exchange.formats.base import Exported, Format, lines_of
from datasets_app.exchange.rows import read_row
from datasets_app.models import Text


def alpaca(text: Text) -> dict[str, Any]:
    """Stanford Alpaca's three fields (its README), and `system` and `history` only where a sample needs them.

    `history` is `[[question, answer], …]` (LLaMA-Factory, data/README.md). Other readers pass both over.
    """
    if not text.messages:
        plain = {"instruction": text.instruction, "input": text.input, "output": text.output}
        return plain | ({"system": text.system} if text.system else {})
    turns = [message["content"] for message in text.chat() if message["role"] != "system"]
    *earlier, (question, answer) = zip(turns[::2], turns[1::2], strict=True)
    said = {"instruction": question, "input": "", "output": answer}
    return said | ({"system": text.system} if text.system else {}) | {"history": earlier}


def content_of(entry: Exported) -> dict[str, Any]:
    """The object of a sample."""
    return alpaca(entry.text)


def fits(columns: Collection[str]) -> bool:
    """Whether these are Alpaca's columns."""
    return {"instruction", "output"} <= set(columns) and "messages" not in columns


ALPACA = Format(
    key="alpaca",
    name="Alpaca",
    description="One object per line with instruction, input and output.",
    read=read_row,
    fits=fits,
    write=lines_of(content_of),
    loses=(
        "Kind, group and tags are not kept. Alpaca has no system prompt and one turn only: where a sample has more, it"
        " gets LLaMA-Factory's fields system and history, which other readers pass over."
    ),
)
