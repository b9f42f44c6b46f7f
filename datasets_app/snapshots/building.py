"""Building a snapshot: choosing accepted versions, writing the files that a run trains on; doing away with one."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from afsweb.core.artifacts import keep_artifact
from afsweb.core.history import record
from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.jobs.registry import job
from afsweb.core.models import Artifact, ArtifactKind, EventSource, User
from afsweb.storage import Storing, storing
from datasets_app.errors import DatasetError
from datasets_app.models import Domain, Snapshot, SnapshotEntry, SnapshotState, Source, Split
from datasets_app.secrets.guard import look_at_pairs, look_at_samples, refuse_pairs, refuse_samples
from datasets_app.snapshots.balance import Balance, apply_balance
from datasets_app.snapshots.choosing import Selection
from datasets_app.snapshots.errors import NameTaken, SamplesVanished, SnapshotBusy, SnapshotInUse
from datasets_app.snapshots.figures import Built, count_figures
from datasets_app.snapshots.members import Members, read_members
from datasets_app.snapshots.pairing import pairs_of, write_pairs
from datasets_app.snapshots.splits import split
from datasets_app.snapshots.writing import Lengths, write_texts

BUILD = "datasets.build_snapshot"
# Entries of one statement; between two of them a stop is noticed.
ENTRIES = 50_000


@dataclass(frozen=True)
class Plan:
    """What a person asks of a snapshot. `validation_share`: 0 to 0.5; `seed` decides what validates and what stays."""

    name: str
    selection: Selection = field(default_factory=Selection)
    validation_share: float = 0.05
    seed: int = 0
    balance: Balance = field(default_factory=Balance)


@transaction.atomic
def start_snapshot(plan: Plan, *, by: User | None, via: EventSource = EventSource.UI) -> Snapshot:
    """Make a snapshot and enqueue its building. Raises `SnapshotEmpty`, `FilterLost`, `NameTaken`,
    `SecretsHeldBack`.
    """
    plan.selection.check()
    refuse_samples(plan.selection.samples())
    try:
        with transaction.atomic():
            snapshot = Snapshot.objects.create(
                name=plan.name,
                domain=Domain.objects.filter(slug=plan.selection.filter.get("domain", "")).first(),
                query=asdict(plan.selection),
                balance=asdict(plan.balance),
                validation_share=plan.validation_share,
                seed=plan.seed,
                created_by=by,
            )
    except IntegrityError:
        raise NameTaken(name=plan.name) from None
    params = {"snapshot_id": snapshot.pk}
    snapshot.job = enqueue(BUILD, params, title=f"Build {plan.name}", by=by, about=("show_snapshot", snapshot))
    snapshot.save(update_fields=["job"])
    record("build", snapshot, actor=by, source=via, after=snapshot.query | snapshot.balance | {"seed": plan.seed})
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
    selection = Selection.from_json(snapshot.query, snapshot.domain)
    selection.check()
    ctx.progress(0, note="looking for secrets")
    look_at_samples(selection.samples(), ctx.progress)
    refuse_samples(selection.samples())
    look_at_pairs(pairs_of(selection.samples()))
    refuse_pairs(pairs_of(selection.samples()))
    ctx.progress(0, note="reading which samples fit")
    fitted = read_members(selection.samples(), lambda done: ctx.progress(done))
    taken = apply_balance(fitted, Balance.from_json(snapshot.balance), snapshot.seed)
    train, validation = split(taken, snapshot.validation_share, snapshot.seed)
    parts = {Split.TRAIN: train, Split.VALIDATION: validation}
    with storing(settings.ARTIFACT_DIR) as folder:
        lengths = write_parts(ctx, parts, folder)
        pairs = write_pairs(parts, folder, ctx.check_stop)
        manifest = folder.finish()
    artifact = keep_artifact(ArtifactKind.SNAPSHOT, f"snapshot {snapshot.name}", manifest, ctx.job)
    _keep(ctx, snapshot, Built(parts, lengths, fitted, pairs), artifact)


def write_parts(ctx: JobContext, parts: dict[Split, Members], folder: Storing) -> dict[Split, Lengths]:
    """Write the file of each part; the lengths of its texts. Raises `SamplesVanished`."""
    total, done, lengths = sum(map(len, parts.values())), 0, {}
    for name, part in parts.items():
        with folder.open(f"{name}.jsonl") as write:
            lengths[name] = write_texts(part.version, write, partial(_tell, ctx, name, done, total))
        done += len(part)
    return lengths


def _tell(ctx: JobContext, name: Split, before: int, total: int, now: int) -> None:
    ctx.progress(before + now, total, f"writing {name}.jsonl")


def _keep(ctx: JobContext, snapshot: Snapshot, built: Built, artifact: Artifact) -> None:
    ctx.progress(len(built), len(built), f"keeping the list of its {len(built):,} samples")
    try:
        with transaction.atomic():
            _keep_entries(ctx, snapshot, built)
            figures = count_figures(snapshot, built) | built.pairs.as_figures()
            # Until Postgres has counted a new snapshot it takes it for empty, and compares a million with a million.
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE datasets_snapshotentry")
            _make_ready(ctx, snapshot, built, artifact, figures)
    except IntegrityError as error:
        raise SamplesVanished from error


def _keep_entries(ctx: JobContext, snapshot: Snapshot, built: Built) -> None:
    """Write the entries. Raises `IntegrityError` when a version is no longer there."""
    source_ids = {pk for part in built.parts.values() for pk in set(part.source.tolist())}
    # Undoing a source takes the same lock: from here on no version can go before its entry is there.
    list(Source.objects.select_for_update(no_key=True).filter(pk__in=source_ids).order_by("pk"))
    for name, part in built.parts.items():
        for start in range(0, len(part), ENTRIES):
            ctx.check_stop()
            _copy_entries(snapshot, name, part, start)
            # Now and not at the end, where the job's row is locked and its heartbeat would have to wait.
            connection.check_constraints()


def _copy_entries(snapshot: Snapshot, name: Split, part: Members, start: int) -> None:
    here = slice(start, start + ENTRIES)
    rows = zip(part.version[here].tolist(), part.sample[here].tolist(), strict=True)
    columns = "snapshot_id, split, version_id, sample_id, position"
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY datasets_snapshotentry ({columns}) FROM STDIN") as copy,
    ):
        for position, (version, sample) in enumerate(rows, start):
            copy.write_row((snapshot.pk, name.value, version, sample, position))


def _make_ready(ctx: JobContext, snapshot: Snapshot, built: Built, artifact: Artifact, figures: dict[str, Any]) -> None:
    counts = {f"{name}_count": len(part) for name, part in built.parts.items()}
    counts["gate_accepted_count"] = sum(int(part.by_gate.sum()) for part in built.parts.values())
    domains = [row[0] for row in figures["shares"]["domain"]]
    domain = Domain.objects.get(slug=domains[0]) if len(domains) == 1 else None
    changes = {"artifact": artifact, "sha256": artifact.sha256, "error": "", "domain": domain, "figures": figures}
    with ctx.fenced():
        if snapshot.settle(SnapshotState.READY, **changes, **counts):
            after = {"sha256": artifact.sha256, **counts}
            record("ready", snapshot, actor=None, source=EventSource.JOB, after=after, job_id=ctx.job.pk)
        ctx.finish(sha256=artifact.sha256, **counts)


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
