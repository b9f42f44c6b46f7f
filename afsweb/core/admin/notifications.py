"""Channels and deliveries in the admin: what works and what does not; what they say is their person's alone."""

from __future__ import annotations

from django.contrib import admin

from afsweb.core.admin.readonly import ReadOnly
from afsweb.core.models import Channel, Delivery


@admin.register(Channel)
class ChannelAdmin(ReadOnly, admin.ModelAdmin[Channel]):
    list_display = ("name", "kind", "person", "failing_since", "died_at", "last_error")
    list_filter = ("kind",)
    list_select_related = ("person",)
    search_fields = ("name", "person__username")
    exclude = ("address", "secret")
    ordering = ("-pk",)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly, admin.ModelAdmin[Delivery]):
    list_display = ("uuid", "channel", "state", "tries", "next_at", "sent_at", "last_error")
    list_filter = ("state", "is_test")
    list_select_related = ("channel",)
    exclude = ("notification",)
    show_full_result_count = False
    ordering = ("-pk",)
