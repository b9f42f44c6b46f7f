"""What people write on a run."""

from __future__ import annotations

from django.db import transaction

from afsweb.core.history import record
from afsweb.core.jobs.text import storable
from afsweb.core.models import EventSource, User
from training_app.errors import NotesChanged, NotesTooLong
from training_app.models import TrainingRun

LIMIT = 10_000


def write_notes(
    run: TrainingRun, text: str, by: User | None, *, seen: str | None = None, source: EventSource = EventSource.UI
) -> None:
    """Put `text` in the place of the run's notes. `seen` is what the writer had before them; None: it does not matter.

    Raises NotesTooLong, and NotesChanged when the notes are not what was seen any more.
    """
    text = _plain(text)
    if len(text) > LIMIT:
        raise NotesTooLong(limit=f"{LIMIT:,}", count=f"{len(text):,}")
    with transaction.atomic():
        kept = TrainingRun.objects.select_for_update(no_key=True).get(pk=run.pk)
        if seen is not None and _plain(seen) != kept.notes:
            raise NotesChanged(run=run)
        if kept.notes != text:
            TrainingRun.objects.filter(pk=run.pk).update(notes=text)
            record("note", run, actor=by, source=source, before={"notes": kept.notes}, after={"notes": text})


def _plain(text: str) -> str:
    """Forms send line ends as HTTP has them."""
    return storable(text).replace("\r\n", "\n").strip()
