"""Bringing an archived sample back."""

from __future__ import annotations

from django.db import transaction

from afsweb.core.history import record
from afsweb.core.models import EventSource, User
from datasets_app.models import Decider, Sample, SampleState


@transaction.atomic
def restore(user: User | None, sample: Sample, *, source: EventSource = EventSource.UI) -> bool:
    """Let an archived sample wait for review again; False when it is not archived, or somebody changed it just now."""
    if sample.state != SampleState.ARCHIVED:
        return False
    before = sample.standing()
    changes = {"state": SampleState.PENDING, "decided_by": Decider.NOBODY}
    if not sample.change(sample.revision, **changes):
        return False
    record("restore", sample, actor=user, source=source, before=before, after=before | changes)
    return True
