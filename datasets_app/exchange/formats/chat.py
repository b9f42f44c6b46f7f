"""Chat messages, which trainers and most tools read (also called ChatML, after the template that first used them)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from datasets_app.exchange.formats.base import Exported, Format, json_line, lines_of
from datasets_app.exchange.rows import read_row
from datasets_app.models import Text

JOINED = "Instruction and input become one message; kind, group and tags are not kept."


def chat_line(text: Text) -> bytes:
    """One line of the chat form."""
    return json_line({"messages": text.chat()})


def content_of(entry: Exported) -> dict[str, Any]:
    """`{"messages": [{"role", "content"}, …]}`, the conversational form of trl 1.16 (trl/data_utils.py)."""
    return {"messages": entry.text.chat()}


def fits(columns: Collection[str]) -> bool:
    """Whether a row with these columns is a conversation."""
    return "messages" in columns


CHAT = Format(
    key="chat",
    name="ChatML messages",
    description="One object per line with messages of system, user and assistant: what trainers read.",
    read=read_row,
    fits=fits,
    write=lines_of(content_of),
    loses=JOINED,
)
