"""Errors in the admin: what nobody expected, where, how often, with the traceback."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html

from afsweb.core.admin.readonly import ReadOnly
from afsweb.core.models import ErrorReport, Role, User


@admin.register(ErrorReport)
class ErrorReportAdmin(ReadOnly, admin.ModelAdmin[ErrorReport]):
    """Delete what is put right: when it comes again, it is counted anew."""

    list_display = ("last_at", "count", "kind", "place", "about", "message")
    search_fields = ("kind", "place", "about", "message")
    fields = ("kind", "place", "message", "count", "first_at", "last_at", "about", "request", "job", "host", "lines")
    readonly_fields = ("lines",)
    ordering = ("-last_at",)

    @admin.display(description="traceback")
    def lines(self, report: ErrorReport) -> str:
        return format_html("<pre>{}</pre>", report.traceback)

    def has_delete_permission(self, request: HttpRequest, _report: ErrorReport | None = None) -> bool:
        return isinstance(request.user, User) and request.user.has_role(Role.ADMIN)
