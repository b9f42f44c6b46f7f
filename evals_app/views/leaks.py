"""What of a suite stands in training data: by snapshot, and what that does to a run's score."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from afsweb.core.finding import read_uuid
from afsweb.core.models import Role, User, WorkState
from afsweb.pages import act, keyset_page, render_page
from afsweb.permissions import allow, person
from datasets_app.models import Sample
from evals_app.contamination.clean import clean_scores, seen_by
from evals_app.contamination.keeping import leaks_of, look_soon, snapshots_of
from evals_app.contamination.looking import METHOD, Leak
from evals_app.errors import EvalError
from evals_app.models import Case, Contamination, EvalRun, Suite
from evals_app.results.scores import case_scores
from evals_app.views.getters import get_eval_run, get_suite

SHOWN = 100


@require_GET
@allow(Role.VIEWER)
def show_contamination(request: HttpRequest, suite_id: UUID) -> HttpResponse:
    """Which snapshots hold which cases of the suite; `?snapshot=` shows the cases of one."""
    suite = get_suite(suite_id)
    page = keyset_page(snapshots_of(suite), request, size=25)
    rows = Contamination.objects.filter(suite=suite, snapshot__in=page.rows).select_related("job")
    found = {row.snapshot_id: row for row in rows}
    chosen = read_uuid(request.GET.get("snapshot", ""))
    row = next((found.get(one.pk) for one in page.rows if one.uuid == chosen), None)
    leaks = leaks_of(row) if row and row.state == WorkState.SUCCEEDED else []
    context = {
        "suite": suite,
        "page": page,
        "rows": [(snapshot, found.get(snapshot.pk)) for snapshot in page.rows],
        "case_count": suite.cases.count(),
        "chosen": row,
        "leaks": _with_cases(suite, leaks),
        "more": max(0, len(leaks) - SHOWN),
        "method": METHOD,
    }
    return render_page(request, "evals/contamination.html", context)


@require_POST
@allow(Role.TRAINER)
def look_for_leaks(request: HttpRequest, suite_id: UUID) -> HttpResponse:
    """Have a job look for the suite in the snapshot that the form names, or in all that are not looked through."""
    suite, chosen = get_suite(suite_id), read_uuid(request.POST.get("snapshot", ""))
    wanted = snapshots_of(suite).filter(uuid=chosen) if chosen else snapshots_of(suite).order_by("-pk")[:SHOWN]
    try:
        with transaction.atomic():
            for snapshot in wanted:
                look_soon(suite, snapshot, person(request))
    except EvalError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "What it finds stands here when it is done.")
    return redirect("show_contamination", suite_id=suite.uuid)


@require_GET
@allow(Role.VIEWER)
def show_run_leaks(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """A run's score with and without the cases that stood in training; with htmx only the figures."""
    run = get_eval_run(run_id)
    seen = seen_by(run)
    leaks = list(seen.leaks.values())
    context = {
        "run": run,
        "seen": seen,
        "scores": clean_scores(case_scores(run), seen),
        "leaks": _with_cases(run.suite, leaks),
        "more": max(0, len(leaks) - SHOWN),
    }
    return render_page(request, "evals/run_leaks.html", context, partial="figures")


@require_POST
@allow(Role.TRAINER)
def look_into_run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Have jobs look through all that the run's version was trained on."""
    run = get_eval_run(run_id)
    return act(request, run, _look_into, "What it finds stands here when it is done.")


def _look_into(run: EvalRun, by: User) -> None:
    for snapshot in seen_by(run).open:
        look_soon(run.suite, snapshot, by)


def _with_cases(suite: Suite, leaks: list[Leak]) -> list[tuple[Case, Leak, Sample | None]]:
    """The first leaks with their case and the sample, which may be gone. Two queries."""
    shown = leaks[:SHOWN]
    keys = [leak.key for leak in shown]
    cases = {case.key: case for case in suite.cases.filter(key__in=keys).select_related("suite")}
    samples = {str(one.uuid): one for one in Sample.objects.filter(uuid__in=[leak.sample for leak in shown])}
    return [(cases[leak.key], leak, samples.get(leak.sample)) for leak in shown if leak.key in cases]
