"""Blind duels: two versions' answers to one case, side by side, and what all of them come to."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from afsweb.core.models import Role
from afsweb.pages import render_page
from afsweb.permissions import allow, person
from evals_app.duels.deciding import decide, next_duel, take_back_last
from evals_app.duels.shown import duels_context
from evals_app.duels.table import suite_table
from evals_app.errors import EvalError
from evals_app.models import Duel, Winner
from evals_app.views.getters import get_comparison, get_suite

KEYS = (
    (Winner.LEFT, "1", "Left is better"),
    (Winner.RIGHT, "2", "Right is better"),
    (Winner.BOTH, "3", "Both the same"),
    (Winner.NEITHER, "4", "Neither is any good"),
)


class PickForm(forms.Form):
    """Which of the two."""

    winner = forms.ChoiceField(choices=Winner.choices)


@require_GET
@allow(Role.REVIEWER)
def show_duel(request: HttpRequest, comparison_id: UUID) -> HttpResponse:
    """The next two answers; nothing on the page says whose they are."""
    comparison = get_comparison(comparison_id)
    context = {"comparison": comparison, "next": next_duel(comparison, person(request)), "keys": KEYS}
    return render_page(request, "evals/duel.html", context)


@require_POST
@allow(Role.REVIEWER)
def decide_duel(request: HttpRequest, comparison_id: UUID, duel_id: UUID) -> HttpResponse:
    """Keep the pick, and show the next two."""
    comparison = get_comparison(comparison_id)
    form = PickForm(request.POST)
    if form.is_valid():
        try:
            decide(get_object_or_404(Duel, uuid=duel_id), person(request), Winner(form.cleaned_data["winner"]))
        except EvalError as error:
            messages.error(request, str(error))
    else:
        messages.error(request, "Choose the left, the right, both or neither.")
    return redirect("show_duel", comparison.uuid)


@require_POST
@allow(Role.REVIEWER)
def undo_duel(request: HttpRequest, comparison_id: UUID) -> HttpResponse:
    """Put the person's last pair back on the screen."""
    comparison = get_comparison(comparison_id)
    try:
        take_back_last(comparison, person(request))
    except EvalError as error:
        messages.error(request, str(error))
    return redirect("show_duel", comparison.uuid)


@require_GET
@allow(Role.VIEWER)
def show_duels(request: HttpRequest, comparison_id: UUID) -> HttpResponse:
    """What people and judges said of two runs' answers side by side: a fragment, and a page of its own."""
    comparison = get_comparison(comparison_id)
    context = {"comparison": comparison, **duels_context(comparison)}
    return render_page(request, "evals/duels.html", context)


@require_GET
@allow(Role.VIEWER)
def show_suite_duels(request: HttpRequest, suite_id: UUID) -> HttpResponse:
    """How strong versions are by all duels of a suite."""
    suite = get_suite(suite_id)
    return render_page(request, "evals/suite_duels.html", {"suite": suite, "table": suite_table(suite)})
