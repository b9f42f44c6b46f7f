"""Jobs in the admin: look at everything, stop and retry many at once."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join

from afsweb.core.admin.readonly import ReadOnly
from afsweb.core.jobs import actions
from afsweb.core.jobs.actions import Actor
from afsweb.core.jobs.errors import JobError
from afsweb.core.models import EventSource, Job, JobLog, Role, User

LOG_LINES = 200


@admin.register(Job)
class JobAdmin(ReadOnly, admin.ModelAdmin[Job]):
    list_display = ("title", "kind", "state", "queue", "priority", "host", "attempt", "created_at", "finished_at")
    list_filter = ("state", "queue", "host")
    list_select_related = ("host",)
    search_fields = ("title", "kind")
    show_full_result_count = False
    readonly_fields = ("log_tail",)
    actions = ("stop", "retry")

    @admin.display(description=f"last {LOG_LINES} lines of its log")
    def log_tail(self, job: Job) -> str:
        lines = reversed(JobLog.objects.filter(job=job).order_by("-pk")[:LOG_LINES])
        return format_html_join("", "{} {}<br>", ((f"{line.at:%H:%M:%S}", line.text) for line in lines))

    def has_act_permission(self, request: HttpRequest) -> bool:
        return isinstance(request.user, User) and request.user.has_role(Role.TRAINER)

    @admin.action(description="Stop the selected jobs", permissions=["act"])
    def stop(self, request: HttpRequest, jobs: QuerySet[Job]) -> None:
        act_on_all(request, jobs, actions.cancel, "asked to stop")

    @admin.action(description="Retry the selected jobs", permissions=["act"])
    def retry(self, request: HttpRequest, jobs: QuerySet[Job]) -> None:
        act_on_all(request, jobs, actions.retry, "in the line again")


def act_on_all(request: HttpRequest, jobs: QuerySet[Job], action: Callable[[Job, Actor], None], done: str) -> None:
    """Do it with each, and say for which it worked and why not for the others."""
    assert isinstance(request.user, User)
    actor, count = Actor(request.user, EventSource.ADMIN), 0
    for job in jobs:
        try:
            action(job, actor)
            count += 1
        except JobError as error:
            messages.error(request, str(error))
    if count:
        messages.success(request, f"{count} {'job is' if count == 1 else 'jobs are'} {done}.")
