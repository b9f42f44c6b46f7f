"""The page of the models' backups: which days there are, what they hold, whether they were read back."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from afsweb.core.models import ModelBackup, Role
from afsweb.pages import keyset_page, render_page
from afsweb.permissions import allow


@require_GET
@allow(Role.VIEWER)
def list_model_backups(request: HttpRequest) -> HttpResponse:
    """The days, newest first."""
    rows = ModelBackup.objects.select_related("job").defer("contents")
    context = {"page": keyset_page(rows, request), "folder": settings.MODEL_BACKUP_DIR}
    return render_page(request, "training/backups.html", context)


@require_GET
@allow(Role.VIEWER)
def show_model_backup(request: HttpRequest, backup_id: UUID) -> HttpResponse:
    """One day: every model in it, and what was wrong."""
    backup = get_object_or_404(ModelBackup.objects.select_related("job"), uuid=backup_id)
    return render_page(request, "training/backup.html", {"backup": backup})
