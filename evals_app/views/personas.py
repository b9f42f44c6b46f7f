"""Personas: make them, or take them from a file; give them out as one."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.models import Job, Role, User
from afsweb.pages import render_page
from afsweb.permissions import allow, person
from evals_app.errors import EvalError
from evals_app.models import Suite
from evals_app.simulate.forms import PersonasForm
from evals_app.simulate.suites import file_of, keep_personas, make_file
from evals_app.views.getters import get_suite


@require_http_methods(["GET", "POST"])
@allow(Role.TRAINER)
def new_personas(request: HttpRequest) -> HttpResponseBase:
    """The form that makes the personas of a suite of conversations."""
    form = PersonasForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = _make(form, person(request))
        except EvalError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _said(made))
            return redirect(made)
    return render_page(request, "evals/new_personas.html", {"form": form})


def _make(form: PersonasForm, by: User) -> Suite | Job:
    """The suite, or the job that makes it where an endpoint has to word the personas first."""
    data = form.cleaned_data
    if data["file"]:
        return keep_personas(data["file"], by=by)
    chosen = {name: data[name] for name in ("count", "seed", "conversations", "turns")}
    if not data["worded_by"]:
        return keep_personas(make_file(data["domain"], rubric=data["rubric"], **chosen), by=by)
    rows = {
        "domain_id": data["domain"].pk,
        "rubric_id": data["rubric"].pk if data["rubric"] else None,
        "endpoint_id": data["worded_by"].pk,
    }
    title = f"Word {data['count']} personas of {data['domain']}"
    return enqueue("evals.make_personas", rows | chosen, title=title, by=by)


def _said(made: Suite | Job) -> str:
    if isinstance(made, Job):
        return "The endpoint words them; their suite stands among the suites when this job is done."
    return f"{made} has {made.cases.count()} conversations."


@require_GET
@allow(Role.VIEWER)
def export_personas(_request: HttpRequest, suite_id: UUID) -> HttpResponse:
    """The personas of a suite as the file that `afs eval run --personas` reads."""
    suite = get_suite(suite_id)
    file = file_of(suite)
    if file is None:
        raise Http404
    name = f"{suite.slug}-{suite.number}.personas.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(file.as_json(), content_type="application/json", headers=headers)
