"""Versions as lines of JSON: the chat form that trainers read, and Alpaca's. Equal content gives equal bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db.models import QuerySet, TextChoices

from datasets_app.exchange.errors import NotReady
from datasets_app.models import Snapshot, SnapshotEntry, SnapshotState, Split, Text

SHOWN_ROWS = 5


class Form(TextChoices):
    CHAT = "chat", "chat"
    ALPACA = "alpaca", "Alpaca"


def chat_line(text: Text) -> bytes:
    """One line of the chat form."""
    return _line({"messages": text.chat()})


def alpaca_line(text: Text) -> bytes:
    """One line of Alpaca's form; earlier turns as `history`, pairs of question and answer (LLaMA-Factory's form)."""
    if not text.messages:
        plain = {"instruction": text.instruction, "input": text.input, "output": text.output}
        return _line(plain | ({"system": text.system} if text.system else {}))
    turns = [message["content"] for message in text.chat() if message["role"] != "system"]
    *earlier, (question, answer) = zip(turns[::2], turns[1::2], strict=True)
    said = {"instruction": question, "input": "", "output": answer}
    return _line(said | ({"system": text.system} if text.system else {}) | {"history": earlier})


LINE_OF = {Form.CHAT: chat_line, Form.ALPACA: alpaca_line}


def export(snapshot: Snapshot, form: Form, split: Split | None = None) -> Iterator[bytes]:
    """The lines of a snapshot, training before validation, or of one split. Raises `NotReady` at once."""
    if snapshot.state != SnapshotState.READY:
        raise NotReady(snapshot=snapshot.name, state=snapshot.get_state_display())
    return _lines(entries_of(snapshot, split), form)


def entries_of(snapshot: Snapshot, split: Split | None) -> QuerySet[SnapshotEntry]:
    """The entries in the order of the files, with their texts."""
    entries = SnapshotEntry.objects.filter(snapshot=snapshot).select_related("version").defer("version__search")
    return (entries.filter(split=split) if split else entries).order_by("split", "position")


def first_entries(snapshot: Snapshot) -> list[tuple[Split, list[SnapshotEntry]]]:
    """The first entries of each split; none while it is not ready."""
    if snapshot.state != SnapshotState.READY:
        return []
    entries = ((split, entries_of(snapshot, split).select_related("version__sample")[:SHOWN_ROWS]) for split in Split)
    return [(split, list(rows)) for split, rows in entries]


def _lines(entries: QuerySet[SnapshotEntry], form: Form) -> Iterator[bytes]:
    for entry in entries.iterator(chunk_size=100):
        yield LINE_OF[form](entry.version.text())


def joined(lines: Iterator[bytes], size: int = 100) -> Iterator[bytes]:
    """`lines`, `size` at a time: fewer and larger pieces for a response."""
    while piece := b"".join(islice(lines, size)):
        yield piece


def _line(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
