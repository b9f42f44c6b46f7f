"""From an evaluation back into work: samples to generate, samples to review, evaluations to repeat."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afsweb.core.finding import read_uuid
from afsweb.core.models import Role
from afsweb.pages import render_page
from afsweb.permissions import allow, person
from afsweb.refusal import Refusal
from evals_app.loop.again import MOST, ask_again, changed_goldens, last_runs, made_from_goldens, newest_of
from evals_app.loop.disagreeing import disagreements, review_near
from evals_app.loop.failed import plan_samples
from evals_app.models import EvalRun
from evals_app.rows import run_rows
from evals_app.views.getters import get_eval_run, get_suite

SHOWN = 20
USUAL = 3


@require_GET
@allow(Role.TRAINER)
def plan_for_run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """What to generate about the cases that a run failed; with `?baseline=` about those that broke."""
    run, baseline = get_eval_run(run_id), _baseline(request)
    context = {
        "run": run,
        "baseline": baseline,
        "plan": plan_samples(run, baseline),
        "disagreements": disagreements(run)[:SHOWN],
        "shown": SHOWN,
    }
    return render_page(request, "evals/lacking.html", context)


@require_POST
@allow(Role.TRAINER)
def review_near_run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Make a queue of the samples near what is disagreed about."""
    run = get_eval_run(run_id)
    try:
        queues = review_near(run, person(request))
    except Refusal as error:
        messages.error(request, str(error))
        return redirect("plan_for_run", run_id=run.uuid)
    return redirect(queues[0])


@require_http_methods(["GET", "POST"])
@allow(Role.TRAINER)
def ask_suite_again(request: HttpRequest, suite_id: UUID) -> HttpResponseBase:
    """The goldens of the suite that changed, and the form that lets the last versions answer its newest version."""
    suite = get_suite(suite_id)
    if request.method == "POST":
        try:
            runs = ask_again(suite, _count(request.POST.get("count", "")), person(request))
        except Refusal as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"{len(runs)} evaluations are in the line.")
            return redirect("list_eval_runs")
    cases = made_from_goldens(suite)
    context = {
        "suite": suite,
        "newest": newest_of(suite),
        "cases": len(cases),
        "changed": changed_goldens(cases)[:100],
        "runs": last_runs(suite, MOST),
        "count": USUAL,
        "most": MOST,
    }
    return render_page(request, "evals/ask_again.html", context)


def _count(text: str) -> int:
    return min(int(text), MOST) if text.isdecimal() and int(text) > 0 else USUAL


def _baseline(request: HttpRequest) -> EvalRun | None:
    uuid = read_uuid(request.GET.get("baseline", ""))
    return run_rows().filter(uuid=uuid).first() if uuid else None
