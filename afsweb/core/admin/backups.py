"""Backups in the admin: which were made, and what their last check found."""

from __future__ import annotations

from django.contrib import admin

from afsweb.core.admin.readonly import ReadOnly
from afsweb.core.models import Backup


@admin.register(Backup)
class BackupAdmin(ReadOnly, admin.ModelAdmin[Backup]):
    """Made by `afs backup` and by the Backups page."""

    list_display = ("__str__", "created_at", "size_bytes", "artifact_count", "missing_count", "verified_at", "problem")
    list_select_related = ("job", "created_by")
    show_full_result_count = False
