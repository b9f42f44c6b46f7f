"""Snapshots: choosing accepted versions, building the files that a run trains on, and doing away with them."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError, Q, QuerySet

from afsweb.core.artifacts import store_artifact
from afsweb.core.history import record
from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.jobs.registry import job
from afsweb.core.models import Artifact, ArtifactKind, EventSource, User
from datasets_app.errors import DatasetError
from datasets_app.exchange.errors import NameTaken, SamplesVanished, SnapshotBusy, SnapshotEmpty, SnapshotInUse
from datasets_app.exchange.formats.chat import chat_line
from datasets_app.exchange.splits import Member, split
from datasets_app.models import (
    Decider,
    Domain,
    Sample,
    SampleState,
    SampleVersion,
    Snapshot,
    SnapshotEntry,
    SnapshotState,
    Source,
    Split,
)

BUILD = "datasets.build_snapshot"
# Texts that are held at once; the longest have 600 kB.
BATCH = 200


@dataclass(frozen=True)
class Selection:
    """Which accepted samples of the domain to take: golden ones alone, and of these sources alone (none given: all)."""

    golden_only: bool = False
    source_ids: tuple[int, ...] = ()

    @classmethod
    def from_json(cls, query: dict[str, Any]) -> Selection:
        """The selection that a snapshot was built with."""
        return cls(bool(query.get("golden_only")), tuple(query.get("source_ids", ())))

    def samples(self, domain: Domain) -> QuerySet[Sample]:
        """The samples that fit now."""
        samples = Sample.objects.filter(domain=domain, state=SampleState.ACCEPTED, current__isnull=False)
        if self.golden_only:
            samples = samples.filter(is_golden=True)
        return samples.filter(source__in=self.source_ids) if self.source_ids else samples

    def check(self, domain: Domain) -> None:
        """Raise `SnapshotEmpty` when no sample fits."""
        if not self.samples(domain).exists():
            also = ", golden and" if self.golden_only else ""
            also += " from these sources" if self.source_ids else ""
            raise SnapshotEmpty(domain=domain.name, also=also)


@dataclass(frozen=True)
class Plan:
    """What a person asks of a snapshot. `validation_share` is 0 to 0.5; `seed` decides which groups validate."""

    name: str
    domain: Domain
    selection: Selection = Selection()
    validation_share: float = 0.05
    seed: int = 0


@transaction.atomic
def start_snapshot(plan: Plan, *, by: User | None, via: EventSource = EventSource.UI) -> Snapshot:
    """Make a snapshot and enqueue its building. Raises `SnapshotEmpty`, `NameTaken`."""
    plan.selection.check(plan.domain)
    try:
        with transaction.atomic():
            snapshot = Snapshot.objects.create(
                name=plan.name,
                domain=plan.domain,
                query=asdict(plan.selection),
                validation_share=plan.validation_share,
                seed=plan.seed,
                created_by=by,
            )
    except IntegrityError:
        raise NameTaken(name=plan.name) from None
    params = {"snapshot_id": snapshot.pk}
    snapshot.job = enqueue(BUILD, params, title=f"Build {plan.name}", by=by, about=("show_snapshot", snapshot))
    snapshot.save(update_fields=["job"])
    record("build", snapshot, actor=by, source=via, after=snapshot.query | {"seed": plan.seed})
    return snapshot


def refuse_retry(*, snapshot_id: int) -> str:
    """Why the building must not run again, or ""."""
    snapshot = Snapshot.objects.filter(pk=snapshot_id).first()
    if snapshot is None:
        return "The snapshot was deleted."
    return "" if snapshot.state == SnapshotState.BUILDING else f"The snapshot is {snapshot.state}."


@job(BUILD, refuse_retry=refuse_retry)
def build_snapshot(ctx: JobContext, *, snapshot_id: int) -> None:
    """Write the files of a snapshot, store them, make it ready. Nothing is kept before the end; safe to run twice."""
    snapshot = Snapshot.objects.select_related("domain").get(pk=snapshot_id)
    if snapshot.state != SnapshotState.BUILDING:
        return
    try:
        _build(ctx, snapshot)
    except DatasetError as error:
        with ctx.fenced():
            snapshot.settle(SnapshotState.FAILED, error=str(error))
        raise


def _build(ctx: JobContext, snapshot: Snapshot) -> None:
    selection = Selection.from_json(snapshot.query)
    selection.check(snapshot.domain)
    members = read_members(selection.samples(snapshot.domain))
    train, validation = split(members, snapshot.validation_share, snapshot.seed)
    settings.WORK_DIR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="snapshot-", dir=settings.WORK_DIR) as folder:
        for name, part in ((Split.TRAIN, train), (Split.VALIDATION, validation)):
            write_lines(ctx, part, Path(folder) / f"{name}.jsonl")
        artifact = store_artifact(ArtifactKind.SNAPSHOT, f"snapshot {snapshot.name}", Path(folder), ctx.job)
    with transaction.atomic():
        _keep(ctx, snapshot, {Split.TRAIN: train, Split.VALIDATION: validation}, artifact)


def read_members(samples: QuerySet[Sample]) -> list[Member]:
    """What is to be split, in one statement, so that it is one moment's truth."""
    columns = ("current_id", "source_id", "current__sha256", "current__normal_sha256", "group_id", "cluster")
    rows = samples.annotate(by_gate=Q(decided_by=Decider.GATE)).values_list(*columns, "by_gate")
    return [Member(*row) for row in rows]


def write_lines(ctx: JobContext, members: Sequence[Member], path: Path) -> None:
    """Write the texts of `members` in the chat form, in their order."""
    with path.open("xb") as file:
        for start in range(0, len(members), BATCH):
            ids = [member.version_id for member in members[start : start + BATCH]]
            versions = SampleVersion.objects.defer("search").in_bulk(ids)
            if len(versions) < len(ids):
                raise SamplesVanished
            file.writelines(chat_line(versions[pk].text()) for pk in ids)
            ctx.progress(start + len(ids), len(members), f"writing {path.name}")


def _keep(ctx: JobContext, snapshot: Snapshot, parts: dict[Split, list[Member]], artifact: Artifact) -> None:
    members = [member for part in parts.values() for member in part]
    # Undoing a source takes the same lock: from here on no version can go before its entry is there.
    list(Source.objects.select_for_update(no_key=True).filter(pk__in={one.source_id for one in members}).order_by("pk"))
    _copy_entries(snapshot, parts)
    if SampleVersion.objects.filter(snapshot_entries__snapshot=snapshot).count() < len(members):
        raise SamplesVanished
    with ctx.fenced():
        figures = {f"{name}_count": len(part) for name, part in parts.items()}
        figures["gate_accepted_count"] = sum(member.by_gate for member in members)
        if snapshot.settle(SnapshotState.READY, artifact=artifact, sha256=artifact.sha256, error="", **figures):
            after = {"sha256": artifact.sha256, **figures}
            record("ready", snapshot, actor=None, source=EventSource.JOB, after=after, job_id=ctx.job.pk)
        ctx.finish(sha256=artifact.sha256, **figures)


def _copy_entries(snapshot: Snapshot, parts: dict[Split, list[Member]]) -> None:
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY datasets_snapshotentry (snapshot_id, version_id, split, position) FROM STDIN") as copy,
    ):
        for name, part in parts.items():
            for position, member in enumerate(part):
                copy.write_row((snapshot.pk, member.version_id, name.value, position))


@transaction.atomic
def delete_snapshot(snapshot: Snapshot, *, by: User | None, via: EventSource = EventSource.UI) -> None:
    """Delete a snapshot that nothing trained on; its files stay stored. Raises `SnapshotInUse`, `SnapshotBusy`."""
    locked = Snapshot.objects.select_for_update(of=("self",)).select_related("job").get(pk=snapshot.pk)
    if locked.state == SnapshotState.BUILDING and locked.job is not None and not locked.job.is_final:
        raise SnapshotBusy(snapshot=locked.name)
    before = {"name": locked.name, "state": locked.state, "sha256": locked.sha256}
    record("delete", locked, actor=by, source=via, before=before)
    entries = SnapshotEntry.objects.filter(snapshot=locked.pk)
    try:
        locked.delete()
    except ProtectedError as error:
        users = ", ".join(sorted(f"“{row}”" for row in error.protected_objects)[:5])
        raise SnapshotInUse(snapshot=snapshot.name, users=users) from None
    entries._raw_delete(entries.db)


@transaction.atomic
def set_archived(snapshot: Snapshot, archived: bool, *, by: User | None, via: EventSource = EventSource.UI) -> None:
    """Put a snapshot into the archive, where no new run offers it, or take it out again."""
    if snapshot.is_archived == archived:
        return
    snapshot.is_archived = archived
    snapshot.save(update_fields=["is_archived"])
    record("archive" if archived else "restore", snapshot, actor=by, source=via)
