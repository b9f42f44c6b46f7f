"""History in the admin: who changed what, when and why."""

from __future__ import annotations

from django.contrib import admin

from afsweb.core.admin.readonly import ReadOnly
from afsweb.core.models import Event


@admin.register(Event)
class EventAdmin(ReadOnly, admin.ModelAdmin[Event]):
    list_display = ("at", "actor", "source", "verb", "object_type", "object_id", "reason")
    list_filter = ("source",)
    list_select_related = ("actor",)
    search_fields = ("verb", "object_type", "reason")
    show_full_result_count = False
    ordering = ("-pk",)
