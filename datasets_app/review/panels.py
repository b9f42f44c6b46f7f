"""What the review page shows of a sample when asked: its verdict made anew, its neighbours, its near-duplicates."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afsweb.core.models import Role
from afsweb.pages import render_page
from afsweb.permissions import allow, person
from datasets_app.models import RejectReason, Sample, SampleVersion
from datasets_app.review.bar import bar_of
from datasets_app.review.cards import load_cards
from datasets_app.review.checking import check_again
from datasets_app.review.cluster import LIMIT, decide_cluster, look_at_cluster
from datasets_app.review.errors import ReviewError
from datasets_app.review.forms import DecisionForm
from datasets_app.review.views import again, card_context, problems, queue_of
from datasets_app.review.wire import rendered
from datasets_app.search.neighbours import near_samples


@require_GET
@allow(Role.VIEWER)
def list_neighbours(request: HttpRequest, sample_id: UUID) -> HttpResponse:
    """The samples nearest to one, for a card: a fragment that costs a search of the vector index."""
    sample = get_object_or_404(Sample, uuid=sample_id, current__isnull=False)
    return render_page(request, "datasets/_near.html", {"near": near_samples(sample)})


@require_POST
@allow(Role.REVIEWER)
def verify_sample_version(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Make verdict and score of a version anew. Answers the card and a sentence to the script, the page to a form."""
    version = _version(version_id)
    try:
        said = "Verified again: something has changed." if check_again(version) else "Verified again: it is as before."
        refused = False
    except ReviewError as error:
        said, refused = str(error), True
    if not request.accepts("text/html"):
        queue, (card,) = queue_of(request), load_cards({version.sample_id: None})
        shown = rendered(request, queue, card, bar_of(request, queue).under(card, queue.ticket()))
        return JsonResponse({"message": said, "card": shown}, status=422 if refused else 200)
    (messages.error if refused else messages.success)(request, said)
    return redirect(f"{reverse('review')}?{queue_of(request).query(sample=version.sample.uuid)}")


@require_http_methods(["GET", "POST"])
@allow(Role.REVIEWER)
def decide_near_duplicates(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """How many near-duplicates of a version's sample wait, with the buttons that decide for all of them; do it."""
    version, queue, user = _version(version_id), queue_of(request), person(request)
    if request.method == "GET":
        cluster = look_at_cluster(user, version.sample)
        context = card_context(queue, None) | {"version": version, "sample": version.sample, "cluster": cluster}
        context |= {"reasons": RejectReason.choices, "key": uuid4()}
        limits = {"limit": LIMIT, "too_many": len(cluster.waiting) > LIMIT}
        return render_page(request, "datasets/review_cluster.html", context | limits, partial="panel")
    form = DecisionForm(request.POST)
    try:
        if not form.is_valid():
            return again(request, queue, version, *problems(form))
        data = form.cleaned_data
        for name in ("seconds", "ticket"):  # one decision's, not a cluster's
            data.pop(name, None)
        taken = decide_cluster(user, version, data.pop("decision"), **data)
    except ReviewError as error:
        return again(request, queue, version, str(error))
    messages.success(request, f"{len(taken.samples)} samples decided as one. Undo takes all of them back.")
    return redirect(f"{reverse('review')}?{queue.query()}")


def _version(version_id: UUID) -> SampleVersion:
    versions = SampleVersion.objects.select_related("sample__domain", "sample__item").defer("search")
    return get_object_or_404(versions, uuid=version_id)
