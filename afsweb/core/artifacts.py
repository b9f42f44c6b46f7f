"""Artifacts: rows for stored file sets."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import ProtectedError

from afsweb.core.models import Artifact, ArtifactKind, Job
from afsweb.refusal import Refusal
from afsweb.storage import Manifest, remove, store, verify


class ArtifactDropped(Refusal):
    """Somebody deleted equal files while these were stored, so they are not kept. Run the job again."""


def store_artifact(kind: ArtifactKind, name: str, folder: Path, job: Job | None = None) -> Artifact:
    """Store the files below `folder` and return their artifact; equal content gives the row that is there already.

    Call it outside a transaction: it copies files. Raises `afsweb.storage.StorageError`.
    """
    return keep_artifact(kind, name, store(folder, settings.ARTIFACT_DIR), job)


def keep_artifact(kind: ArtifactKind, name: str, manifest: Manifest, job: Job | None = None) -> Artifact:
    """The artifact whose files were stored as `manifest` says; equal content gives the row that is there already."""
    facts = {"size_bytes": manifest.size, "file_count": len(manifest.files), "manifest": manifest.to_json()}
    artifact, _ = Artifact.objects.get_or_create(
        sha256=manifest.sha256, defaults={"kind": kind, "name": name[:200], "created_by_job": job, **facts}
    )
    return artifact


def artifact_path(artifact: Artifact) -> Path:
    """The folder with the artifact's files on this machine, verified. Raises `ArtifactMissing`, `ArtifactDamaged`."""
    return verify(settings.ARTIFACT_DIR, artifact.sha256)


def hold_artifact(artifact: Artifact) -> None:
    """Keep others from dropping it before a row of this transaction refers to it. Raises ArtifactDropped."""
    if not Artifact.objects.select_for_update(no_key=True).filter(pk=artifact.pk).exists():
        raise ArtifactDropped


def drop_artifact(artifact: Artifact) -> bool:
    """Delete its row and its files unless something refers to it; in the transaction that took the last use away.

    The files go inside it, unlike other work on files: as long as the row's end is not committed, nobody can make
    another row of the same content, which would then stand there without its files.
    """
    locked = Artifact.objects.select_for_update().filter(pk=artifact.pk).first()
    if locked is None:
        return False
    try:
        with transaction.atomic():
            locked.delete()
    except ProtectedError:
        return False
    remove(settings.ARTIFACT_DIR, artifact.sha256)
    return True
