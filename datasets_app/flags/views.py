"""The page of open flags, and resolving one."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models.functions import Left
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from afsweb.core.jobs.text import storable
from afsweb.core.models import Role
from afsweb.pages import keyset_page, render_page
from afsweb.permissions import allow, person
from datasets_app.flags.flags import resolve
from datasets_app.models import Decision, Review, open_flags
from datasets_app.review.errors import ReviewError

SHOWN_CHARACTERS = 200


@require_GET
@allow(Role.VIEWER)
def list_flags(request: HttpRequest) -> HttpResponse:
    """The open flags, newest first; `?show=resolved`: those that were resolved."""
    shows_resolved = request.GET.get("show") == "resolved"
    resolved = Review.objects.filter(decision=Decision.FLAG, resolved_at__isnull=False)
    flags = (resolved if shows_resolved else open_flags()).select_related(
        "sample__domain", "reviewer", "resolved_by", "version"
    )
    texts = [f"version__{name}" for name in ("search", "messages", "system", "instruction", "input", "output")]
    rows = flags.defer(*texts).annotate(question=Left("version__instruction", SHOWN_CHARACTERS))
    context = {
        "page": keyset_page(rows, request),
        "shows_resolved": shows_resolved,
        "may_review": person(request).has_role(Role.REVIEWER),
    }
    return render_page(request, "datasets/flags.html", context)


@require_POST
@allow(Role.REVIEWER)
def resolve_flag(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Resolve one flag with a word."""
    flag = get_object_or_404(Review.objects.select_related("sample", "reviewer"), uuid=review_id)
    try:
        resolve(person(request), flag, storable(request.POST.get("word", "")))
        messages.success(request, "Resolved.")
    except ReviewError as error:
        messages.error(request, str(error))
    return redirect(flag.sample) if request.POST.get("back") == "sample" else redirect("list_flags")
