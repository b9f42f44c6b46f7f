"""Deciding on a sample as it stands, and what is asked afterwards."""

from __future__ import annotations

from typing import Any

from afsweb.core.models import User
from datasets_app.models import Decision, Golden, RejectReason, Review, Sample
from datasets_app.review.decisions import decide
from tests.review.making import version


def take(user: User, sample: Sample, decision: Decision) -> Review:
    """`decision` of `user` on the sample's current text."""
    now = Sample.objects.select_related("current").get(pk=sample.pk)
    reason = RejectReason.OTHER if decision == Decision.REJECT else ""
    return decide(user, version(now), decision, revision=now.revision, reason=reason)


def is_golden(sample: Sample) -> bool:
    return Sample.objects.values_list("is_golden", flat=True).get(pk=sample.pk)


def approvals(sample: Sample) -> list[tuple[Any, ...]]:
    """The rows about the sample, oldest first: (version, first, second, needed, is current, approved)."""
    rows = Golden.objects.filter(sample=sample).order_by("pk")
    return list(rows.values_list("version", "first_by", "second_by", "needed", "is_current", "approved"))
