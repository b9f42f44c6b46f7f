"""Gates that read what the dataset knows of the samples: verdicts on their code, groups, near-duplicates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from django.db.models import OuterRef, Q, QuerySet, Subquery

from datasets_app.models import Sample, Snapshot, SnapshotEntry, Split, Verdict
from training_app.gates.finding import FIRST, Finding, Place

# Of the ladder of checks: code below it was not even encoded (datasets_app.domains, Domain.ladder).
LOWEST = 3
BELOW = Finding(
    "code",
    f"Its code is below level {LOWEST} of the checks: it does not assemble",
    "Mend or reject these samples, and build another snapshot. Faulty code belongs into questions.",
    stops=True,
    may_be_meant=True,
)
NEAR = Finding(
    "near-duplicates across",
    "The validation row is a near-duplicate, or of the same group, of a training row",
    "Validation then measures what was nearly learnt. Build the snapshot anew: a split cuts through neither.",
)


def look_at_evidence(snapshot: Snapshot) -> Iterator[Finding]:
    """The gates over the samples that the snapshot was made of; two statements."""
    yield from _found(BELOW, _below(snapshot), snapshot.count)
    yield from _found(NEAR, _near(snapshot), snapshot.validation_count)


def _found(gate: Finding, entries: QuerySet[SnapshotEntry], total: int) -> list[Finding]:
    """The gate with these entries; their number and the first of them in one statement."""
    told = list(entries.order_by("split", "position").values_list("split", "position", "sample__uuid"))
    places = [Place(split, position + 1, str(uuid)) for split, position, uuid in told[:FIRST]]
    return [replace(gate, count=len(told), total=total, rows=tuple(places))] if told else []


def _below(snapshot: Snapshot) -> QuerySet[SnapshotEntry]:
    """Entries whose newest verdict found a fault at one of the rungs up to LOWEST, where only code has faults."""
    faults = Q()
    for rung in range(1, LOWEST + 1):
        faults |= Q(findings__contains=[{"level": "bad", "rung": rung}])
    newest = Verdict.objects.filter(version=OuterRef("version")).order_by("-pk").values("pk")[:1]
    failed = Verdict.objects.filter(
        faults, level__lt=LOWEST, pk=Subquery(newest), version__snapshot_entries__snapshot=snapshot
    )
    return SnapshotEntry.objects.filter(snapshot=snapshot, version__in=failed.values("version"))


def _near(snapshot: Snapshot) -> QuerySet[SnapshotEntry]:
    train = Sample.objects.filter(snapshot_entries__snapshot=snapshot, snapshot_entries__split=Split.TRAIN)
    alike = Q(sample__cluster__in=train.filter(cluster__isnull=False).values("cluster"))
    alike |= Q(sample__group_id__in=train.exclude(group_id="").values("group_id"))
    return SnapshotEntry.objects.filter(alike, snapshot=snapshot, split=Split.VALIDATION)


def name_samples(findings: list[Finding], snapshot: Snapshot) -> list[Finding]:
    """The findings with the samples that their first rows were made of; one statement."""
    wanted = {(row.split, row.line) for one in findings for row in one.rows if not row.sample}
    asked = Q()
    for split, line in wanted:
        asked |= Q(split=split, position=line - 1)
    rows = SnapshotEntry.objects.filter(asked, snapshot=snapshot) if wanted else SnapshotEntry.objects.none()
    known = {(split, at + 1): str(uuid) for split, at, uuid in rows.values_list("split", "position", "sample__uuid")}
    return [replace(one, rows=tuple(_named(row, known) for row in one.rows)) for one in findings]


def _named(row: Place, known: dict[tuple[str, int], str]) -> Place:
    return replace(row, sample=row.sample or known.get((row.split, row.line), ""))
