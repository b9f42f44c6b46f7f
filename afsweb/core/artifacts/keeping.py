"""Rows of artifacts come and go with their files."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models import ProtectedError, QuerySet
from django.db.models.functions import Now

from afsweb.core.artifacts.copies import elsewhere, note_copy
from afsweb.core.artifacts.fetching import is_on_hub, send_to_hub
from afsweb.core.artifacts.quota import QuotaFull, check_quota
from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.models import Artifact, ArtifactCopy, ArtifactKind, Host, Job
from afsweb.refusal import Refusal
from afsweb.storage import Manifest, remove, store

SWEEP = "core.sweep_artifact"


class ArtifactDropped(Refusal):
    """Somebody deleted equal files while these were stored, so they are not kept. Run the job again."""


def store_artifact(kind: ArtifactKind, name: str, folder: Path, job: Job | None = None) -> Artifact:
    """Store the files below `folder` and return their artifact; equal content gives the row that is there already.

    Call it outside a transaction: it copies files, and on another machine than the hub it sends them there. Raises
    `afsweb.storage.StorageError`, `QuotaFull`, `ArtifactDropped`.
    """
    return keep_artifact(kind, name, store(folder, settings.ARTIFACT_DIR), job)


def keep_artifact(kind: ArtifactKind, name: str, manifest: Manifest, job: Job | None = None) -> Artifact:
    """The artifact whose files were stored as `manifest` says; equal content gives the row that is there already.

    The hub has the files before it has the row. Raises as `store_artifact` does.
    """
    _check_quota(manifest)
    send_to_hub(manifest.sha256)
    facts = {"size_bytes": manifest.size, "file_count": len(manifest.files), "manifest": manifest.to_json()}
    with transaction.atomic():
        lock_content(manifest.sha256)
        artifact, is_new = Artifact.objects.get_or_create(
            sha256=manifest.sha256, defaults={"kind": kind, "name": name[:200], "created_by_job": job, **facts}
        )
        if not is_new:  # whoever collects must not take it for one that nobody has wanted for long
            Artifact.objects.filter(pk=artifact.pk).update(kept_at=Now())
    if not is_on_hub(manifest.sha256):  # it was dropped between the storing and the row
        drop_artifact(artifact)
        raise ArtifactDropped
    note_copy(artifact)
    return artifact


def _check_quota(manifest: Manifest) -> None:
    """Refuse new content that is over the quota, and do not leave its files behind."""
    if Artifact.objects.filter(sha256=manifest.sha256).exists():
        return
    try:
        check_quota(manifest.size)
    except QuotaFull:
        sweep(manifest.sha256)
        raise


def hold_artifact(artifact: Artifact) -> None:
    """Keep others from dropping it before a row of this transaction refers to it. Raises ArtifactDropped."""
    if not Artifact.objects.select_for_update(no_key=True).filter(pk=artifact.pk).exists():
        raise ArtifactDropped


def drop_artifact(artifact: Artifact, among: QuerySet[Artifact] | None = None) -> bool:
    """Delete its row and its files unless something refers to it; in the transaction that took the last use away.

    With `among` it must be one of these still. The files go inside the transaction, unlike other work on files: as
    long as the row's end is not committed, nobody can make another row of the same content, which would then stand
    there without its files. Other machines are told to remove theirs.
    """
    with transaction.atomic():
        lock_content(artifact.sha256)
        rows = Artifact.objects.all() if among is None else among
        locked = rows.select_for_update(of=("self",)).filter(pk=artifact.pk).first()
        if locked is None:
            return False
        hosts = elsewhere(locked)
        try:
            with transaction.atomic():
                locked.delete()
        except ProtectedError:
            return False
        remove(settings.ARTIFACT_DIR, artifact.sha256)
        for host in hosts:
            ask_to_sweep(artifact.sha256, host)
    return True


def sweep(sha256: str, *, even_with_row: bool = False) -> bool:
    """Remove files of this name from this machine, unless an artifact has it; whether they were removed."""
    with transaction.atomic():
        lock_content(sha256)
        if not even_with_row and Artifact.objects.filter(sha256=sha256).exists():
            return False
        remove(settings.ARTIFACT_DIR, sha256)
    return True


def purge_content(sha256: str) -> None:
    """Remove the files from every machine, from this one at once, whether or not a row of theirs stays."""
    remove(settings.ARTIFACT_DIR, sha256)
    with transaction.atomic():
        copies = ArtifactCopy.objects.filter(artifact__sha256=sha256).select_related("host")
        for host in {copy.host for copy in copies if copy.host.name != settings.HOST_NAME}:
            ask_to_sweep(sha256, host, even_with_row=True)
        copies.delete()


def ask_to_sweep(sha256: str, host: Host, *, even_with_row: bool = False) -> Job:
    """Have a machine remove the files of a row that is gone, or is purged."""
    title, params = f"Remove {sha256[:12]} from {host}", {"sha256": sha256, "even_with_row": even_with_row}
    return enqueue(SWEEP, params, title=title, host=host, queue=a_queue_of(host))


def a_queue_of(host: Host) -> str:
    """A queue that the host takes jobs from; small jobs about its files are done in any."""
    return "default" if "default" in host.queues or not host.queues else host.queues[0]


def lock_content(sha256: str) -> None:
    """Let nobody else make or end a row of this content, or remove its files, before this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [sha256])
