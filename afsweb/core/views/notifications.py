"""The page of a person's notifications: unread ones first, and marking them as read."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from afsweb.core.models import Notification, Role
from afsweb.core.notifications import mark_read, unread
from afsweb.core.notifications.telling import shown
from afsweb.pages import keyset_page, render_page
from afsweb.permissions import allow, person

SHOWN_UNREAD = 200


@require_GET
@allow(Role.VIEWER)
def list_notifications(request: HttpRequest) -> HttpResponse:
    """What I have not read, then what I have; the newest first."""
    user = person(request)
    is_first = "before" not in request.GET
    read = shown(user).filter(read_at__isnull=False)
    context = {
        "unread": list(unread(user).order_by("-pk")[:SHOWN_UNREAD]) if is_first else [],
        "page": keyset_page(read, request),
    }
    return render_page(request, "core/notifications.html", context)


@require_POST
@allow(Role.VIEWER)
def open_notification(request: HttpRequest, notification_id: int) -> HttpResponse:
    """Mark one as read and go to what it is about."""
    mine = get_object_or_404(Notification, person=person(request), pk=min(notification_id, 2**63 - 1))
    mark_read(person(request), [mine.pk])
    if "stay" in request.POST:
        return redirect("list_notifications")
    return redirect(mine.link)


@require_POST
@allow(Role.VIEWER)
def read_all_notifications(request: HttpRequest) -> HttpResponse:
    """Mark all of mine as read."""
    count = mark_read(person(request))
    messages.success(request, f"{count} marked as read." if count else "There was nothing unread.")
    return redirect("list_notifications")
