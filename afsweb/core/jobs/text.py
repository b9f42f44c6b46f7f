"""Text of any origin (a traceback, a program's output), made fit for the database."""

from __future__ import annotations


def storable(text: str) -> str:
    """`text` without what Postgres cannot keep: NUL, and halves of surrogate pairs."""
    return text.replace("\x00", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode("utf-8")


def last_lines(text: str, *, limit: int) -> str:
    """The end of `text`, `limit` characters at most, from the start of a line if there is one."""
    if len(text) <= limit:
        return text
    end = text[-limit:]
    return end.partition("\n")[2] or end
