"""Evaluations: list, launch, look, stop, go on, rescore."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afsweb.core.jobs.actions import stop_work
from afsweb.core.models import Role, User, WorkState
from afsweb.pages import act, keyset_page, render_page
from afsweb.permissions import allow, person
from evals_app import launch
from evals_app.answers import OUTCOMES, answer_rows, tally
from evals_app.errors import EvalError
from evals_app.forms import LaunchForm
from evals_app.hashes import shown_hashes
from evals_app.models import Comparison, EvalRun, Suite
from evals_app.next_steps import next_steps
from evals_app.rows import run_rows
from evals_app.scores import by_category, case_scores, estimate_scores
from evals_app.simulate.audit import stop_table
from evals_app.simulate.stops import StopReason
from evals_app.views.getters import get_eval_run
from training_app.models import ModelVersion

RECENT = 20


@require_GET
@allow(Role.VIEWER)
def list_eval_runs(request: HttpRequest) -> HttpResponse:
    """The evaluations, newest first, of one suite or in one state when asked for."""
    runs = EvalRun.objects.select_related("suite", "version", "job", "created_by")
    state, suite = request.GET.get("state", ""), request.GET.get("suite", "")
    if state in WorkState.values:
        runs = runs.filter(state=state)
    if suite:
        runs = runs.filter(suite__slug=suite)
    context = {
        "page": keyset_page(runs, request),
        "states": WorkState,
        "state": state,
        "suite": suite,
        "suites": Suite.objects.order_by("slug").values_list("slug", flat=True).distinct()[:200],
    }
    return render_page(request, "evals/runs.html", context)


@require_http_methods(["GET", "POST"])
@allow(Role.TRAINER)
def launch_eval(request: HttpRequest) -> HttpResponseBase:
    """The form that lets versions answer a suite; `?version=` and `?suite=` choose beforehand."""
    initial = {"versions": request.GET.getlist("version"), "suite": request.GET.get("suite") or _newest_suite()}
    form = LaunchForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            runs = _launch(form, person(request))
        except EvalError as error:
            form.add_error(None, str(error))
        else:
            return redirect(runs[0] if len(runs) == 1 else "list_eval_runs")
    return render_page(request, "evals/launch.html", {"form": form})


@transaction.atomic
def _launch(form: LaunchForm, by: User) -> list[EvalRun]:
    data = form.cleaned_data
    chosen = {name: data[name] for name in ("repeats", "simulator", "judge")}
    return [
        launch.launch_eval(data["suite"], version, by, sampling=form.sampling(), **chosen)
        for version in data["versions"].order_by("pk")
    ]


def _newest_suite() -> UUID | None:
    return Suite.objects.filter(is_archived=False).order_by("-pk").values_list("uuid", flat=True).first()


@require_GET
@allow(Role.VIEWER)
def show_eval_run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """The evaluation's page; with htmx only its live part, and the whole page again when it ends."""
    run = get_eval_run(run_id)
    context = {"run": run, "tally": tally(run)}
    if not getattr(request, "htmx", False) or not run.is_active:
        context |= _details(request, run)
    response = render_page(request, "evals/run.html", context, partial="live")
    if getattr(request, "htmx", False) and not run.is_active:
        response["HX-Refresh"] = "true"
    return response


def _details(request: HttpRequest, run: EvalRun) -> dict[str, object]:
    scores = case_scores(run) if run.state == WorkState.SUCCEEDED else []
    outcome, category = request.GET.get("outcome", ""), request.GET.get("category", "")
    # A conversation is good in part, so “wrong” is no word for it; and nothing else can be spoilt by a simulator.
    hidden = ("right", "wrong") if run.simulator_id else ("spoilt",)
    return {
        "estimate": estimate_scores(scores),
        "categories": by_category(scores),
        "outcomes": [name for name in OUTCOMES if name not in hidden],
        "stops": stop_table(run) if run.simulator_id else [],
        "stop_reasons": StopReason,
        "outcome": outcome,
        "category": category,
        "page": keyset_page(answer_rows(run, outcome, category), request),
        "next_steps": next_steps(run, scores),
        "hashes": shown_hashes(run),
    }


@require_POST
@allow(Role.TRAINER)
def stop_eval(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Ask it to stop; the answers so far stay."""
    said = "It stops at its next answer; the answers so far stay."
    return act(request, get_eval_run(run_id), stop_work, said)


@require_POST
@allow(Role.TRAINER)
def resume_eval(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Ask what has no answer yet."""
    return act(request, get_eval_run(run_id), launch.go_on, "It goes on where it was.")


@require_POST
@allow(Role.TRAINER)
def rescore_eval(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Score the kept answers again."""
    said = "The kept answers are being scored again; no model is asked."
    return act(request, get_eval_run(run_id), launch.rescore_eval, said)


@require_GET
@allow(Role.VIEWER)
def list_version_evals(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """A fragment for a version's page: its evaluations, and what it was compared with."""
    version = get_object_or_404(ModelVersion, uuid=version_id)
    runs = run_rows().filter(version=version).prefetch_related(*map(_compared, ("baseline", "candidate")))
    shown = list(runs.order_by("-pk")[:RECENT])
    newest = next((run for run in shown if run.state == WorkState.SUCCEEDED), None)
    categories = by_category(case_scores(newest)) if newest else []
    may_evaluate = person(request).has_role(Role.TRAINER) and not version.imported_from
    context = {"version": version, "runs": shown, "newest": newest, "categories": categories}
    context["may_evaluate"] = may_evaluate
    return render_page(request, "evals/version_evals.html", context)


def _compared(side: str) -> Prefetch[str, QuerySet[Comparison], str]:
    """The comparisons in which a run is the `side`, without their long statistics."""
    rows = Comparison.objects.defer("statistics").select_related("baseline__version", "candidate__version")
    return Prefetch(f"compared_as_{side}", rows)
