"""Holding a version against the gate of an expert. Pure reading: the same rows give the same report."""

from __future__ import annotations

from evals_app.errors import NoGate
from evals_app.gate.evidence import Evidence
from evals_app.gate.forgetting import look_at_forgetting
from evals_app.gate.progress import look_at_progress
from evals_app.gate.report import GateReport
from evals_app.gate.safety import look_at_safety
from evals_app.gate.trust import look_at_trust
from evals_app.models import Gate
from training_app.models import Expert, ModelVersion


def evaluate_gate(expert: Expert, version: ModelVersion, gate: Gate | None = None) -> GateReport:
    """Each rule of the expert's newest gate (or of `gate`) with how the version comes out. Raises NoGate."""
    gate = gate or current_gate(expert)
    if gate is None:
        raise NoGate(expert=expert)
    evidence = Evidence(expert, version, gate)
    looks = (look_at_progress, look_at_safety, look_at_forgetting, look_at_trust)
    return GateReport(
        expert=expert.slug,
        version=f"{version.name}:{version.number}",
        baseline=f"{evidence.baseline.name}:{evidence.baseline.number}" if evidence.baseline else "",
        gate=gate.number,
        standing=expert.current_promotion_id or 0,
        findings=[finding for look in looks for finding in look(evidence)],
    )


def current_gate(expert: Expert) -> Gate | None:
    """The newest gate of the expert: the one that counts."""
    return Gate.objects.filter(expert=expert).order_by("-number").first()
