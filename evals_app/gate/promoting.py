"""The signature: a person promotes a version that passed, or an admin one that did not, with a reason."""

from __future__ import annotations

from django.db import transaction

from afsweb.core.models import EventSource, User, WorkState
from evals_app.errors import GateNotPassed, GateReportIsStale, VersionChangedSince
from evals_app.gate.evaluating import evaluate_gate
from evals_app.gate.unchanged import changed_since
from training_app.models import Expert, ModelVersion, Promotion
from training_app.registry.promoting import promote


@transaction.atomic
def sign(
    expert: Expert,
    version: ModelVersion,
    by: User,
    *,
    seen: str = "",
    reason: str = "",
    source: EventSource = EventSource.UI,
) -> Promotion:
    """Make the version the expert's current one. The gate is computed anew, while nobody else can promote.

    `seen` is the fingerprint of the report that the person read, `reason` why they override a gate that did not pass.
    Raises GateReportIsStale, VersionChangedSince, GateNotPassed, and what `promote` raises.
    """
    expert = Expert.objects.select_for_update(no_key=True, of=("self",)).get(pk=expert.pk)
    report = evaluate_gate(expert, version)
    if seen and report.fingerprint != seen:
        raise GateReportIsStale(version=version)
    _refuse_changed(version)
    if report.state != "passed" and not reason.strip():
        names = ", ".join(finding.title for finding in report.findings if finding.state != "passed")
        raise GateNotPassed(version=version, expert=expert, state=report.state_words, rules=names)
    passed = report.state == "passed"
    told = report.model_dump(mode="json") | {"state": report.state, "fingerprint": report.fingerprint}
    return promote(expert, version, by, gate_passed=passed, report=told, reason=reason, source=source)


def _refuse_changed(version: ModelVersion) -> None:
    runs = version.eval_runs.filter(state=WorkState.SUCCEEDED)
    run = runs.select_related("suite", "version__endpoint", "version__base_model").order_by("-pk").first()
    if run and (changed := changed_since(run)):
        raise VersionChangedSince(version=version, what=" and ".join(changed))
