"""The gate of an expert: how a version comes out, signing and overriding, its rules."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from afsweb.core.finding import read_uuid
from afsweb.core.models import Role
from afsweb.pages import render_page
from afsweb.permissions import allow, person
from afsweb.refusal import Refusal
from evals_app.errors import EvalError
from evals_app.gate.defaults import DEFAULTS
from evals_app.gate.evaluating import current_gate, evaluate_gate
from evals_app.gate.forms import GateForm
from evals_app.gate.making import make_gate
from evals_app.gate.promoting import sign
from evals_app.gate.rules import Rules
from evals_app.models import Gate
from training_app.models import Expert, ModelVersion
from training_app.rows import expert_rows, promotions_of

OFFERED, EARLIER = 50, 10


@require_GET
@allow(Role.VIEWER)
def show_gate(request: HttpRequest, expert_id: UUID) -> HttpResponse:
    """The expert's gate held against `?version=`: the checklist, what a person may sign, what was signed."""
    expert = _expert(expert_id)
    gate, version = current_gate(expert), _version(request.GET.get("version", ""))
    context = {
        "expert": expert,
        "gate": gate,
        "rules": Rules.model_validate(gate.rules) if gate else None,
        "version": version,
        "report": evaluate_gate(expert, version, gate) if gate and version else None,
        "versions": _offered(),
        "promotions": promotions_of(expert),
        "earlier": _earlier(gate) if gate else [],
    }
    return render_page(request, "evals/gate.html", context)


def _earlier(gate: Gate) -> list[tuple[Gate, Rules]]:
    before = Gate.objects.filter(expert=gate.expert_id, number__lt=gate.number).select_related("created_by")
    return [(one, Rules.model_validate(one.rules)) for one in before.order_by("-number")[:EARLIER]]


@require_http_methods(["GET", "POST"])
@allow(Role.TRAINER)
def edit_gate(request: HttpRequest, expert_id: UUID) -> HttpResponseBase:
    """The form of the rules; other rules make the next number."""
    expert = _expert(expert_id)
    gate = current_gate(expert)
    rules = Rules.model_validate(gate.rules) if gate else DEFAULTS.get(expert.slug)
    form = GateForm(request.POST or None, rules=rules)
    if request.method == "POST" and form.is_valid():
        try:
            made = make_gate(expert, form.rules(), person(request))
        except EvalError as error:
            form.add_error(None, str(error))
        else:
            unchanged = gate is not None and made.pk == gate.pk
            said = "These are its rules already." if unchanged else f"From now on gate {made.number} counts."
            messages.success(request, said)
            return redirect("show_gate", expert_id=expert.uuid)
    return render_page(request, "evals/edit_gate.html", {"expert": expert, "gate": gate, "form": form})


@require_POST
@allow(Role.TRAINER)
def promote_version(request: HttpRequest, expert_id: UUID) -> HttpResponse:
    """Sign: the version that passed becomes the expert's current one."""
    return _sign(request, expert_id, "")


@require_POST
@allow(Role.ADMIN)
def override_gate(request: HttpRequest, expert_id: UUID) -> HttpResponse:
    """Sign with a reason, though the gate did not pass."""
    return _sign(request, expert_id, request.POST.get("reason", ""))


def _sign(request: HttpRequest, expert_id: UUID, reason: str) -> HttpResponse:
    expert, version = _expert(expert_id), _version(request.POST.get("version", ""))
    if version is None:
        messages.error(request, "Choose a version first.")
        return redirect("show_gate", expert_id=expert.uuid)
    try:
        sign(expert, version, person(request), seen=request.POST.get("seen", ""), reason=reason)
    except Refusal as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{version} is {expert}'s current version now, signed by {person(request)}.")
        return redirect("show_gate", expert_id=expert.uuid)
    return redirect(f"{reverse('show_gate', args=[expert.uuid])}?version={version.uuid}")


def _expert(expert_id: UUID) -> Expert:
    return get_object_or_404(expert_rows(), uuid=expert_id)


def _version(called: str) -> ModelVersion | None:
    uuid = read_uuid(called)
    rows = ModelVersion.objects.select_related("endpoint", "base_model")
    return rows.filter(uuid=uuid).first() if uuid else None


def _offered() -> list[ModelVersion]:
    """The newest versions that can be held against a gate: those that answered any suite."""
    return list(
        ModelVersion.objects.filter(is_archived=False, eval_runs__isnull=False).distinct().order_by("-pk")[:OFFERED]
    )
