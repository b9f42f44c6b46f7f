"""The pages of artifacts: which file sets are stored, what is in them, what uses them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import ForeignObjectRel, Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from afsweb.core.models import Artifact, ArtifactKind, Role
from afsweb.pages import keyset_page, render_page
from afsweb.permissions import allow

SHOWN_USERS = 10
SHOWN_FILES = 200


@dataclass(frozen=True)
class Use:
    """A row that uses an artifact: what it is, its name, its page where it has one."""

    kind: str
    name: str
    url: str


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


def uses_of(artifact: Artifact) -> list[Use]:
    """What refers to the artifact, whichever app it belongs to: core knows none of them, the relations do."""
    return [use for relation in artifact._meta.related_objects for use in _uses(artifact, relation)]


def _uses(artifact: Artifact, relation: ForeignObjectRel) -> list[Use]:
    model = relation.related_model
    assert isinstance(model, type)
    rows = model._default_manager.filter(**{relation.field.name: artifact}).order_by("-pk")[:SHOWN_USERS]
    return [Use(str(model._meta.verbose_name), str(row), _url(row)) for row in rows]


def _url(row: Model) -> str:
    return str(row.get_absolute_url()) if hasattr(row, "get_absolute_url") else ""
