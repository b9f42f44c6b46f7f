"""The review page, as plain forms: it works without our script, which only makes it fast (see wire.py)."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from afsweb.core.models import Role, User
from afsweb.pages import render_page
from afsweb.permissions import allow, person
from datasets_app.models import Review, Sample, SampleVersion
from datasets_app.review.bar import bar_of
from datasets_app.review.cards import Card, load_cards
from datasets_app.review.claim import claim
from datasets_app.review.decisions import decide
from datasets_app.review.errors import NothingToUndo, ReviewError
from datasets_app.review.forms import AddressForm, DecisionForm, parse_uuid
from datasets_app.review.leases import claim_one
from datasets_app.review.queue import Queue, Show, count_waiting, filtered
from datasets_app.review.queues import reviewable
from datasets_app.review.undo import recent_actions, undo, undo_action
from datasets_app.search.filters import FilterGone, SampleFilter

SAVED = {
    "accept": "Accepted.",
    "reject": "Rejected.",
    "skip": "Skipped.",
    "golden": "Golden.",
    "flag": "Flagged.",
    "ungold": "No longer golden.",
}
WAITS = "Accepted. It is golden once a second person approves it."


def queue_of(request: HttpRequest) -> Queue:
    """The queue that the address names: a saved one, or the filters of the list; 404 for an address that names none."""
    told, user = request.GET, person(request)
    try:
        show = Show(told.get("show") or Show.WAITING)
        if told.get("queue"):
            rules = get_object_or_404(reviewable(user), uuid=parse_uuid(told["queue"]))
            queue = Queue(rules, show)
        else:
            queue = filtered(show, **{name: told[name] for name in SampleFilter.base_fields if name in told})
            queue.rules.order = user.review_order or queue.rules.order
        queue.wanted(user)  # it is asked for now, to refuse what means nothing
    except (ValueError, FilterGone) as error:
        raise Http404(f"There is no such queue. {error}") from error
    return queue


def card_context(queue: Queue, card: Card | None, bar: str | None = None) -> dict[str, object]:
    """What the partial `card` needs; without a card what the page needs to say so."""
    return {"card": card, "queue": queue, "query": queue.query(), "bar": bar}


def empty_context(queue: Queue, user: User) -> dict[str, object]:
    """What the partial `empty` needs: how many others hold, how many this person has passed over."""
    return {"waiting": count_waiting(queue, user), "passed": count_waiting(Queue(show=Show.PASSED), user)}


@require_GET
@allow(Role.REVIEWER)
def review(request: HttpRequest) -> HttpResponse:
    """The next sample of the queue with its evidence; `?sample=` shows that one first, whatever its state."""
    queue, user = queue_of(request), person(request)
    card = _asked_for(request, user) or next(iter(load_cards(claim(queue, user, 1))), None)
    form = AddressForm(request.GET)
    form.offer_domains()
    bar = bar_of(request, queue).under(card, queue.ticket(card.repeat_of_id)) if card else None
    context = card_context(queue, card, bar) | {
        "queue_form": form,
        "source": queue.wanted(user).get("source"),
        "last": next(iter(recent_actions(user, 1)), None),
    }
    if card is None:
        context |= empty_context(queue, user)
    return render_page(request, "datasets/review.html", context)


@require_POST
@allow(Role.REVIEWER)
def decide_sample_version(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Take the decision of a plain form, and show the next sample; after a conflict, the same one again."""
    queue, version = queue_of(request), get_object_or_404(SampleVersion.objects.defer("search"), uuid=version_id)
    form = DecisionForm(request.POST)
    try:
        if not form.is_valid():
            return again(request, queue, version, *problems(form))
        taken = decide(person(request), version, **form.cleaned_data)
    except ReviewError as error:
        return again(request, queue, version, str(error))
    messages.success(request, WAITS if taken.waits else SAVED[taken.decision])
    return redirect(f"{reverse('review')}?{queue.query()}")


@require_POST
@allow(Role.REVIEWER)
def undo_review(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Undo one decision, and show its sample: in the queue, or on the page whose history had the button."""
    taken = get_object_or_404(Review.objects.select_related("reviewer", "sample"), uuid=review_id)
    try:
        undo(person(request), taken)
        messages.success(request, "Undone.")
    except ReviewError as error:
        messages.error(request, str(error))
    if request.POST.get("back") == "sample":
        return redirect(taken.sample)
    # A repeat that is asked for by its address would show what became of the sample.
    about = {} if taken.repeat_of_id else {"sample": taken.sample.uuid}
    return redirect(f"{reverse('review')}?{queue_of(request).query(**about)}")


@require_POST
@allow(Role.REVIEWER)
def undo_newest(request: HttpRequest) -> HttpResponse:
    """Undo what this person decided last, or the action whose `key` the page names, and show its sample."""
    user, queue = person(request), queue_of(request)
    newest = recent_actions(user, 1)
    key = parse_uuid(request.POST.get("key")) or (newest[0].key if newest else None)
    try:
        if key is None:
            raise NothingToUndo
        sample = undo_action(user, key)[0]
        messages.success(request, "Undone.")
    except ReviewError as error:
        messages.error(request, str(error))
        return redirect(f"{reverse('review')}?{queue.query()}")
    # A repeat that is asked for by its address would show what became of the sample.
    is_repeat = Review.objects.filter(key=key, repeat_of__isnull=False).exists()
    return redirect(f"{reverse('review')}?{queue.query(**({} if is_repeat else {'sample': sample.uuid}))}")


def _asked_for(request: HttpRequest, user: User) -> Card | None:
    if "sample" not in request.GET:
        return None
    sample = get_object_or_404(Sample, uuid=parse_uuid(request.GET["sample"]), current__isnull=False)
    claim_one(sample, user)
    return load_cards({sample.pk: None})[0]


def problems(form: DecisionForm) -> list[str]:
    """What is wrong with a form, sentence by sentence."""
    return [str(error) for errors in form.errors.values() for error in errors]


def again(request: HttpRequest, queue: Queue, version: SampleVersion, *said: str) -> HttpResponse:
    """Show the sample of `version` again, with what stood in the way."""
    for problem in said:
        messages.error(request, problem)
    sample = Sample.objects.values_list("uuid", flat=True).get(pk=version.sample_id)
    return redirect(f"{reverse('review')}?{queue.query(sample=sample)}")
