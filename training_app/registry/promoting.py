"""Promoting: a version becomes an expert's current one. Going back to an earlier version is a promotion too."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from afsweb.core.history import record
from afsweb.core.models import EventSource, Role, User
from training_app.errors import AlreadyCurrent, ArchivedCannotBePromoted, MayNotOverride, MayNotPromote, ReasonMissing
from training_app.models import Expert, ModelVersion, Promotion

LONGEST_REASON = 300


@transaction.atomic
def promote(
    expert: Expert,
    version: ModelVersion,
    by: User,
    *,
    gate_passed: bool,
    report: dict[str, Any],
    reason: str = "",
    source: EventSource = EventSource.UI,
) -> Promotion:
    """Write the signed promotion and make the version current, in one transaction.

    A gate that did not pass needs the `reason` of an admin. Whoever evaluates computes the gate, and passes its report.
    Raises ArchivedCannotBePromoted, AlreadyCurrent, MayNotPromote, MayNotOverride, ReasonMissing.
    """
    reason = " ".join(reason.split())[:LONGEST_REASON]
    _refuse_person(by, gate_passed, reason)
    # Both rows are held, so that nobody archives the one or promotes to the other meanwhile.
    expert = Expert.objects.select_for_update(no_key=True, of=("self",)).get(pk=expert.pk)
    version = ModelVersion.objects.select_for_update(no_key=True, of=("self",)).get(pk=version.pk)
    if version.is_archived:
        raise ArchivedCannotBePromoted(version=version)
    if expert.current_version_id == version.pk:
        raise AlreadyCurrent(version=version, expert=expert)
    before = str(expert.current_version or "")
    promotion = Promotion.objects.create(
        expert=expert,
        version=version,
        gate_passed=gate_passed,
        gate_report=report,
        override_reason="" if gate_passed else reason,
        promoted_by=by,
    )
    Expert.objects.filter(pk=expert.pk).update(current_version=version, current_promotion=promotion)
    told = {"version": str(version), "gate": "passed" if gate_passed else "overridden"}
    record("promote", expert, actor=by, source=source, before={"version": before}, after=told, reason=reason)
    return promotion


def _refuse_person(by: User, gate_passed: bool, reason: str) -> None:
    if not by.has_role(Role.TRAINER):
        raise MayNotPromote(name=by.username)
    if gate_passed:
        return
    if not by.has_role(Role.ADMIN):
        raise MayNotOverride(name=by.username)
    if not reason:
        raise ReasonMissing
