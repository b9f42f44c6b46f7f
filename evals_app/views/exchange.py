"""Evaluations as files of another tool, and the other way round."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from afsweb.core.models import Role
from afsweb.pages import render_page
from afsweb.permissions import allow, person
from evals_app.errors import EvalError
from evals_app.forms import LogForm
from evals_app.inspect_logs.importing import import_log
from evals_app.inspect_logs.writing import as_inspect_log, file_name
from evals_app.views.getters import get_eval_run


@require_GET
@allow(Role.VIEWER)
def export_eval(_request: HttpRequest, run_id: UUID) -> HttpResponse:
    """The evaluation as an Inspect log, as it stands."""
    run = get_eval_run(run_id)
    response = HttpResponse(as_inspect_log(run), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{file_name(run)}"'
    return response


@require_http_methods(["GET", "POST"])
@allow(Role.TRAINER)
def import_eval(request: HttpRequest) -> HttpResponseBase:
    """The form that takes an Inspect log as an evaluation."""
    form = LogForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            return redirect(import_log(data["file"].read(), data["domain"], person(request)))
        except EvalError as error:
            form.add_error("file", str(error))
    return render_page(request, "evals/import.html", {"form": form})
