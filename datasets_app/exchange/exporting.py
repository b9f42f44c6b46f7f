"""Samples on their way out: read in order and in bounded memory, as tuples, and written in any format."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast
from django.utils.text import slugify

from datasets_app.exchange.errors import NotReady, NotWritten
from datasets_app.exchange.formats import WRITTEN, Exported, Format
from datasets_app.exchange.formats.base import holds_all
from datasets_app.models import Sample, Snapshot, SnapshotEntry, SnapshotState, Split
from datasets_app.secrets.guard import refuse_snapshot

SHOWN_ROWS = 5
# Texts that are fetched at once: the longest have 600 kB.
BATCH = 500
_TEXT = ("system", "instruction", "input", "output", "messages")
_SAMPLE = ("kind", "group_id")
_FROM = ("domain__slug", "source__name", "source__licence")
# State, golden, topic and tags go on changing, and what is in a snapshot does not.
_CHANGES = ("", False, "", ())


def export(snapshot: Snapshot, form: Format, split: Split | None = None) -> Iterator[bytes]:
    """A snapshot as one file, training before validation, or one split.

    Raises `NotReady`, `NotWritten`, `SecretsHeldBack` at once.
    """
    refuse_snapshot(snapshot)
    return written(form, snapshot_entries(snapshot, split))


def written(
    form: Format, entries: Iterable[Exported], on_left_out: Callable[[], None] | None = None
) -> Iterator[bytes]:
    """The bytes of a file in this format; `on_left_out` hears of each sample it cannot hold. Raises `NotWritten`."""
    if form.write is None:
        raise NotWritten(format=form.name, known=", ".join(WRITTEN))
    return form.write(entries if form.holds is holds_all else _held(form, entries, on_left_out))


def _held(form: Format, entries: Iterable[Exported], on_left_out: Callable[[], None] | None) -> Iterator[Exported]:
    for entry in entries:
        if form.holds(entry.text):
            yield entry
        elif on_left_out:
            on_left_out()


def snapshot_entries(snapshot: Snapshot, split: Split | None = None) -> Iterator[Exported]:
    """What a snapshot holds, in the order of its files. Raises `NotReady` at once."""
    if snapshot.state != SnapshotState.READY:
        raise NotReady(snapshot=snapshot.name, state=snapshot.get_state_display())
    counts = {Split.TRAIN: snapshot.train_count, Split.VALIDATION: snapshot.validation_count}
    return _entries(snapshot, [(one, counts[one]) for one in Split if split in (None, one)])


def _entries(snapshot: Snapshot, splits: list[tuple[Split, int]]) -> Iterator[Exported]:
    """By ranges of positions, which are dense: no cursor is held while a slow reader takes its time."""
    text = [f"version__{name}" for name in _TEXT]
    about, origin = ([f"version__sample__{name}" for name in names] for names in (_SAMPLE, _FROM))
    uuid = Cast("version__sample__uuid", CharField())
    columns: list[Any] = [
        *text,
        *about,
        uuid,
        "version__number",
        "version__sha256",
        *origin,
        "split",
        "version__sample",
    ]
    for split, count in splits:
        for start in range(0, count, BATCH):
            rows = SnapshotEntry.objects.filter(snapshot=snapshot, split=split, position__gte=start)
            rows = rows.filter(position__lt=start + BATCH).order_by("position")
            for row in rows.values_list(*columns):
                yield _exported((*row[:-1], *_CHANGES), row[-1])


def sample_entries(samples: QuerySet[Sample]) -> Iterator[Exported]:
    """The current texts of `samples`, oldest first, with how they stand; by a cursor of the server."""
    about: tuple[Any, ...] = (*_SAMPLE, Cast("uuid", CharField()), "current__number", "current__sha256", *_FROM)
    columns = (*(f"current__{name}" for name in _TEXT), *about, "state", "is_golden", "topic", "tags", "pk")
    for row in samples.order_by("pk").values_list(*columns).iterator(chunk_size=BATCH):
        yield _exported((*row[:13], "", *row[13:16], tuple(row[16])), row[17])


def _exported(told: tuple[Any, ...], pk: int) -> Exported:
    is_own = told[6] == f"sample-{pk}"  # by a number that means nothing anywhere else
    return Exported._make((*told[:6], "", *told[7:]) if is_own else told)


def first_entries(snapshot: Snapshot) -> list[tuple[Split, list[SnapshotEntry]]]:
    """The first entries of each split; none while it is not ready."""
    if snapshot.state != SnapshotState.READY:
        return []
    entries = SnapshotEntry.objects.filter(snapshot=snapshot).select_related("version__sample")
    entries = entries.defer("version__search").order_by("position")
    return [(split, list(entries.filter(split=split)[:SHOWN_ROWS])) for split in Split]


def file_name(name: str, form: Format, split: str = "") -> str:
    """What a download is called: what it is of, which part, in which format."""
    parts = (slugify(name)[:80] or "export", split, form.key)
    return f"{'-'.join(part for part in parts if part)}.{'zip' if form.is_folder else form.suffix}"


def joined(lines: Iterator[bytes], size: int = 100) -> Iterator[bytes]:
    """`lines`, `size` at a time: fewer and larger pieces for a response."""
    while piece := b"".join(islice(lines, size)):
        yield piece
