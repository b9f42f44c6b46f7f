"""The pages of samples: the list with its filters, and all that is known about one."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from afsweb.core.models import Role
from afsweb.pages import Page, keyset_page, render_page
from afsweb.permissions import allow, person
from datasets_app.bulk.forms import BulkForm
from datasets_app.comments.threads import load_comments
from datasets_app.models import Sample
from datasets_app.review.cards import Card, with_evidence
from datasets_app.review.decisions import archive
from datasets_app.review.errors import ReviewError
from datasets_app.review.queues import offered
from datasets_app.samples.chips import chips_of
from datasets_app.samples.listing import RankedPage, ranked_page
from datasets_app.samples.past import past_of
from datasets_app.samples.restoring import restore
from datasets_app.search.counting import count_samples
from datasets_app.search.filters import SampleFilter, filter_samples, with_beginnings
from datasets_app.search.headlines import around, mark
from datasets_app.search.hybrid import SIMILARITY, find_candidates
from datasets_app.search.jumping import named_sample
from datasets_app.search.neighbours import near_samples

SHOWN_VIEWS = 30
# The filters behind “More filters”, which is open while one of them is used.
ALWAYS = ("q", "like", "domain", "state", "source", "near", "cluster", "selection")
MORE = tuple(name for name in SampleFilter.base_fields if name not in ALWAYS)


@require_GET
@allow(Role.VIEWER)
def list_samples(request: HttpRequest) -> HttpResponse:
    """The samples as the filters in the address say; archived ones only when asked for.

    Newest first, or best first when something like a text or a sample is looked for. Words that are a sample's number
    or id lead to its page. `?layout=grid` shows cards instead of rows; `?count=yes` counts the results exactly.
    """
    form, user = SampleFilter(request.GET, person(request)), person(request)
    wanted = form.wanted()
    named = named_sample(wanted.get("q", ""))
    if named is not None:
        return redirect(named)
    context = about_filters(form, request) | rows_of(wanted, request)
    context |= {
        "may_export": user.has_role(Role.TRAINER),
        "grid": request.GET.get("layout") == "grid",
        "bulk_form": BulkForm(people=form.offers().active_people) if user.has_role(Role.REVIEWER) else None,
        "counted": filter_samples(Sample.objects.filter(current__isnull=False), wanted).count()
        if request.GET.get("count") == "yes"
        else None,
    }
    return render_page(request, "datasets/samples.html", context)


def about_filters(form: SampleFilter, request: HttpRequest) -> dict[str, Any]:
    """What the part of the page above the rows shows: the filters, and the views that are saved."""
    user = person(request)
    views = list(offered(user)[:SHOWN_VIEWS])
    opened = next((view for view in views if str(view.uuid) == request.GET.get("view")), None)
    return {
        "form": form,
        "wanted": form.wanted(),
        "problems": form.problems(),
        "more": any(name in form.wanted() for name in MORE),
        "more_fields": [form[name] for name in MORE],
        "filter_query": urlencode(form.given()),
        "filter_chips": chips_of(form, request.GET),
        "views": views,
        "opened": opened,
        "may_change": opened is not None and opened.may_change(user),
        "may_review": user.has_role(Role.REVIEWER),
    }


def rows_of(wanted: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
    """The rows of this page, and what the search among them looked at, if it was one."""
    found = None if SIMILARITY.isdisjoint(wanted) else find_candidates(wanted)
    words = " ".join(wanted[name] for name in ("q", "like") if name in wanted)
    rows = with_beginnings(Sample.objects.all()).annotate(**around(words) if words else {})
    page: RankedPage | Page[Sample] = (
        ranked_page(found, rows, request.GET.get("from", ""))
        if found
        else keyset_page(filter_samples(Sample.objects.filter(current__isnull=False), wanted), request, shown=rows)
    )
    mark(page.rows)
    return {"page": page, "found": found}


@require_GET
@allow(Role.VIEWER)
def show_count(request: HttpRequest) -> HttpResponse:
    """How many samples the filters in the address leave: exactly, at least, or about."""
    wanted = SampleFilter(request.GET, person(request)).wanted()
    context = {"count": count_samples(filter_samples(Sample.objects.filter(current__isnull=False), wanted))}
    return render_page(request, "datasets/samples_count.html", context, partial="count")


@require_GET
@allow(Role.VIEWER)
def show_sample(request: HttpRequest, sample_id: UUID) -> HttpResponse:
    """One sample: its text, what was found about it, what is near, who decided what, where it is used."""
    sample = with_evidence(Sample.objects.filter(uuid=sample_id, current__isnull=False)).first()
    if sample is None:
        raise Http404("There is no such sample.")
    load_comments([sample])
    about = {"sample": sample, "card": Card(sample), "near": near_samples(sample)}
    user = person(request)
    may = {"may_review": user.has_role(Role.REVIEWER), "may_purge": user.has_role(Role.ADMIN)}
    return render_page(request, "datasets/sample.html", about | past_of(sample) | may)


@require_POST
@allow(Role.REVIEWER)
def archive_sample(request: HttpRequest, sample_id: UUID) -> HttpResponse:
    """Put a sample aside; snapshots that hold it keep it."""
    sample = get_sample(sample_id)
    try:
        archive(person(request), sample, revision=sample.revision)
        messages.success(request, "Archived: no queue and no new snapshot takes it.")
    except ReviewError as error:
        messages.error(request, str(error))
    return redirect(sample)


@require_POST
@allow(Role.REVIEWER)
def restore_sample(request: HttpRequest, sample_id: UUID) -> HttpResponse:
    """Bring an archived sample back."""
    sample = get_sample(sample_id)
    if restore(person(request), sample):
        messages.success(request, "Restored: it waits for review again.")
    else:
        messages.error(request, "It is not archived. Reload the page to see what became of it.")
    return redirect(sample)


def get_sample(sample_id: UUID) -> Sample:
    """The sample of that id; 404 otherwise."""
    return get_object_or_404(Sample, uuid=sample_id)
