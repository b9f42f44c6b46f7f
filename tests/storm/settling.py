"""After the storm: every job ends or runs; then everything ends; then people start again what failed."""

from __future__ import annotations

import sys
import time
from datetime import timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from afsweb.core.models import ErrorReport, EventSource, Job, JobState, WorkState
from datasets_app.exchange.sources import import_again
from datasets_app.models import Source, SourceState
from evals_app.models import EvalRun
from tests.storm.acknowledged import Acknowledged
from tests.storm.patience import patiently, wait_for
from tests.storm.working import go_on_evaluating, go_on_training
from training_app.models import TrainingRun

BAR = 120.0  # seconds in which every job is final or runs
TOLD_EVERY = 15.0  # seconds
LONGEST = 600.0  # seconds in which everything has ended


def wait_until_quiet() -> float | None:
    """After how many seconds every job was final or ran; None when that never was so. Says now and then who waits."""
    begin = told_at = time.monotonic()

    def is_quiet() -> bool:
        nonlocal told_at
        left, now = list(waiting().select_related("pinned_host")), time.monotonic()
        if left and now - told_at > TOLD_EVERY:
            told_at = now
            names = "; ".join(f"{job} ({job.state}, {job.queue}, {job.pinned_host or 'any host'})" for job in left)
            print(f"# {now - begin:.0f} s after the last fault nobody works on: {names}", file=sys.stderr, flush=True)
        return not left

    return wait_for(is_quiet, LONGEST)


def let_all_end(taken: Acknowledged) -> bool:
    """Wait until every job has ended, have people start again what failed, and wait for that too."""
    return _all_ended() and patiently(lambda: start_again(taken)) and _all_ended()


def _all_ended() -> bool:
    return wait_for(lambda: not Job.objects.exclude(state__in=JobState.final()).exists(), LONGEST) is not None


def waiting() -> QuerySet[Job]:
    """Jobs that have not ended and that nobody works on."""
    alive = Job.objects.filter(state=JobState.LEASED, heartbeat_at__gt=Now() - timedelta(seconds=settings.JOB_LEASE))
    due = Job.objects.filter(Q(not_before=None) | Q(not_before__lte=Now()))
    return due.exclude(state__in=JobState.final()).exclude(pk__in=alive.values("pk"))


def failures() -> list[str]:
    """Each job that failed, where, and why, in the order in which they did."""
    failed = Job.objects.filter(state=JobState.FAILED).select_related("host").order_by("finished_at")
    return [f"# failed on {job.host}: {job.title}, attempt {job.attempt}: {job.error}" for job in failed]


def unexpected() -> list[str]:
    """The errors that no part of the program expected, as the admin shows them."""
    return [f"# unexpected, {one.count} times: {one}: {one.message[:200]}" for one in ErrorReport.objects.all()]


def start_again(taken: Acknowledged) -> bool:
    """What a person does who finds that something failed; True once it is done."""
    for source in Source.objects.filter(state=SourceState.LOADING).select_related("job"):
        if source.is_stuck:
            taken.count("imports_retried")
            import_again(source, keep_good_lines=source.keep_good_lines, by=None, via=EventSource.CLI)
    for pk in TrainingRun.objects.exclude(state=WorkState.SUCCEEDED).values_list("pk", flat=True):
        go_on_training(pk, taken)
    for pk in EvalRun.objects.exclude(state=WorkState.SUCCEEDED).values_list("pk", flat=True):
        go_on_evaluating(pk, taken)
    return True
