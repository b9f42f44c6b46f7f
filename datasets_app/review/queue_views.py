"""The pages of queues: which there are, what is in one and who has done what, making and changing them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afsweb.core.history import history_of
from afsweb.core.models import Role, User
from afsweb.pages import act, keyset_page, render_page
from afsweb.permissions import allow, person
from datasets_app.errors import DatasetError
from datasets_app.models import ReviewQueue
from datasets_app.review.agreement import agreement
from datasets_app.review.order import EXPLAINED
from datasets_app.review.progress import progress
from datasets_app.review.queue import COUNT_CAP, Queue, coming, count_waiting
from datasets_app.review.queue_forms import QueueForm
from datasets_app.review.queues import add_queue, archive_queue, change_queue, reviewable, visible
from datasets_app.search.filters import FilterGone, SampleFilter

SHOWN = 10


@require_GET
@allow(Role.REVIEWER)
def list_queues(request: HttpRequest) -> HttpResponse:
    """The queues that this person sees, newest first; `?archived=yes` those out of use."""
    archived = request.GET.get("archived") == "yes"
    queues, user = visible(person(request)).filter(is_archived=archived), person(request)
    page = keyset_page(queues.prefetch_related("reviewers"), request)
    may_review = set(reviewable(user).filter(pk__in=[queue.pk for queue in page.rows]).values_list("pk", flat=True))
    context = {"page": page, "archived": archived, "may_review": may_review}
    return render_page(request, "datasets/queues.html", context)


@require_GET
@allow(Role.REVIEWER)
def show_queue(request: HttpRequest, queue_id: UUID) -> HttpResponse:
    """One queue: its rules, what comes next, everybody's progress, consistency and agreement."""
    queue, user = get_queue(queue_id, person(request)), person(request)
    context = {
        "queue": queue,
        "explained": EXPLAINED[queue.order],  # type: ignore[index]
        "filters": told_filters(queue, user),
        "reviewers": list(queue.reviewers.order_by("username")),
        "progress": progress(queue),
        "agreement": agreement(queue) if queue.overlap > 1 else None,
        "history": history_of(queue)[:20],
        "may_change": queue.may_change(user),
        "may_review": reviewable(user).filter(pk=queue.pk).exists(),
    }
    return render_page(request, "datasets/queue.html", context | _what_waits(queue, user))


@require_http_methods(["GET", "POST"])
@allow(Role.REVIEWER)
def new_queue(request: HttpRequest) -> HttpResponse:
    """The form that makes a queue; the filters of the address are those it begins with."""
    user = person(request)
    if request.method == "GET":
        return _form_page(request, QueueForm(instance=ReviewQueue()), SampleFilter(request.GET, user))
    form = QueueForm(request.POST, instance=ReviewQueue())
    return _saved(request, form, lambda rules: add_queue(user, **rules))


@require_http_methods(["GET", "POST"])
@allow(Role.REVIEWER)
def edit_queue(request: HttpRequest, queue_id: UUID) -> HttpResponse:
    """The form that changes a queue."""
    user = person(request)
    queue = get_queue(queue_id, user)
    if request.method == "GET":
        return _form_page(request, QueueForm(instance=queue), SampleFilter(queue.query, user), queue)
    form = QueueForm(request.POST, instance=get_queue(queue_id, user))
    return _saved(request, form, lambda rules: change_queue(queue, user, **rules), queue)


@require_POST
@allow(Role.REVIEWER)
def archive(request: HttpRequest, queue_id: UUID) -> HttpResponse:
    """Take a queue out of use; what was decided from it stays."""
    return _turn(request, queue_id, True, "Archived: nobody reviews from it.")


@require_POST
@allow(Role.REVIEWER)
def restore(request: HttpRequest, queue_id: UUID) -> HttpResponse:
    """Bring an archived queue back."""
    return _turn(request, queue_id, False, "Restored: it can be reviewed from again.")


def get_queue(queue_id: UUID, user: User) -> ReviewQueue:
    """The queue of that id that `user` may see; 404 otherwise."""
    return get_object_or_404(visible(user), uuid=queue_id)


def told_filters(queue: ReviewQueue, user: User) -> list[tuple[str, str]]:
    """The fields of a queue's filter with their values, as the list of samples calls them."""
    form = SampleFilter(queue.query, user)
    wanted = form.wanted()
    known = [name for name in queue.query if name in form.fields]
    return [(str(form[name].label), str(wanted.get(name, queue.query[name]))) for name in known]


def asked_filters(told: Mapping[str, Any]) -> dict[str, str]:
    """The filter that a form was sent with: field -> text, without empty ones."""
    return {name: str(told[name]) for name in SampleFilter.base_fields if told.get(name)}


def _what_waits(rules: ReviewQueue, user: User) -> dict[str, Any]:
    """How many wait for `user` and which come next, or why that cannot be said."""
    queue = Queue(rules)
    try:
        return {"waiting": count_waiting(queue, user), "cap": COUNT_CAP, "coming": coming(queue, user, SHOWN)}
    except FilterGone as error:
        return {"broken": str(error)}


def _form_page(
    request: HttpRequest, form: QueueForm, filters: SampleFilter, queue: ReviewQueue | None = None, status: int = 200
) -> HttpResponse:
    context = {"form": form, "filters": filters, "queue": queue, "explained": EXPLAINED.items()}
    return render_page(request, "datasets/queue_edit.html", context, status=status)


def _saved(request: HttpRequest, form: QueueForm, save: Any, queue: ReviewQueue | None = None) -> HttpResponse:
    if form.is_valid():
        try:
            return redirect(save(form.rules() | {"query": asked_filters(request.POST)}))
        except DatasetError as error:
            form.add_error(None, str(error))
    return _form_page(request, form, SampleFilter(request.POST, person(request)), queue)


def _turn(request: HttpRequest, queue_id: UUID, archived: bool, said: str) -> HttpResponse:
    queue = get_queue(queue_id, person(request))
    return act(request, queue, lambda row, user: archive_queue(row, user, archived=archived), said)
