"""What a purge of a sample would take away and break."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import ExpressionWrapper, F, Func, IntegerField, Q, QuerySet, Value

from afsweb.core.models import Artifact, ArtifactKind, Call, Job, JobState
from afsweb.core.uses import Use, uses_of
from datasets_app.models import (
    Comment,
    Export,
    PreferencePair,
    Review,
    ReviewQueue,
    Sample,
    SampleVersion,
    Snapshot,
    SnapshotState,
)
from datasets_app.purge.errors import PurgeMustWait
from datasets_app.snapshots.pairing import rejecting

SHOWN = 20


@dataclass(frozen=True)
class Breaks:
    """What goes with a sample: `counts` says how many rows of what; snapshots with what was trained on each.

    Exports say in `is_known` whether they hold it, or only may.
    """

    counts: dict[str, int]
    snapshots: list[tuple[Snapshot, list[Use]]]
    more_snapshots: int
    exports: list[Export]
    more_exports: int
    files: int
    bytes: int
    golden: bool

    @property
    def is_used(self) -> bool:
        """Whether a snapshot holds it."""
        return bool(self.snapshots)


def what_breaks(sample: Sample) -> Breaks:
    """What would go, and what would no longer work, if `sample` were purged now."""
    holding = snapshots_holding(sample)
    ids = list(holding.values_list("pk", flat=True))
    exports = list(exports_that_may_hold(sample, ids).order_by("-pk"))
    files = list(files_that_may_hold(sample, ids).values_list("size_bytes", flat=True))
    return Breaks(
        {name: count for name, count in counts_of(sample).items() if count},
        [(one, uses_of(one)) for one in holding.order_by("-pk")[:SHOWN]],
        max(len(ids) - SHOWN, 0),
        exports[:SHOWN],
        max(len(exports) - SHOWN, 0),
        len(files),
        sum(files),
        sample.is_golden,
    )


def counts_of(sample: Sample) -> dict[str, int]:
    """What hangs on a sample, in words -> how many. Pairs and exports count too; they are others' work as well."""
    versions, pairs = SampleVersion.objects.filter(sample=sample), PreferencePair.objects
    return {
        "versions": versions.count(),
        "decisions": Review.objects.filter(sample=sample).count(),
        "comments": Comment.objects.filter(sample=sample).count(),
        "preference pairs": pairs.filter(Q(chosen__sample=sample) | Q(rejected__sample=sample)).count(),
        "saved views that look for what is near to it": ReviewQueue.objects.filter(
            query__near=str(sample.uuid)
        ).count(),
        "answers of paid calls": Call.objects.filter(pk__in=versions.values("call")).exclude(answer="").count(),
    }


def snapshots_holding(sample: Sample) -> QuerySet[Snapshot]:
    """The snapshots that hold a version of it, as a sample or as the rejected answer of a pair."""
    return Snapshot.objects.filter(Q(entries__version__sample=sample) | rejecting(sample)).distinct()


def exports_that_may_hold(sample: Sample, snapshot_ids: Iterable[int]) -> QuerySet[Export]:
    """The exports with its text in their files; `is_known` says of each whether it was kept what they hold.

    Of those written before that was kept, the exports of these snapshots and of queries since the sample came may hold
    it. Equal files are one artifact, so what is known of one export goes for all that have them.
    """
    written = Export.objects.filter(artifact__isnull=False)
    known = written.filter(content__isnull=False)
    place = Func(Value(sample.uuid.bytes), F("content__samples"), function="POSITION", arg_joiner=" IN ")
    holding = known.annotate(place=ExpressionWrapper(place, IntegerField())).filter(place__gt=0)
    since = Q(snapshot__isnull=True, created_at__gte=sample.created_at)
    guessed = written.filter(Q(snapshot__in=list(snapshot_ids)) | since).exclude(artifact__in=known.values("artifact"))
    either = Q(artifact__in=holding.values("artifact")) | Q(artifact__in=guessed.values("artifact"))
    return Export.objects.filter(either).annotate(is_known=Q(artifact__in=known.values("artifact")))


def files_that_may_hold(sample: Sample, snapshot_ids: Iterable[int]) -> QuerySet[Artifact]:
    """The file sets that hold its text, or may: of those snapshots, of exports, of snapshots that are deleted."""
    ids = list(snapshot_ids)
    exports = exports_that_may_hold(sample, ids).values("artifact")
    kinds = (ArtifactKind.SNAPSHOT, ArtifactKind.EXPORT)
    left = Q(kind__in=kinds, snapshots__isnull=True, exports__isnull=True, created_at__gte=sample.created_at)
    named = Q(pk__in=Snapshot.objects.filter(pk__in=ids).values("artifact")) | Q(pk__in=exports)
    return Artifact.objects.filter(named | Q(pk__in=Artifact.objects.filter(left).values("pk")))


def check_at_rest(sample: Sample) -> None:
    """Raise `PurgeMustWait` while a job builds a snapshot, writes an export, or works on the sample's source."""
    open_jobs = Job.objects.exclude(state__in=JobState.final())
    building = Snapshot.objects.filter(state=SnapshotState.BUILDING, job__isnull=False).values("job")
    writing = Export.objects.filter(artifact__isnull=True, job__isnull=False).values("job")
    busy = open_jobs.filter(Q(pk__in=building) | Q(pk__in=writing) | Q(about_uuid=sample.source.uuid)).first()
    if busy is not None:
        raise PurgeMustWait(job=busy.title)
