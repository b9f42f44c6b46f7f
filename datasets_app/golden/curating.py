"""What a reviewer does with goldens beside the review page: approve, take back, look at stale ones again."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from afsweb.core.history import record
from afsweb.core.models import EventSource, User
from datasets_app.models import Decision, Golden, Review, Sample, Score
from datasets_app.review.changes import CONFIRM
from datasets_app.review.decisions import decide
from datasets_app.review.errors import ReviewError, SampleGone


class NotGolden(ReviewError):
    """This sample is not golden just now, so there is nothing to confirm. Approve its text instead."""


def approve(
    user: User, sample: Sample, revision: int, *, source: EventSource = EventSource.UI, batch: UUID | None = None
) -> Review:
    """Approve the current text as it was seen at `revision`. Raises what `decide` raises."""
    return _decide(user, sample, Decision.GOLDEN, revision, source, batch)


def take_back(
    user: User, sample: Sample, revision: int, *, source: EventSource = EventSource.UI, batch: UUID | None = None
) -> Review:
    """Take the gold, or the first approval, away; the sample stays accepted. Raises what `decide` raises."""
    return _decide(user, sample, Decision.UNGOLD, revision, source, batch)


def renew(
    user: User, sample: Sample, revision: int, *, source: EventSource = EventSource.UI, batch: UUID | None = None
) -> None:
    """Make what is stale current again: confirm a golden text as it is, approve one that was edited since."""
    if sample.is_golden:
        confirm(user, sample, source=source, batch=batch)
    else:
        approve(user, sample, revision, source=source, batch=batch)


@transaction.atomic
def confirm(user: User, sample: Sample, *, source: EventSource = EventSource.UI, batch: UUID | None = None) -> None:
    """Say that a golden text is still to be followed, whatever was found since. One person is enough for that.

    Raises NotGolden.
    """
    passes = Score.objects.filter(version=sample.current_id, gate__is_current=True).values_list("passes", flat=True)
    confirmed = Golden.objects.filter(approved=sample.current_id, sample__is_golden=True).update(
        looked_at=Now(), looked_by=user, passed=passes.first()
    )
    if not confirmed:
        raise NotGolden
    record(CONFIRM, sample, actor=user, source=source, batch=batch)


def _decide(
    user: User, sample: Sample, decision: Decision, revision: int, source: EventSource, batch: UUID | None
) -> Review:
    if sample.current is None:
        raise SampleGone
    return decide(user, sample.current, decision, revision=revision, source=source, batch=batch)
