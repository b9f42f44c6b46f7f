"""The two forms of a line: text for people, JSON for programs. Both go through `redact` as a whole."""

from __future__ import annotations

import json
import logging
import socket
from datetime import UTC, datetime

from afsweb.logs.context import about
from afsweb.logs.redaction import redact

HOST = socket.gethostname()


class TextLines(logging.Formatter):
    """`time level logger [request or job] message`; a traceback below it. A message is one line, whatever is in it."""

    def format(self, record: logging.LogRecord) -> str:
        subject = " ".join(about().values())
        message = record.getMessage().replace("\r", "\\r").replace("\n", "\\n")
        parts = [when(record), record.levelname, record.name, f"[{subject}]" if subject else "", message]
        return redact("\n".join([" ".join(filter(None, parts)), *filter(None, [traceback_of(record)])]))


class JsonLines(logging.Formatter):
    """One object in one line: time, level, logger, host, message; request, or job and kind; exception."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": when(record),
            "level": record.levelname,
            "logger": record.name,
            "host": HOST,
            **about(),
            "message": redact(record.getMessage()),
        }
        if text := traceback_of(record):
            line["exception"] = redact(text)
        return json.dumps(line, ensure_ascii=False)


def when(record: logging.LogRecord) -> str:
    """UTC, to the millisecond, as ISO 8601 writes it."""
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def traceback_of(record: logging.LogRecord) -> str:
    """The traceback and the stack that a record brings with it."""
    formatter = logging.Formatter()
    exception = formatter.formatException(record.exc_info) if record.exc_info and record.exc_info[0] else ""
    return "\n".join(filter(None, (exception, formatter.formatStack(record.stack_info or ""))))
