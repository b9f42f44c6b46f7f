"""Artifacts in the admin: they change by what jobs do; how long unused ones of a kind stay is a person's to say."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from afsweb.core.admin.readonly import ReadOnly
from afsweb.core.models import Artifact, ArtifactCopy, Shelf


class CopyInline(ReadOnly, admin.TabularInline[ArtifactCopy, Artifact]):
    """The machines that have its files."""

    model = ArtifactCopy


@admin.register(Artifact)
class ArtifactAdmin(ReadOnly, admin.ModelAdmin[Artifact]):
    list_display = ("name", "kind", "size_bytes", "file_count", "created_at")
    list_filter = ("kind",)
    search_fields = ("name", "sha256")
    show_full_result_count = False
    exclude = ("manifest",)
    inlines = (CopyInline,)


@admin.register(Shelf)
class ShelfAdmin(admin.ModelAdmin[Shelf]):
    """How many there are is counted; how long unused ones stay can be changed."""

    list_display = ("kind", "artifacts", "size_bytes", "keep_days", "keep_newest")
    readonly_fields = ("kind", "artifacts", "size_bytes")

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False
