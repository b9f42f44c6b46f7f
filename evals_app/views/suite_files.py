"""Suites from elsewhere and for elsewhere: files, samples, those that come with the house."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afsweb.core.models import Role
from afsweb.pages import render_page
from afsweb.permissions import allow, person
from evals_app.authoring.forms import FromSamplesForm, ImportForm
from evals_app.errors import EvalError
from evals_app.files import own
from evals_app.files.found import Found
from evals_app.files.importing import make_from_file, revise_from_file
from evals_app.files.reading import read_cases
from evals_app.from_samples.suites import request_from_samples
from evals_app.models import Suite
from evals_app.shipped.making import request_shipped
from evals_app.views.getters import get_suite

SHOWN = 5
MOST_TYPED = 2_000_000  # bytes


@require_http_methods(["GET", "POST"])
@allow(Role.TRAINER)
def import_suite(request: HttpRequest) -> HttpResponseBase:
    """Cases of a file. What cannot be carried over is shown first, and left out only when the person says so."""
    form = ImportForm(request.POST or None, request.FILES or None, initial={"suite": request.GET.get("suite", "")})
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        try:
            data, name = form.content()
            found = read_cases(data, name)
            if request.POST.get("do") == "make" and (not found.lost or request.POST.get("without") == "1"):
                return redirect(_make(request, form, found))
            context |= {"found": found, "first": found.drafts[:SHOWN]}
            # An uploaded file cannot be sent again: its text stands in the form from here on, unless it is too long for
            # a form (Django takes 2.5 MB); then the file must be chosen again.
            context["is_long"] = len(data) > MOST_TYPED
            typed = {**request.POST.dict(), "text": "" if context["is_long"] else data.decode("utf-8-sig", "replace")}
            context["form"] = ImportForm(initial=typed)
        except EvalError as error:
            form.add_error(None, str(error))
    return render_page(request, "evals/import_suite.html", context)


def _make(request: HttpRequest, form: ImportForm, found: Found) -> Suite:
    data, by = form.cleaned_data, person(request)
    if data["suite"]:
        suite = revise_from_file(data["suite"], found, keeps=data["keeps"], by=by)
    else:
        given = {name: data[name] for name in ("name", "domain", "purpose", "scorer", "description")}
        suite = make_from_file(found, given, by=by)
    messages.success(request, f"{suite} has {suite.cases.count()} cases.")
    return suite


@require_GET
@allow(Role.VIEWER)
def export_suite(_request: HttpRequest, suite_id: UUID) -> StreamingHttpResponse:
    """The suite as lines of JSON, which an import reads without loss."""
    suite = get_suite(suite_id)
    response = StreamingHttpResponse(own.write(suite), content_type="application/jsonl; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{suite.slug}-{suite.number}.jsonl"'
    return response


@require_POST
@allow(Role.TRAINER)
def make_shipped_suites(request: HttpRequest) -> HttpResponse:
    """Have the suites that come with the house made, those that are missing or changed."""
    job = request_shipped(person(request))
    messages.success(request, "The shipped suites are being made; those that are there stay as they are.")
    return redirect(job)


@require_http_methods(["GET", "POST"])
@allow(Role.TRAINER)
def make_suite_from_samples(request: HttpRequest) -> HttpResponseBase:
    """Have a suite made of goldens, or of edits that made an answer better."""
    form = FromSamplesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            job = request_from_samples(data["domain"], data["what"], name=data["name"], by=person(request))
        except EvalError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The suite is being made; this job says what came of it.")
            return redirect(job)
    return render_page(request, "evals/suite_from_samples.html", {"form": form})
