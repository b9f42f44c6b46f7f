"""The page on which a person says what they want to be told of, and where."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from afsweb.core.models import Channel, DeliveryState, Role
from afsweb.core.notifications import channels as mine
from afsweb.core.notifications.errors import TestUnderWay
from afsweb.core.notifications.forms import ChannelForm, chosen_in, table_of
from afsweb.pages import render_page
from afsweb.permissions import allow, person


@require_http_methods(["GET", "POST"])
@allow(Role.VIEWER)
def edit_notifications(request: HttpRequest) -> HttpResponse:
    """What I am told of, and by which of my channels."""
    if request.method == "POST":
        mine.choose(person(request), chosen_in(request.POST, person(request)))
        messages.success(request, "Saved.")
        return redirect("edit_notifications")
    return _page(request, ChannelForm())


@sensitive_post_parameters("address")
@require_POST
@never_cache
@allow(Role.VIEWER)
def add_channel(request: HttpRequest) -> HttpResponse:
    """A new channel; what a webhook signs with is shown in this answer, once."""
    form = ChannelForm(request.POST)
    added = form.add(person(request)) if form.is_valid() else None
    if added is None:
        return _page(request, form)
    if added.secret:
        return _page(request, ChannelForm(), added=added)
    messages.success(request, f"“{added.channel}” is there: choose what it tells you of, and send a test.")
    return redirect("edit_notifications")


@require_POST
@allow(Role.VIEWER)
def test_channel(request: HttpRequest, channel_id: UUID) -> HttpResponse:
    """Send a test by one of my channels."""
    channel = get_object_or_404(Channel, person=person(request), uuid=channel_id)
    try:
        mine.send_test(channel)
    except TestUnderWay as error:
        messages.error(request, str(error))
    return redirect("edit_notifications")


@require_POST
@allow(Role.VIEWER)
def delete_channel(request: HttpRequest, channel_id: UUID) -> HttpResponse:
    """Forget one of my channels."""
    channel = get_object_or_404(Channel, person=person(request), uuid=channel_id)
    mine.delete_channel(channel)
    messages.success(request, f"“{channel}” is forgotten.")
    return redirect("edit_notifications")


def _page(request: HttpRequest, form: ChannelForm, **more: Any) -> HttpResponse:
    channels = list(mine.channels_of(person(request)))
    waits = any(channel.newest_state in DeliveryState.open() for channel in channels)
    context = {"form": form, "channels": channels, "table": table_of(person(request), channels), "waits": waits}
    return render_page(request, "core/channels.html", context | more, partial="live")
