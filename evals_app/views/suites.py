"""Suites: list, make, look, archive; one case with what every version answered."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afsweb.core.archiving import set_archived
from afsweb.core.jobs.text import storable
from afsweb.core.models import Role
from afsweb.pages import keyset_page, render_page
from afsweb.permissions import allow, person
from datasets_app.facts.links import ASSEMBLY_DOMAINS
from evals_app.authoring.changes import changed_cases, count_changes, explain
from evals_app.authoring.finding import find_cases, sample_of, tags_of
from evals_app.errors import EvalError
from evals_app.forms import SuiteForm
from evals_app.models import Case, Suite
from evals_app.register_suite import make_register_suite
from evals_app.results.answers import answers_to
from evals_app.rows import scored_runs
from evals_app.scorers.of_suite import scorers_of
from evals_app.suites import categories_of
from evals_app.views.getters import get_case, get_suite

RECENT = 10
CHANGES = 20  # of a page, each with its differences


@require_GET
@allow(Role.VIEWER)
def list_suites(request: HttpRequest) -> HttpResponse:
    """The suites, newest first; archived ones only when asked for."""
    archived = request.GET.get("archived") == "yes"
    page = keyset_page(Suite.objects.filter(is_archived=archived).select_related("domain"), request)
    ids = [suite.pk for suite in page.rows]
    context = {
        "page": page,
        "archived": archived,
        "cases": _counts(Case.objects.filter(suite__in=ids)),
        "has_archived": Suite.objects.filter(is_archived=True).exists(),
    }
    return render_page(request, "evals/suites.html", context)


def _counts(cases: QuerySet[Case]) -> dict[int, int]:
    return dict(cases.order_by().values_list("suite").annotate(count=Count("pk")))


@require_http_methods(["GET", "POST"])
@allow(Role.TRAINER)
def new_suite(request: HttpRequest) -> HttpResponseBase:
    """The form that makes a suite of register questions."""
    form = SuiteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(_make(request, form))
        except EvalError as error:
            form.add_error(None, str(error))
    return render_page(request, "evals/new_suite.html", {"form": form})


def _make(request: HttpRequest, form: SuiteForm) -> Suite:
    data = form.cleaned_data
    before = Suite.objects.count()
    suite = make_register_suite(
        data["name"],
        data["found"],
        seed=data["seed"],
        directions=data["directions"],
        description=data["description"],
        by=person(request),
    )
    if Suite.objects.count() == before:
        messages.info(request, f"These are the cases of {suite}, which is there already: nothing was made.")
    else:
        messages.success(request, f"{suite} has {suite.cases.count()} cases.")
    return suite


@require_GET
@allow(Role.VIEWER)
def show_suite(request: HttpRequest, suite_id: UUID) -> HttpResponse:
    """A suite: its categories, its cases (of a category, a tag, with a text), and what versions scored on it."""
    suite = get_suite(suite_id)
    categories = categories_of(suite)
    chosen, tag, words = (storable(request.GET.get(name, "")) for name in ("category", "tag", "q"))
    context = {
        "suite": suite,
        "scorers": scorers_of(suite),
        "categories": categories,
        "category": chosen,
        "case_count": sum(count for _, count in categories),
        "facts": suite.cases.values("cluster").distinct().count(),
        "tags": tags_of(suite),
        "tag": tag,
        "q": words,
        "page": keyset_page(find_cases(suite, chosen, tag, words).select_related("suite"), request),
        "runs": scored_runs(suite),
        "others": Suite.objects.filter(slug=suite.slug).exclude(pk=suite.pk).order_by("-number")[:RECENT],
    }
    return render_page(request, "evals/suite.html", context)


@require_GET
@allow(Role.VIEWER)
def show_suite_changes(request: HttpRequest, suite_id: UUID) -> HttpResponse:
    """What is different in this version; `?since=` names another one than the version before."""
    suite = get_suite(suite_id)
    line = Suite.objects.filter(slug=suite.slug).exclude(pk=suite.pk).order_by("-number")
    since, kind = request.GET.get("since", ""), request.GET.get("show", "")
    number = int(since) if since.isdecimal() and len(since) < 9 else None
    old = line.filter(number=number).first() if number is not None else None
    old = old or line.filter(number__lt=suite.number).first()
    context: dict[str, object] = {"suite": suite, "old": old, "line": line[:RECENT]}
    if old:
        counts = count_changes(old, suite)
        kind = kind if kind in counts else next((one for one, count in counts.items() if count), "changed")
        page = keyset_page(changed_cases(old, suite, kind).select_related("suite"), request, size=CHANGES)
        context |= {"counts": counts, "kind": kind, "page": page, "changes": explain(old, page.rows, kind)}
    return render_page(request, "evals/suite_changes.html", context)


@require_POST
@allow(Role.TRAINER)
def archive_suite(request: HttpRequest, suite_id: UUID) -> HttpResponse:
    """Take the suite out of what can be run, or back in."""
    suite = get_suite(suite_id)
    set_archived(suite, not suite.is_archived, by=person(request))
    return redirect(suite)


@require_GET
@allow(Role.VIEWER)
def show_case(request: HttpRequest, suite_id: UUID, case_id: UUID) -> HttpResponse:
    """One case: what is asked, what a right answer shows, and what every version said."""
    case = get_case(suite_id, case_id)
    context = {
        "case": case,
        "has_facts": case.suite.domain.slug in ASSEMBLY_DOMAINS,
        "sample": sample_of(case),
        "page": keyset_page(answers_to(case), request),
    }
    return render_page(request, "evals/case.html", context)
