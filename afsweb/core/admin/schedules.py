"""Schedules in the admin: an admin changes when and what; wrong times are refused with what is wrong."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from afsweb.core.admin.readonly import ReadOnly
from afsweb.core.history import record
from afsweb.core.jobs.registry import kind_names
from afsweb.core.models import EventSource, Schedule, ScheduledRun, User
from afsweb.core.schedules.actions import check_work, set_times
from afsweb.core.schedules.cron import find_zone, next_after
from afsweb.core.schedules.errors import BadCronLine, BadParams, NoSuchTimeZone, ScheduleError

TOLD = ("name", "kind", "params", "cron", "time_zone", "is_enabled")
FIELD_OF: dict[type[ScheduleError], str] = {BadCronLine: "cron", NoSuchTimeZone: "time_zone", BadParams: "params"}


class ScheduleForm(forms.ModelForm[Schedule]):
    kind = forms.ChoiceField(choices=lambda: [(name, name) for name in kind_names()])

    class Meta:
        model = Schedule
        fields = ("name", "purpose", "kind", "params", "cron", "time_zone", "host", "is_enabled")

    def clean(self) -> dict[str, Any]:
        """Refuse what could never run, beside the field that is wrong."""
        data = super().clean() or {}
        try:
            if "time_zone" in data:
                find_zone(data["time_zone"])
            if {"cron", "time_zone"} <= set(data):
                next_after(data["cron"], data["time_zone"], timezone.now())
            if {"kind", "params"} <= set(data):
                data["params"] = {} if data["params"] is None else data["params"]
                check_work(data["kind"], data["params"])
        except ScheduleError as error:
            self.add_error(FIELD_OF.get(type(error), "kind"), str(error))
        return data


@admin.register(Schedule)
class ScheduleAdmin(admin.ModelAdmin[Schedule]):
    form = ScheduleForm
    list_display = ("name", "kind", "cron", "time_zone", "host", "is_enabled", "next_at")
    list_filter = ("is_enabled",)
    list_select_related = ("host",)
    readonly_fields = ("next_at", "last_job", "problem")

    def save_model(self, request: HttpRequest, schedule: Schedule, form: Any, change: bool) -> None:
        """Save it with its next time, and a line of history of what was changed."""
        assert isinstance(request.user, User)
        known = Schedule.objects.filter(pk=schedule.pk).values(*TOLD).first() or {}
        after = {name: getattr(schedule, name) for name in TOLD if getattr(schedule, name) != known.get(name)}
        before = {name: known[name] for name in after if name in known}
        set_times(schedule)
        with transaction.atomic():
            super().save_model(request, schedule, form, change)
            verb = "change" if change else "add"
            record(verb, schedule, actor=request.user, source=EventSource.ADMIN, before=before, after=after)


@admin.register(ScheduledRun)
class ScheduledRunAdmin(ReadOnly, admin.ModelAdmin[ScheduledRun]):
    list_display = ("schedule", "at", "due_at", "job", "note")
    list_select_related = ("schedule", "job")
    show_full_result_count = False
    ordering = ("-pk",)
