"""The page of backups: which there are, how old, whether they were verified; making and verifying one."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from afsweb.core.backups.jobs import open_jobs, start_backup, start_check
from afsweb.core.backups.keeping import DUE, recent_backups, shares_its_disk
from afsweb.core.models import Backup, Role
from afsweb.doctor.disk import space_at
from afsweb.pages import keyset_page, render_page
from afsweb.permissions import allow, person
from afsweb.refusal import Refusal


@require_GET
@allow(Role.ADMIN)
def list_backups(request: HttpRequest) -> HttpResponse:
    """The backups, newest first, with the one that is being made."""
    page = keyset_page(Backup.objects.select_related("created_by"), request)
    context = {
        "page": page,
        "jobs": open_jobs(),
        "is_due": bool(page) and not recent_backups().exists(),
        "days": DUE.days,
        "folder": settings.BACKUP_DIR,
        "free_bytes": space_at(settings.BACKUP_DIR).free,
        "shares_its_disk": shares_its_disk(),
    }
    return render_page(request, "core/backups.html", context)


@require_POST
@allow(Role.ADMIN)
def make_backup(request: HttpRequest) -> HttpResponse:
    """Have one made; its progress is on the page."""
    try:
        start_backup(person(request))
    except Refusal as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "A backup is being made; everybody can go on working.")
    return redirect("list_backups")


@require_POST
@allow(Role.ADMIN)
def verify_backup(request: HttpRequest, backup_id: UUID) -> HttpResponse:
    """Have every byte of one read again."""
    backup = get_object_or_404(Backup, uuid=backup_id)
    try:
        return redirect(start_check(backup, person(request)))
    except Refusal as error:
        messages.error(request, str(error))
        return redirect("list_backups")
