"""Judges: whether they can be believed, and asking one about what is there already."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from afsweb.core.models import Role
from afsweb.pages import keyset_page, render_page
from afsweb.permissions import allow, person
from evals_app.errors import EvalError
from evals_app.judging.doubts import doubts, unknowns
from evals_app.judging.facts import facts_of, newest_checks
from evals_app.judging.forms import JudgeForm, PairsForm
from evals_app.judging.pairs import ask_about_pairs
from evals_app.judging.second import ask_second
from evals_app.views.getters import get_comparison, get_eval_run

SHOWN = 20


@require_GET
@allow(Role.VIEWER)
def list_judges(request: HttpRequest) -> HttpResponse:
    """Each judge under each rubric: agreement, flips, length, drift, and what speaks against it."""
    page = keyset_page(newest_checks(), request, size=SHOWN)
    rows = [(facts, doubts(facts), unknowns(facts)) for facts in facts_of(page.rows)]
    return render_page(request, "evals/judges.html", {"page": page, "rows": rows})


@require_POST
@allow(Role.TRAINER)
def ask_judge(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Let another judge say what it thinks of a run's answers; the score that counts stays."""
    run, form = get_eval_run(run_id), JudgeForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose an endpoint that judges.")
        return redirect(run)
    try:
        job = ask_second(run, form.cleaned_data["judge"], person(request), form.cleaned_data["rubric"])
    except EvalError as error:
        messages.error(request, str(error))
        return redirect(run)
    return redirect(job)


@require_POST
@allow(Role.TRAINER)
def ask_pairs(request: HttpRequest, comparison_id: UUID) -> HttpResponse:
    """Let a judge compare the answers of a comparison's runs, both ways round."""
    comparison, form = get_comparison(comparison_id), PairsForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose an endpoint that judges and a rubric.")
        return redirect(comparison)
    try:
        job = ask_about_pairs(comparison, form.cleaned_data["judge"], form.cleaned_data["rubric"], person(request))
    except EvalError as error:
        messages.error(request, str(error))
        return redirect(comparison)
    return redirect(job)
