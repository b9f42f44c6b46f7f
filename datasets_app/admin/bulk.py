"""One decision on many samples in the admin: each as if it were taken alone, with one batch in history."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest

from afsweb.core.models import EventSource, User
from datasets_app.models import Decision, Sample
from datasets_app.review.decisions import archive, decide
from datasets_app.review.errors import ReviewError

LIMIT = 1_000
Act = Callable[[User, Sample, UUID], None]


def deciding(decision: Decision, reason: str = "") -> Act:
    """Take `decision` on a sample's current version."""

    def act(user: User, sample: Sample, batch: UUID) -> None:
        assert sample.current is not None
        decide(
            user,
            sample.current,
            decision,
            reason=reason,
            revision=sample.revision,
            source=EventSource.ADMIN,
            batch=batch,
        )

    return act


def archiving(user: User, sample: Sample, batch: UUID) -> None:
    """Put a sample aside."""
    archive(user, sample, revision=sample.revision, source=EventSource.ADMIN, batch=batch)


def act_on_all(request: HttpRequest, samples: QuerySet[Sample], act: Act, done: str) -> None:
    """Do it with each of at most LIMIT samples; say for how many it worked, and why not for the others."""
    assert isinstance(request.user, User)
    chosen = list(samples.filter(current__isnull=False).select_related("current").defer("current__search")[: LIMIT + 1])
    if len(chosen) > LIMIT:
        messages.error(request, f"Nothing was done: these are more than {LIMIT:,} samples. Narrow the list first.")
        return
    batch, count, problems = uuid4(), 0, []
    for sample in chosen:
        try:
            act(request.user, sample, batch)
            count += 1
        except ReviewError as error:
            problems.append(f"Sample {sample.pk}: {error}")
    if count:
        messages.success(request, f"{count} {'sample is' if count == 1 else 'samples are'} {done}.")
    for problem in problems[:10]:
        messages.error(request, problem)
    if len(problems) > 10:
        messages.error(request, f"… and {len(problems) - 10} more were left alone for such reasons.")
