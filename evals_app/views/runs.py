"""Evaluations: list, launch, look, stop, go on, rescore."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afsweb.charts import chart_response, chart_theme, with_chart
from afsweb.core.jobs.actions import stop_work
from afsweb.core.models import Role, User, WorkState
from afsweb.pages import act, keyset_page, render_page
from afsweb.permissions import allow, person
from evals_app.abilities.held_out import measure
from evals_app.charts import draw_matrix
from evals_app.compare.matrix import confusion_matrix
from evals_app.contamination.clean import clean_scores, seen_by
from evals_app.errors import EvalError
from evals_app.forms import LaunchForm, LimitForm
from evals_app.judging.shown import judging_context
from evals_app.models import Comparison, EvalRun, Suite
from evals_app.results.answers import OUTCOMES, answer_rows, tally
from evals_app.results.scores import CaseScore, by_category, case_scores, estimate_scores
from evals_app.rows import run_rows
from evals_app.runs import launch
from evals_app.runs.forecast import Forecast, forecast
from evals_app.runs.hashes import shown_hashes
from evals_app.runs.live import live_of
from evals_app.runs.next_steps import next_steps
from evals_app.simulate.audit import stop_table
from evals_app.simulate.stops import StopReason
from evals_app.views.getters import get_eval_run
from training_app.models import Expert, ModelVersion

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
        if "estimate" in request.POST:
            return render_page(request, "evals/launch.html", {"form": form, "estimates": _forecasts(form)})
        try:
            runs = _launch(form, person(request))
        except EvalError as error:
            form.add_error(None, str(error))
        else:
            return redirect(runs[0] if len(runs) == 1 else "list_eval_runs")
    return render_page(request, "evals/launch.html", {"form": form})


def _forecasts(form: LaunchForm) -> list[Forecast]:
    data = form.cleaned_data
    return [forecast(data["suite"], version, data["repeats"]) for version in data["versions"].order_by("pk")]


@transaction.atomic
def _launch(form: LaunchForm, by: User) -> list[EvalRun]:
    data = form.cleaned_data
    if data["held_out"]:
        for version in data["versions"].filter(run__isnull=False).select_related("base_model", "run__snapshot"):
            measure(version, None, by)
    return [
        launch.launch_eval(data["suite"], version, by, sampling=form.sampling(), **form.options())
        for version in data["versions"].order_by("pk")
    ]


def _newest_suite() -> UUID | None:
    return Suite.objects.filter(is_archived=False).order_by("-pk").values_list("uuid", flat=True).first()


@require_GET
@allow(Role.VIEWER)
@with_chart
def show_eval_run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """The evaluation's page; with htmx only its live part, and the whole page again when it ends."""
    run = get_eval_run(run_id)
    counted = tally(run)
    context = {"run": run, "tally": counted, "live": live_of(run, counted)}
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
        "matrix": confusion_matrix(run) if scores else None,
        **judging_context(run, may_ask=person(request).has_role(Role.TRAINER)),
        **_leaks(run, scores),
        "limit_form": LimitForm(initial={"token_limit": run.token_limit, "cost_limit": run.cost_limit}),
    }


@require_GET
@allow(Role.VIEWER)
def draw_confusion(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """What was answered where something else was right, for charts."""
    return chart_response(draw_matrix(confusion_matrix(get_eval_run(run_id)), chart_theme(request)))


def _leaks(run: EvalRun, scores: list[CaseScore]) -> dict[str, object]:
    """The score with and without what the version saw in training; nothing for one that was not trained here."""
    seen = seen_by(run) if scores else None
    return {"seen": seen, "scores": clean_scores(scores, seen)} if seen else {}


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
def limit_eval(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Give it other limits; they hold from when it goes on."""
    run, form = get_eval_run(run_id), LimitForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(text) for of in form.errors.values() for text in of))
        return redirect(run)
    said = "The limits hold from when it goes on."
    return act(request, run, lambda row, by: launch.set_limits(row, by, **form.cleaned_data), said)


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
    context |= {"may_evaluate": may_evaluate, "experts": Expert.objects.order_by("slug")}
    return render_page(request, "evals/version_evals.html", context)


def _compared(side: str) -> Prefetch[str, QuerySet[Comparison], str]:
    """The comparisons in which a run is the `side`, without their long statistics."""
    rows = Comparison.objects.defer("statistics").select_related("baseline__version", "candidate__version")
    return Prefetch(f"compared_as_{side}", rows)
