"""Suites in the browser: begin one, add a case, change it, leave it out. Each saving makes the next version."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from afsweb.core.models import Role, User
from afsweb.pages import render_page
from afsweb.permissions import allow, person
from evals_app.authoring import revising
from evals_app.authoring.describing import describe_suite
from evals_app.authoring.forms import CaseForm, DescribeForm, FactsForm, TurnForms, initial_of, posted
from evals_app.errors import EvalError, SuiteMovedOn, SuiteTaken
from evals_app.models import Case, Suite
from evals_app.scorers import SCORERS
from evals_app.suites import CaseDraft, make_suite
from evals_app.views.getters import get_case, get_suite

SAVE, JSON = "save", "json"


@require_http_methods(["GET", "POST"])
@allow(Role.TRAINER)
def begin_suite(request: HttpRequest) -> HttpResponseBase:
    """A suite with its first case."""
    is_saving = request.POST.get("do") == SAVE
    facts = FactsForm(request.POST if is_saving else None, initial=request.POST.dict() or {})
    form, turns = _forms(request, request.POST.get("suite_scorer", "exact"))
    # The field of the case has that name too, so the suite's stands under another.
    facts.fields["suite_scorer"] = facts.fields.pop("scorer")
    if is_saving and facts.is_valid() and form.is_valid() and turns.is_valid():
        try:
            return redirect(_begin(facts, _draft(form, turns), person(request)))
        except EvalError as error:
            form.add_error(None, str(error))
    return render_page(request, "evals/begin_suite.html", {"facts": facts, "form": form, "turns": turns})


def _begin(facts: FactsForm, draft: CaseDraft, by: User) -> Suite:
    if Suite.objects.filter(slug=facts.slug).exists():
        raise SuiteTaken(slug=facts.slug)
    facts.cleaned_data["scorer"] = facts.cleaned_data["suite_scorer"]
    return make_suite(facts.slug, drafts=[draft], by=by, **facts.facts())


@require_http_methods(["GET", "POST"])
@allow(Role.TRAINER)
def edit_suite(request: HttpRequest, suite_id: UUID) -> HttpResponseBase:
    """What the suite is called and asked for."""
    suite = get_suite(suite_id)
    form = DescribeForm(request.POST or None, suite=suite)
    if request.method == "POST" and form.is_valid():
        return redirect(describe_suite(suite, by=person(request), **form.changes()))
    return render_page(request, "evals/edit_suite.html", {"suite": suite, "form": form})


@require_http_methods(["GET", "POST"])
@allow(Role.TRAINER)
def add_case(request: HttpRequest, suite_id: UUID) -> HttpResponseBase:
    """A new case of the suite: saved, it is in the next version."""
    return _edit(request, get_suite(suite_id), None)


@require_http_methods(["GET", "POST"])
@allow(Role.TRAINER)
def edit_case(request: HttpRequest, suite_id: UUID, case_id: UUID) -> HttpResponseBase:
    """A case of the suite with another text or other settings: saved, it is so in the next version."""
    case = get_case(suite_id, case_id)
    return _edit(request, case.suite, case)


@require_POST
@allow(Role.TRAINER)
def leave_case_out(request: HttpRequest, suite_id: UUID, case_id: UUID) -> HttpResponse:
    """The next version of the suite, without this case."""
    case = get_case(suite_id, case_id)
    try:
        suite = revising.leave_out(case.suite, case.key, seen=_seen(request, case.suite), by=person(request))
    except EvalError as error:
        messages.error(request, str(error))
        return redirect(case)
    messages.success(request, f"{suite} is without “{case.key}”.")
    return redirect(suite)


def _edit(request: HttpRequest, suite: Suite, case: Case | None) -> HttpResponseBase:
    form, turns = _forms(request, suite.scorer, case)
    context: dict[str, Any] = {"suite": suite, "case": case, "seen": _seen(request, suite)}
    if request.POST.get("do") == SAVE and form.is_valid() and turns.is_valid():
        try:
            return redirect(_save(request, suite, case, _draft(form, turns)))
        except SuiteMovedOn as error:
            form.add_error(None, str(error))
            context |= _on_newest(suite, case)
        except EvalError as error:
            form.add_error(None, str(error))
    context |= {"form": form, "turns": turns, "newest": revising.newest_number(suite)}
    return render_page(request, "evals/edit_case.html", context)


def _save(request: HttpRequest, suite: Suite, case: Case | None, draft: CaseDraft) -> Case:
    change = revising.change_case if case else revising.add_case
    made = change(suite, draft, seen=_seen(request, suite), by=person(request))
    if made == suite:
        messages.info(request, "Nothing is different, so no version was made.")
    else:
        messages.success(request, f"Saved: {made} has {made.cases.count()} cases.")
    return made.cases.select_related("suite").get(key=draft.key)


def _on_newest(suite: Suite, case: Case | None) -> dict[str, Any]:
    """Where to save again, once somebody else's version was looked at: on top of that one."""
    newest = Suite.objects.filter(slug=suite.slug).order_by("-number").first()
    assert newest
    theirs = newest.cases.filter(key=case.key).first() if case else None
    args = [newest.uuid, theirs.uuid] if theirs else [newest.uuid]
    action = reverse("edit_case" if theirs else "add_case", args=args) if theirs or not case else ""
    return {"seen": newest.number, "action": action, "moved_on": newest}


def _forms(request: HttpRequest, suite_scorer: str, case: Case | None = None) -> tuple[CaseForm, Any]:
    """The case's form and that of its messages: as saved, as typed so far, or as they were sent to be saved."""
    told: dict[str, Any] = {"suite_scorer": suite_scorer, "fixed_key": case.key if case else ""}
    if request.method == "POST":
        scorer, as_json = request.POST.get("scorer", ""), request.POST.get("as_json") == "1"
        scorer = scorer if scorer in SCORERS else ""
        if request.POST.get("do") == SAVE:
            return CaseForm(request.POST, scorer=scorer, as_json=as_json, **told), TurnForms(
                request.POST, prefix="turn"
            )
        as_json = as_json != (request.POST.get("do") == JSON)
        form = CaseForm(initial=request.POST.dict(), scorer=scorer, as_json=as_json, **told)
        return form, TurnForms(initial=posted(request.POST), prefix="turn")
    if case:
        initial, as_json = initial_of(case, case.scorer or suite_scorer)
        form = CaseForm(initial=initial, scorer=case.scorer, as_json=as_json, **told)
        return form, TurnForms(initial=case.messages, prefix="turn")
    initial = {"category": request.GET.get("category", "")}
    return CaseForm(initial=initial, scorer="", as_json=False, **told), TurnForms(prefix="turn")


def _draft(form: CaseForm, turns: Any) -> CaseDraft:
    typed = [turn for turn in turns.cleaned_data if turn.get("content", "").strip()]
    return form.draft([{"role": turn["role"], "content": turn["content"]} for turn in typed])


def _seen(request: HttpRequest, suite: Suite) -> int:
    """The newest version that the page knew of when it was shown."""
    seen = request.POST.get("seen", "")
    return int(seen) if seen.isdecimal() and len(seen) < 9 else revising.newest_number(suite)
