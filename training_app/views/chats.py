"""The conversation on a version's page: ask, stop, begin anew."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from afsweb.core.models import Role
from afsweb.pages import act
from afsweb.permissions import allow, person
from training_app.chatting import ask_on, clear_conversation, stop_answer
from training_app.errors import TrainingError
from training_app.models import ModelVersion
from training_app.rows import version_rows


def get_asked(version_id: UUID) -> ModelVersion:
    return get_object_or_404(version_rows(), uuid=version_id)


@require_POST
@allow(Role.REVIEWER)
def ask(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """The next question of one's conversation; the answer appears on the version's page."""
    version = get_asked(version_id)
    try:
        ask_on(version, request.POST.get("question", ""), by=person(request))
    except TrainingError as error:
        messages.error(request, str(error))
    return redirect(version)


@require_POST
@allow(Role.REVIEWER)
def stop(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Stop the answer to one's own question."""
    said = "It stops; your question is not sent again."
    return act(request, get_asked(version_id), lambda row, by: stop_answer(row, by=by), said)


@require_POST
@allow(Role.REVIEWER)
def clear(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Begin one's conversation anew."""
    said = "A new conversation: nothing that was said is sent again."
    return act(request, get_asked(version_id), lambda row, by: clear_conversation(row, by=by), said)
