"""The pages of samples: the list with its filters, and all that is known about one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from afsweb.core.models import Role
from afsweb.pages import keyset_page, render_page
from afsweb.permissions import allow, person
from datasets_app.bulk.forms import BulkForm
from datasets_app.models import Sample
from datasets_app.review.cards import Card, with_evidence
from datasets_app.review.decisions import archive
from datasets_app.review.errors import ReviewError
from datasets_app.samples.filters import SampleFilter, filter_samples, listed_samples
from datasets_app.samples.neighbours import near_samples
from datasets_app.samples.past import past_of
from datasets_app.samples.restoring import restore


@require_GET
@allow(Role.VIEWER)
def list_samples(request: HttpRequest) -> HttpResponse:
    """The samples, newest first, as the filters in the address say; archived ones only when asked for.

    `?view=grid` shows cards instead of rows. The results are counted only when asked, with `?count=yes`.
    """
    form, user = SampleFilter(request.GET), person(request)
    wanted = form.wanted()
    context = {
        "form": form,
        "wanted": wanted,
        "page": keyset_page(listed_samples(wanted), request),
        "grid": request.GET.get("view") == "grid",
        "query": address_of(request),
        "bulk_form": BulkForm() if user.has_role(Role.REVIEWER) else None,
        "counted": count_samples(wanted) if request.GET.get("count") == "yes" else None,
    }
    return render_page(request, "datasets/samples.html", context)


@require_GET
@allow(Role.VIEWER)
def show_sample(request: HttpRequest, sample_id: UUID) -> HttpResponse:
    """One sample: its text, what was found about it, what is near, who decided what, where it is used."""
    sample = with_evidence(Sample.objects.filter(uuid=sample_id, current__isnull=False)).first()
    if sample is None:
        raise Http404("There is no such sample.")
    about = {"sample": sample, "card": Card(sample), "near": near_samples(sample)}
    may_review = person(request).has_role(Role.REVIEWER)
    return render_page(request, "datasets/sample.html", about | past_of(sample) | {"may_review": may_review})


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


def address_of(request: HttpRequest) -> str:
    """The filters of the list as a query string, without the place in it."""
    address = request.GET.copy()
    for name in ("before", "count"):
        address.pop(name, None)
    return address.urlencode()


def count_samples(wanted: dict[str, Any]) -> int:
    """Exactly how many samples `SampleFilter.wanted` asks for."""
    return filter_samples(Sample.objects.filter(current__isnull=False), wanted).count()


def get_sample(sample_id: UUID) -> Sample:
    """The sample of that id; 404 otherwise."""
    return get_object_or_404(Sample, uuid=sample_id)
