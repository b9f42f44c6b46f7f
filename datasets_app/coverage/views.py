"""The page of what a domain's samples cover, and the button that counts anew."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from afsweb.core.jobs.listing import with_times
from afsweb.core.models import Job, JobState, Role
from afsweb.pages import render_page
from afsweb.permissions import allow, person
from datasets_app.coverage.counting import COUNT, count_soon
from datasets_app.coverage.table import coverage_table
from datasets_app.models import CoverageCell, Domain


@require_GET
@allow(Role.VIEWER)
def show_coverage(request: HttpRequest) -> HttpResponse:
    """How many samples of each kind there are about each topic of `?domain=`, as counted last."""
    domain = _domain(request.GET.get("domain", ""))
    counting = Job.objects.filter(kind=COUNT, params={"domain_id": domain.pk}).exclude(state__in=JobState.final())
    user = person(request)
    context = {
        "domain": domain,
        "domains": Domain.objects.filter(is_active=True).order_by("pk"),
        "table": coverage_table(domain),
        "jobs": with_times(counting.order_by("created_at")[:2]),
        "may_act": user.has_role(Role.REVIEWER),
        "may_generate": user.has_role(Role.TRAINER),
        "here": request.get_full_path(),
    }
    return render_page(request, "datasets/coverage.html", context)


@require_POST
@allow(Role.REVIEWER)
@transaction.atomic
def count_coverage(request: HttpRequest) -> HttpResponse:
    """Have the cells of a domain counted anew."""
    domain = get_object_or_404(Domain, slug=request.POST.get("domain", ""))
    if count_soon(domain, by=person(request)) is None:
        messages.info(request, "It is about to be counted already.")
    return redirect(f"{reverse('show_coverage')}?domain={domain.slug}")


def _domain(slug: str) -> Domain:
    """The domain of that slug; without one the first that has cells, or the first of all."""
    if slug:
        return get_object_or_404(Domain, slug=slug)
    counted = Exists(CoverageCell.objects.filter(domain=OuterRef("pk")))
    domain = Domain.objects.filter(is_active=True).order_by(counted.desc(), "pk").first()
    assert domain is not None, "the migrations bring domains"
    return domain
