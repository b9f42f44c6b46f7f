"""The pages of artifacts: which file sets are stored, what is in them, what uses them."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from afsweb.core.models import Artifact, ArtifactKind, Role
from afsweb.core.uses import uses_of
from afsweb.pages import keyset_page, render_page
from afsweb.permissions import allow

SHOWN_FILES = 200


@require_GET
@allow(Role.VIEWER)
def list_artifacts(request: HttpRequest) -> HttpResponse:
    """The stored file sets, newest first; `?kind=` narrows them."""
    kind = request.GET.get("kind", "")
    artifacts = Artifact.objects.select_related("created_by_job").defer("manifest")
    if kind in ArtifactKind.values:
        artifacts = artifacts.filter(kind=kind)
    context = {"page": keyset_page(artifacts, request), "kinds": ArtifactKind.choices, "kind": kind}
    return render_page(request, "core/artifacts.html", context)


@require_GET
@allow(Role.VIEWER)
def show_artifact(request: HttpRequest, artifact_id: UUID) -> HttpResponse:
    """One file set: its files with their hashes, and what uses it."""
    artifact = get_object_or_404(Artifact.objects.select_related("created_by_job"), uuid=artifact_id)
    context = {
        "artifact": artifact,
        "files": artifact.manifest["files"][:SHOWN_FILES],
        "uses": uses_of(artifact),
    }
    return render_page(request, "core/artifact.html", context)
