"""Rubrics: list, make, look, make the next version."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_http_methods

from afsweb.core.finding import read_uuid
from afsweb.core.models import Role
from afsweb.pages import keyset_page, render_page
from afsweb.permissions import allow, person
from evals_app.errors import EvalError
from evals_app.judging.forms import RubricForms
from evals_app.judging.rubrics import make_rubric
from evals_app.models import Rubric

RECENT = 10


@require_GET
@allow(Role.VIEWER)
def list_rubrics(request: HttpRequest) -> HttpResponse:
    """Every version of every rubric, newest first."""
    return render_page(request, "evals/rubrics.html", {"page": keyset_page(Rubric.objects.all(), request)})


@require_http_methods(["GET", "POST"])
@allow(Role.TRAINER)
def new_rubric(request: HttpRequest) -> HttpResponseBase:
    """The form of a rubric; `?from=` fills it with the version that the next one is made of."""
    key = read_uuid(request.GET.get("from", ""))
    before = get_object_or_404(Rubric, uuid=key) if key else None
    forms = RubricForms(request.POST if request.method == "POST" else None, before)
    if request.method == "POST" and forms.is_valid():
        try:
            rubric, is_new = make_rubric(forms.draft(), by=person(request))
        except EvalError as error:
            forms.name.add_error(None, str(error))
        else:
            said = "It can be named by cases now." if is_new else "This is what it holds already: nothing was made."
            messages.info(request, f"{rubric}: {said}")
            return redirect(rubric)
    return render_page(request, "evals/new_rubric.html", {"forms": forms, "before": before})


@require_GET
@allow(Role.VIEWER)
def show_rubric(request: HttpRequest, rubric_id: UUID) -> HttpResponse:
    """What a judge is told by it, its anchors, and who judged by it."""
    rubric = get_object_or_404(Rubric.objects.select_related("created_by"), uuid=rubric_id)
    others = Rubric.objects.filter(slug=rubric.slug).exclude(pk=rubric.pk).order_by("-number")[:RECENT]
    checks = rubric.checks.select_related("judge", "run__version", "run__suite").order_by("-pk")[:RECENT]
    return render_page(request, "evals/rubric.html", {"rubric": rubric, "others": others, "checks": checks})
