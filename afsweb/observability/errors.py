"""Errors of the logs, kept as rows that the admin shows: a handler that nothing waits for and nothing breaks on.

A line of the level ERROR becomes a small note, at once, in the thread that wrote it; another thread writes the notes
down over a connection of its own, since the one of a request may stand in a transaction that is broken. When notes come
faster than they are written, or the database is away, they are dropped: the log has them.
"""

from __future__ import annotations

import logging
import os
import queue
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any

from afsweb.logs.context import about
from afsweb.logs.lines import traceback_of
from afsweb.logs.redaction import redact

WAITING = 100  # notes at most
MOST = 1000  # rows at most
OLDEST = timedelta(days=90)
LONGEST = 20_000  # characters of a traceback
ROOT = Path(__file__).resolve().parents[2]
OURS = ("afsweb", "datasets_app", "training_app", "evals_app")


@dataclass(frozen=True)
class Note:
    """What is kept of one error. Its place and kind say which errors are the same."""

    place: str
    kind: str
    message: str
    traceback: str
    about: str
    request: str
    job: str | None
    host: str


class KeepErrors(logging.Handler):
    """Keeps what is logged as ERROR or worse. Nothing that it does itself is logged, and it never waits."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self._notes: queue.Queue[Note | threading.Event] = queue.Queue(WAITING)
        self._pid = 0

    def emit(self, record: logging.LogRecord) -> None:
        if threading.current_thread().name == Writer.NAME or is_answer(record):
            return
        with suppress(Exception):  # whatever is wrong with a record, who wrote it goes on
            self._start()
            self._notes.put_nowait(note_of(record))

    def flush(self, seconds: float = 5.0) -> None:
        """Wait until everything so far is written."""
        written = threading.Event()
        if self._pid == os.getpid():
            with suppress(queue.Full):
                self._notes.put(written, timeout=seconds)
                written.wait(seconds)

    def _start(self) -> None:
        """The writer, at the first error: a process that forks takes no threads with it."""
        if self._pid != os.getpid():
            self._pid, self._notes = os.getpid(), queue.Queue(WAITING)
            Writer(self._notes).start()


class Writer(threading.Thread):
    """Writes the notes down, one after the other."""

    NAME = "errors"

    def __init__(self, notes: queue.Queue[Note | threading.Event]) -> None:
        super().__init__(name=self.NAME, daemon=True)
        self._notes = notes

    def run(self) -> None:
        from django.db import connection

        while True:
            one = self._notes.get()
            if isinstance(one, threading.Event):
                one.set()
                continue
            with suppress(Exception):  # the log has it
                keep(one)
            with suppress(Exception):
                connection.close()


def is_answer(record: logging.LogRecord) -> bool:
    """Whether it says no more than that a view answered 5xx by itself: then somebody expected it."""
    return record.name == "django.request" and not record.exc_info


def note_of(record: logging.LogRecord) -> Note:
    """What is kept of a record."""
    error = record.exc_info[1] if record.exc_info else None
    facts = about()
    view = getattr(getattr(getattr(record, "request", None), "resolver_match", None), "view_name", "")
    return Note(
        place=(place_of(error.__traceback__) if error else f"{_short(record.pathname)}:{record.lineno}")[:200],
        kind=(type(error).__name__ if error else record.name)[:100],
        message=_storable(redact(f"{error}" if error else record.getMessage()))[:1000],
        traceback=_storable(redact(traceback_of(record)))[-LONGEST:],
        about=(view or facts.get("kind", ""))[:200],
        request=facts.get("request", ""),
        job=facts.get("job"),
        host=socket.gethostname()[:100],
    )


def place_of(traceback: TracebackType | None) -> str:
    """`path:line function` of the last of our own lines that the error came through, or of the last one at all."""
    places = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        places.append((_short(code.co_filename), traceback.tb_lineno, code.co_name))
        traceback = traceback.tb_next
    ours = [place for place in places if place[0].split("/")[0] in OURS]
    path, line, function = (ours or places or [("?", 0, "?")])[-1]
    return f"{path}:{line} {function}"


def keep(note: Note) -> None:
    """Count an error that is known, or write a new one down and forget what is old."""
    from django.db.models import F
    from django.db.models.functions import Now

    from afsweb.core.models import ErrorReport

    which: dict[str, Any] = {"place": note.place, "kind": note.kind}
    latest = vars(replace(note)) | {"last_at": Now()}
    if ErrorReport.objects.filter(**which).update(**latest, count=F("count") + 1):
        return
    ErrorReport.objects.bulk_create([ErrorReport(**latest)], ignore_conflicts=True)
    prune()


def prune() -> None:
    """Forget errors that did not come for long, and of too many the oldest."""
    from django.db.models.functions import Now

    from afsweb.core.models import ErrorReport

    ErrorReport.objects.filter(last_at__lt=Now() - OLDEST).delete()
    newest = ErrorReport.objects.order_by("-last_at", "-pk").values("pk")[:MOST]
    ErrorReport.objects.exclude(pk__in=list(newest.values_list("pk", flat=True))).delete()


def _short(path: str) -> str:
    with suppress(ValueError):
        return Path(path).resolve().relative_to(ROOT).as_posix()
    return path


def _storable(text: str) -> str:
    return text.replace("\x00", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
