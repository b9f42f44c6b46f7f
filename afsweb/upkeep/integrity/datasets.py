"""Recounting what the datasets keep as numbers: each check yields what does not add up."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, F, Func, IntegerField, Q, QuerySet
from django.db.models.functions import Coalesce, Length

from afsweb.core.findings import Found
from afsweb.core.models import Event, Job, JobState
from datasets_app.models import (
    BulkAction,
    BulkPart,
    Export,
    MapSelection,
    Sample,
    Snapshot,
    SnapshotState,
    Source,
    SourceKind,
    SourceState,
    Split,
)
from datasets_app.quality.embedding import default_embedder
from datasets_app.quality.examine import EXAMINE

BUILD_ANEW = "Do not train on it: archive it and build another one from the same filter."
WRITE_ANEW = "Delete the export and write it again."
UUID_BYTES = 16


def check_snapshots() -> Iterator[Found]:
    """Ready snapshots whose entries are not as many as was counted when they were built."""
    for one in Snapshot.objects.filter(state=SnapshotState.READY).iterator():
        counts = dict(one.entries.values_list("split").annotate(Count("pk")))
        stored = (one.train_count, one.validation_count)
        there = (counts.get(Split.TRAIN, 0), counts.get(Split.VALIDATION, 0))
        if stored != there:
            text = f"The snapshot “{one}” says {_pair(stored)}, and holds {_pair(there)}."
            yield Found(str(one.uuid), text, BUILD_ANEW, one.get_absolute_url())


def _pair(counts: tuple[int, int]) -> str:
    return f"{counts[0]:,} to train and {counts[1]:,} to validate"


def check_sources() -> Iterator[Found]:
    """Imports and campaigns that have more samples than were counted, or fewer by more than were ever purged."""
    samples = dict(Sample.objects.values_list("source").annotate(Count("pk")))
    purged = Event.objects.filter(verb="purge", object_type=Sample._meta.label_lower).count()
    counted = Source.objects.filter(state__in=(SourceState.ACTIVE, SourceState.ARCHIVED)).exclude(
        kind=SourceKind.PERSON
    )
    for one in counted.iterator():
        there = samples.get(one.pk, 0)
        if there > one.imported or there < one.imported - purged:
            text = f"The source “{one}” says that {one.imported:,} samples came from it, and has {there:,}."
            advice = (
                "Its history says what was done with it. If samples are missing, restore a backup or import it again."
            )
            yield Found(str(one.uuid), text, advice, one.get_absolute_url())


def check_bulk_actions() -> Iterator[Found]:
    """Bulk actions that count more or fewer samples as done than their parts did."""
    size = Func(F("samples"), function="cardinality", output_field=IntegerField())
    done: dict[int, int] = {}
    for action, samples, left_out in (
        BulkPart.objects.filter(done_at__isnull=False)
        .annotate(size=size)
        .values_list("action", "size", "left_out")
        .iterator()
    ):
        done[action] = done.get(action, 0) + samples - sum(len(some) for some in left_out.values())
    for one in BulkAction.objects.filter(confirmed_at__isnull=False).select_related("assignee", "job").iterator():
        if not one.is_active and one.done != done.get(one.pk, 0):
            text = f"“{one}” says that it changed {one.done:,} samples; its parts changed {done.get(one.pk, 0):,}."
            advice = "Look at the history of the action before you undo it: undo follows the parts."
            yield Found(str(one.uuid), text, advice, one.get_absolute_url())


def check_exports() -> Iterator[Found]:
    """Exports of samples that say they hold more or fewer than the list of what they hold."""
    written = Export.objects.filter(artifact__isnull=False, content__isnull=False)
    for one in written.annotate(listed=Length("content__samples") / UUID_BYTES).exclude(listed=F("written")).iterator():
        text = f"The export “{one}” says that it holds {one.written:,} samples, and lists {one.listed:,}."
        yield Found(str(one.uuid), text, WRITE_ANEW, one.get_absolute_url())


def check_map_selections() -> Iterator[Found]:
    """Selections on a map that count other than they list."""
    listed = Coalesce(Func(F("sample_ids"), function="cardinality", output_field=IntegerField()), 0)
    for one in MapSelection.objects.annotate(listed=listed).exclude(listed=F("count")).iterator():
        text = f"A selection on a map says {one.count:,} samples, and lists {one.listed:,}."
        yield Found(str(one.uuid), text, "Draw it anew on its map.")


def check_vectors() -> Iterator[Found]:
    """Sources whose texts have no vector, so that search and duplicates pass them by."""
    embedder = default_embedder()
    lacking = at_rest(Sample.objects.exclude(current__embeddings__embedder=embedder))
    for pk, count in lacking.values_list("source").annotate(Count("pk")).order_by("source"):
        one = Source.objects.get(pk=pk)
        text = f"{count:,} samples of the source “{one}” have no vector: nothing finds what is near them."
        advice = f"`afs source examine {one.uuid}` works them out; so does “Examine again” on its page."
        yield Found(str(one.uuid), text, advice, one.get_absolute_url())


def at_rest(samples: QuerySet[Sample]) -> QuerySet[Sample]:
    """Those of sources that no job is writing or examining: there the numbers are on the move."""
    examining = Job.objects.filter(kind=EXAMINE).exclude(state__in=JobState.final()).values_list("params", flat=True)
    busy = [params["source_id"] for params in examining]
    written = Q(source__job__isnull=True) | Q(source__job__state__in=JobState.final())
    kept = samples.filter(written, current__isnull=False, source__state=SourceState.ACTIVE)
    return kept.exclude(source__in=busy)
