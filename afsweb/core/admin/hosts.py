"""Hosts in the admin: what they last said, and how many jobs may share their GPUs."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from afsweb.core.admin.readonly import ReadOnly
from afsweb.core.models import Host, HostInvite


@admin.register(Host)
class HostAdmin(admin.ModelAdmin[Host]):
    """A host's row is written by its workers; only its number of GPU slots is a person's to say."""

    list_display = ("name", "state", "platform", "code_version", "gpu_slots", "seen_at")
    list_filter = ("state",)
    readonly_fields = (
        "name",
        "state",
        "platform",
        "python_version",
        "code_version",
        "queues",
        "gpus",
        "disk_free_bytes",
        "disk_total_bytes",
        "findings",
        "checked_at",
        "joined_at",
        "may_use_keys",
        "seen_at",
    )

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False


@admin.register(HostInvite)
class HostInviteAdmin(ReadOnly, admin.ModelAdmin[HostInvite]):
    """Who let which machine join, and when it did. Invitations are made on the Hosts page."""

    list_display = ("host_name", "created_by", "created_at", "used_at", "may_use_keys")
    list_select_related = ("created_by",)
