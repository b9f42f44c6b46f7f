"""People judge answers: one after the other, without seeing what a judge or a program said."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from afsweb.core.models import Role
from afsweb.pages import render_page
from afsweb.permissions import allow, person
from evals_app.errors import EvalError
from evals_app.models import EvalRun, Result
from evals_app.people.scores import LONGEST_REASON, VALUES, WORDS, give_score, take_back, take_back_last
from evals_app.people.sitting import sitting
from evals_app.views.getters import get_eval_run


class ScoreForm(forms.Form):
    """What a person thinks of an answer."""

    value = forms.TypedChoiceField(choices=[(str(value), WORDS[value]) for value in VALUES], coerce=float)
    reason = forms.CharField(max_length=LONGEST_REASON, required=False)


@require_GET
@allow(Role.REVIEWER)
def judge_answers(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """The answer of `?answer=`, else the first that the person has not judged, in the order in which it tells most."""
    run = get_eval_run(run_id)
    wanted = request.GET.get("answer", "")
    at = int(wanted) if wanted.isdecimal() and len(wanted) < 19 else None
    context = {"run": run, "sitting": sitting(run, person(request), at), "marks": list(enumerate(WORDS.items()))}
    return render_page(request, "evals/judge_answers.html", context)


@require_POST
@allow(Role.REVIEWER)
def score_answer(request: HttpRequest, run_id: UUID, answer: int) -> HttpResponse:
    """Keep the person's score, and show the next answer."""
    run = get_eval_run(run_id)
    result = get_object_or_404(Result.objects.select_related("case"), pk=answer, run=run)
    form = ScoreForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose one of the five marks.")
        return _answer(run, result)
    give_score(result, person(request), form.cleaned_data["value"], form.cleaned_data["reason"])
    return redirect("judge_answers", run.uuid)


@require_POST
@allow(Role.REVIEWER)
def unscore_answer(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Take back the score of `answer`, else the person's newest in this run, and show that answer again."""
    run, chosen = get_eval_run(run_id), request.POST.get("answer", "")
    try:
        if chosen.isdecimal() and len(chosen) < 19:
            result = get_object_or_404(Result, pk=int(chosen), run=run)
            take_back(result, person(request))
        else:
            result = take_back_last(run, person(request))
    except EvalError as error:
        messages.error(request, str(error))
        return redirect("judge_answers", run.uuid)
    messages.success(request, "Taken back.")
    return _answer(run, result)


def _answer(run: EvalRun, result: Result) -> HttpResponseRedirect:
    return redirect(f"{reverse('judge_answers', args=[run.uuid])}?answer={result.pk}")
