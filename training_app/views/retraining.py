"""Continuous training: the rules, what each did, pause, resume, run now."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afsweb.core.history import history_of
from afsweb.core.models import Role
from afsweb.pages import act, keyset_page, render_page
from afsweb.permissions import allow, person
from training_app.errors import TrainingError
from training_app.models import Retraining
from training_app.retraining import rules
from training_app.retraining.counting import new_samples
from training_app.retraining.forms import RetrainingForm
from training_app.retraining.looking import rule_rows

LINES = 50


def get_rule(rule_id: UUID) -> Retraining:
    """The rule; everyone who may look may see every rule."""
    return get_object_or_404(rule_rows(), uuid=rule_id)


@require_GET
@allow(Role.VIEWER)
def list_retrainings(request: HttpRequest) -> HttpResponse:
    """The rules, newest first, with how much was new at their last look."""
    return render_page(request, "training/retrainings.html", {"page": keyset_page(rule_rows(), request)})


@require_http_methods(["GET", "POST"])
@allow(Role.TRAINER)
def add_retraining(request: HttpRequest) -> HttpResponseBase:
    """The form of a new rule."""
    form = RetrainingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(rules.add_rule(**form.cleaned_data, by=person(request)))
        except TrainingError as error:
            form.add_error("name", str(error))
    return render_page(request, "training/add_retraining.html", {"form": form})


@require_GET
@allow(Role.VIEWER)
def show_retraining(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    """One rule: what is new now, what it did."""
    rule = get_rule(rule_id)
    context = {"rule": rule, "new": new_samples(rule).count(), "history": history_of(rule)[:LINES]}
    return render_page(request, "training/retraining.html", context)


@require_POST
@allow(Role.TRAINER)
def pause_retraining(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    """Let it begin nothing any more; what trains goes on."""
    said = "It begins nothing any more until it is resumed; what it launched goes on."
    return act(request, get_rule(rule_id), lambda rule, by: rules.set_enabled(rule, False, by), said)


@require_POST
@allow(Role.TRAINER)
def resume_retraining(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    """Let it begin trainings again."""
    said = "It is looked at every ten minutes again."
    return act(request, get_rule(rule_id), lambda rule, by: rules.set_enabled(rule, True, by), said)


@require_POST
@allow(Role.TRAINER)
def run_retraining(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    """Begin its next training now."""
    return act(request, get_rule(rule_id), rules.run_now, "Its snapshot is being built; the run follows by itself.")
