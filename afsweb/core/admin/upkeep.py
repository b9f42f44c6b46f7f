"""What the house keeps about itself, in the admin: written by jobs, changed by nobody."""

from __future__ import annotations

from django.contrib import admin

from afsweb.core.admin.readonly import ReadOnly
from afsweb.core.models import (
    ArtifactCheck,
    CatalogueItem,
    CataloguePoint,
    Finding,
    GpuReading,
    ModelBackup,
    Pulse,
    WatchedItem,
)


@admin.register(CatalogueItem)
class CatalogueItemAdmin(ReadOnly, admin.ModelAdmin[CatalogueItem]):
    list_display = ("name", "subject", "count", "size_bytes", "changed_at", "gone_at")
    list_filter = ("subject",)
    search_fields = ("name", "sha256")
    show_full_result_count = False
    ordering = ("-pk",)


@admin.register(CataloguePoint)
class CataloguePointAdmin(ReadOnly, admin.ModelAdmin[CataloguePoint]):
    list_display = ("at", "subject", "name", "count", "size_bytes")
    list_filter = ("subject",)
    show_full_result_count = False
    ordering = ("-pk",)


@admin.register(WatchedItem)
class WatchedItemAdmin(ReadOnly, admin.ModelAdmin[WatchedItem]):
    list_display = ("path", "host", "folder", "kind", "size_bytes", "managed_url", "gone_at")
    list_filter = ("kind", "host")
    list_select_related = ("host",)
    search_fields = ("path", "sha256")
    show_full_result_count = False
    ordering = ("-pk",)


@admin.register(Finding)
class FindingAdmin(ReadOnly, admin.ModelAdmin[Finding]):
    list_display = ("text", "check_name", "created_at", "seen_at", "settled_at")
    list_filter = ("check_name",)
    search_fields = ("text",)
    show_full_result_count = False
    ordering = ("-pk",)


@admin.register(ArtifactCheck)
class ArtifactCheckAdmin(ReadOnly, admin.ModelAdmin[ArtifactCheck]):
    list_display = ("artifact", "host", "at", "is_whole")
    list_filter = ("is_whole",)
    list_select_related = ("artifact", "host")
    show_full_result_count = False
    ordering = ("-pk",)


@admin.register(ModelBackup)
class ModelBackupAdmin(ReadOnly, admin.ModelAdmin[ModelBackup]):
    list_display = ("day", "count", "size_bytes", "new_bytes", "checked_at", "removed_at")
    ordering = ("-day",)


@admin.register(Pulse)
class PulseAdmin(ReadOnly, admin.ModelAdmin[Pulse]):
    list_display = ("job", "step", "step_at", "usual_seconds", "stalled_at")
    list_select_related = ("job",)
    show_full_result_count = False


@admin.register(GpuReading)
class GpuReadingAdmin(ReadOnly, admin.ModelAdmin[GpuReading]):
    list_display = ("job", "at", "gpu", "busy", "memory_used", "memory_total", "celsius")
    list_select_related = ("job",)
    show_full_result_count = False
    ordering = ("-pk",)
