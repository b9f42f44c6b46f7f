"""The page of goldens: what waits for my approval first, then all of them; approve, take back, look again."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from afsweb.core.models import Role, User
from afsweb.pages import keyset_page, render_page
from afsweb.permissions import allow, person
from datasets_app.golden.curating import approve, renew, take_back
from datasets_app.golden.listing import GoldenFilter, described, listed_goldens
from datasets_app.golden.standing import waiting_for
from datasets_app.models import Sample
from datasets_app.review.errors import ReviewError
from datasets_app.review.forms import LARGEST_REVISION

SHOWN_WAITING = 10


class SeenForm(forms.Form):
    """Which state of the sample the person had in front of them."""

    revision = forms.IntegerField(min_value=0, max_value=LARGEST_REVISION)


@require_GET
@allow(Role.VIEWER)
def list_goldens(request: HttpRequest) -> HttpResponse:
    """The goldens, newest approval first, as the filters in the address say; what waits for me stands above."""
    form, user = GoldenFilter(request.GET), person(request)
    wanted = form.wanted()
    may_review = user.has_role(Role.REVIEWER)
    page = keyset_page(listed_goldens(wanted), request)
    shows_waiting = may_review and not wanted and "before" not in request.GET
    mine = waiting_for(user).order_by("-pk").values_list("pk", flat=True)[: SHOWN_WAITING + 1]
    context = {
        "form": form,
        "wanted": wanted,
        "page": page,
        "rows": described([row.pk for row in page.rows], user),
        "waiting": described(mine, user) if shows_waiting else [],
        "may_review": may_review,
    }
    return render_page(request, "datasets/goldens.html", context)


@require_POST
@allow(Role.REVIEWER)
def approve_golden(request: HttpRequest, sample_id: UUID) -> HttpResponse:
    """Approve a sample's current text as golden."""

    def do(user: User, sample: Sample, revision: int) -> str:
        taken = approve(user, sample, revision)
        return "Approved; a second person must follow." if taken.waits else "Approved: it is golden."

    return _act(request, sample_id, do)


@require_POST
@allow(Role.REVIEWER)
def take_golden_back(request: HttpRequest, sample_id: UUID) -> HttpResponse:
    """Take a sample's gold, or its first approval, away."""

    def do(user: User, sample: Sample, revision: int) -> str:
        take_back(user, sample, revision)
        return "No longer golden; it stays accepted."

    return _act(request, sample_id, do)


@require_POST
@allow(Role.REVIEWER)
def renew_golden(request: HttpRequest, sample_id: UUID) -> HttpResponse:
    """Make a stale golden current again."""

    def do(user: User, sample: Sample, revision: int) -> str:
        renew(user, sample, revision)
        return "Looked at again."

    return _act(request, sample_id, do)


def _act(request: HttpRequest, sample_id: UUID, do: Callable[[User, Sample, int], str]) -> HttpResponse:
    """Do it to the sample as the page had shown it, say so or say what stands in the way, and go back to the list."""
    sample = get_object_or_404(Sample.objects.select_related("current").defer("current__search"), uuid=sample_id)
    form = SeenForm(request.POST)
    if not form.is_valid():
        messages.error(request, "The page did not say which state of the sample you saw. Reload it, then try again.")
        return redirect(_back(request))
    try:
        messages.success(request, do(person(request), sample, form.cleaned_data["revision"]))
    except ReviewError as error:
        messages.error(request, str(error))
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    """The page of this site that the form names, or the plain list."""
    back = request.POST.get("back", "")
    is_ours = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return back if is_ours else "list_goldens"
