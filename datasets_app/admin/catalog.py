"""Domains, sources, campaigns and snapshots in the admin. They are made and stopped on their own pages."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from afsweb.core.admin.readonly import ReadOnly
from afsweb.core.history import record
from afsweb.core.models import EventSource, User
from datasets_app.admin.paging import CappedPaginator
from datasets_app.models import Campaign, Domain, PromptVersion, Snapshot, Source


@admin.register(Domain)
class DomainAdmin(admin.ModelAdmin[Domain]):
    """A domain's code and its first threshold come with the program; a gate version says what counts now."""

    list_display = ("slug", "name", "threshold", "golden_approvals", "is_active")
    fields = ("slug", "name", "description", "threshold", "golden_approvals", "is_active")
    readonly_fields = ("slug", "threshold")

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Domain, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        assert isinstance(request.user, User)
        before = {name: form.initial[name] for name in form.changed_data}
        after = {name: form.cleaned_data[name] for name in form.changed_data}
        record("change", obj, actor=request.user, source=EventSource.ADMIN, before=before, after=after)


@admin.register(Source)
class SourceAdmin(ReadOnly, admin.ModelAdmin[Source]):
    list_display = ("name", "domain", "kind", "state", "imported", "rejected", "created_by", "created_at")
    list_filter = ("kind", "state", "domain")
    list_select_related = ("domain", "created_by")
    search_fields = ("name", "sha256")
    show_full_result_count = False
    paginator = CappedPaginator
    ordering = ("-pk",)


@admin.register(Campaign)
class CampaignAdmin(ReadOnly, admin.ModelAdmin[Campaign]):
    list_display = ("name", "domain", "generator", "target", "state", "created_by", "created_at")
    list_filter = ("state", "domain")
    list_select_related = ("domain", "created_by")
    search_fields = ("name",)
    show_full_result_count = False
    ordering = ("-pk",)


@admin.register(PromptVersion)
class PromptVersionAdmin(ReadOnly, admin.ModelAdmin[PromptVersion]):
    list_display = ("name", "number", "domain", "created_by", "created_at")
    list_filter = ("domain",)
    list_select_related = ("domain", "created_by")
    search_fields = ("name",)
    ordering = ("-pk",)


@admin.register(Snapshot)
class SnapshotAdmin(ReadOnly, admin.ModelAdmin[Snapshot]):
    list_display = ("name", "domain", "state", "train_count", "validation_count", "is_archived", "created_at")
    list_filter = ("state", "domain")
    list_select_related = ("domain",)
    search_fields = ("name", "sha256")
    show_full_result_count = False
    ordering = ("-pk",)
