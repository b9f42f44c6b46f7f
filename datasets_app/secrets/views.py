"""The page of what is held back, and deciding on it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from afsweb.core.models import Role
from afsweb.pages import keyset_page, render_page
from afsweb.permissions import allow, person
from datasets_app.comments.places import place_words
from datasets_app.errors import DatasetError
from datasets_app.models import SecretFinding
from datasets_app.secrets.deciding import resolve
from datasets_app.secrets.forms import ResolveForm, SecretFilter
from datasets_app.secrets.guard import held_back
from datasets_app.secrets.scanning import KINDS


@require_GET
@allow(Role.VIEWER)
def list_secrets(request: HttpRequest) -> HttpResponse:
    """What looks like a secret or like personal data and nobody let pass, newest first; never the secret itself."""
    form = SecretFilter(request.GET)
    page = keyset_page(shown(form.findings()), request)
    for row in page.rows:
        row.label, row.place = KINDS.get(row.kind, row.kind), place_words(row.field, row.line)  # type: ignore[attr-defined]
        row.is_current = row.version_id == row.sample.current_id  # type: ignore[attr-defined]
    may_review = person(request).has_role(Role.REVIEWER)
    context = {"form": form, "wanted": form.wanted(), "page": page, "may_review": may_review}
    return render_page(request, "datasets/secrets.html", context | {"here": request.get_full_path()})


def shown(findings: QuerySet[SecretFinding]) -> QuerySet[SecretFinding]:
    """These findings with what a row shows: its sample, its version's id, how many equal ones are held back."""
    equal = held_back().filter(digest=OuterRef("digest")).order_by().values("digest").annotate(n=Count("pk"))
    return findings.select_related("sample__source").annotate(
        version_uuid=F("version__uuid"), equal=Subquery(equal.values("n"))
    )


@require_POST
@allow(Role.REVIEWER)
def resolve_secret(request: HttpRequest, finding_id: UUID) -> HttpResponse:
    """Let a finding pass: a false alarm, or allowed; its equals too where that is said."""
    finding, form = get_object_or_404(SecretFinding, uuid=finding_id), ResolveForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Say whether it is a false alarm or allowed.")
        return redirect(_next(request))
    how, equal_too = form.said()
    try:
        count = resolve(finding, how, by=person(request), equal_too=equal_too)
        messages.success(request, f"{how.label.capitalize()}: {count:,} finding{'s' if count > 1 else ''} let pass.")
    except DatasetError as error:
        messages.error(request, str(error))
    return redirect(_next(request))


def _next(request: HttpRequest) -> str:
    """The list as the person saw it."""
    back = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return back if is_ours else reverse("list_secrets")
