"""Artifacts: rows for stored file sets."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from afsweb.core.models import Artifact, ArtifactKind, Job
from afsweb.storage import Manifest, store, verify


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
