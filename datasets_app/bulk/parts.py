"""The parts of an action: a few at a time, each in a transaction of its own with its mark and its count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from itertools import islice

from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now

from afsweb.core.jobs.context import JobContext, LeaseLost
from datasets_app.models import BulkAction, BulkPart

Reasons = Mapping[str, list[int]]
"""Why -> the samples (primary keys) that were left as they were."""
# A part costs one core of Postgres (its foreign keys, its indexes), next to nothing here, and a wait for the disk.
WRITERS = 3


def each_part(ctx: JobContext, parts: QuerySet[BulkPart], write: Callable[[BulkPart], None]) -> Iterator[None]:
    """Let `write` do each of `parts`, and yield after each WRITERS of them. Raises LeaseLost, and what `write` raises.

    While they are written, the job's row is held here: nobody else can have the job before they are stored.
    """
    rest = parts.order_by("number").iterator(20)
    with ThreadPoolExecutor(WRITERS) as pool:
        while some := list(islice(rest, WRITERS)):
            with ctx.fenced():
                if len(some) == 1:
                    write(some[0])
                else:
                    _write_at_once(pool, some, write)
            yield


def mark_done(action: BulkAction, part: BulkPart, done: int, left_out: Reasons) -> None:
    """Say that `part` is done, to `done` of its samples. Last in its transaction. Raises LeaseLost if it was before."""
    _mark(part, "done_at", left_out=left_out)
    _count(action, "done", done, "left_out", left_out)


def mark_undone(action: BulkAction, part: BulkPart, undone: int, kept: Reasons) -> None:
    """Say that `part` is undone, for `undone` of its samples. As `mark_done`."""
    _mark(part, "undone_at", kept=kept)
    _count(action, "undone", undone, "kept", kept)


def _write_at_once(pool: ThreadPoolExecutor, parts: list[BulkPart], write: Callable[[BulkPart], None]) -> None:
    written = [pool.submit(_write_apart, write, part) for part in parts]
    wait(written)
    for future in written:
        future.result()


def _write_apart(write: Callable[[BulkPart], None], part: BulkPart) -> None:
    try:
        with transaction.atomic():
            write(part)
    finally:
        connection.close()


def _mark(part: BulkPart, moment: str, **reasons: Reasons) -> None:
    fresh = BulkPart.objects.filter(pk=part.pk, **{f"{moment}__isnull": True})
    if not fresh.update(**{moment: Now()}, **reasons):
        raise LeaseLost(f"Another job took care of {part}.")


def _count(action: BulkAction, name: str, count: int, reasons_name: str, reasons: Reasons) -> None:
    """Add to the action's counts. Its row is held from here to the end, so constraints are checked before."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    row = BulkAction.objects.filter(pk=action.pk)
    before = row.select_for_update(no_key=True).values_list(reasons_name, flat=True).get()
    after = Counter(before) + Counter({why: len(some) for why, some in reasons.items()})
    row.update(**{name: F(name) + count, reasons_name: dict(after)})
