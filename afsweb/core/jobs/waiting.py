"""Waiting for a job at a terminal: what it says and how far it is, as it comes, and a word when nothing takes it."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass

from afsweb.core.jobs.hosts import with_silence
from afsweb.core.models import Host, HostState, Job, JobState
from afsweb.refusal import Refusal
from afsweb.terminal import clean

POLL = 0.5  # seconds between two looks
PATIENCE = 15.0  # seconds after which a waiting job deserves a word
# Seconds between two lines about how far it is: close together first, as few as that for a job of hours.
SOONEST, LATEST = 1.0, 60.0


class LeftRunning(Refusal):
    """“{title}” goes on without this terminal: {url} shows it, and `afs job stop {id}` stops it."""

    status = 130  # what a shell reports of a program that Ctrl-C ended: 128 + the signal's number


@dataclass
class Told:
    """What was said about a job so far. `line` is the key of the last line of its log, times are monotonic seconds."""

    waits_since: float
    line: int = 0
    text: str = ""
    pause: float = SOONEST
    next_at: float = 0.0
    is_explained: bool = False


def follow(job: Job | None) -> bool:
    """Wait until a job has ended, with lines on stderr; whether it ended well. Ctrl-C raises LeftRunning."""
    assert job is not None
    try:
        _watch(job, Told(waits_since=time.monotonic()))
    except KeyboardInterrupt:
        raise LeftRunning(title=job.title, url=job.get_absolute_url(), id=job.pk) from None
    if job.state != JobState.SUCCEEDED:
        _say(f"afs: {job.error or f'“{job.title}” was stopped.'}  {job.get_absolute_url()}")
    return job.state == JobState.SUCCEEDED


def _watch(job: Job, told: Told) -> None:
    while True:
        # The log before the state: a job that fails leaves a traceback in its log, which is not for terminals.
        lines = list(job.log.filter(pk__gt=told.line).order_by("pk"))
        job.refresh_from_db()
        if job.state != JobState.FAILED:
            for line in lines:
                _say(f"  {line.text}")
                told.line = line.pk
        if job.is_final:
            return
        _say_how_far(job, told)
        _say_why_it_waits(job, told)
        time.sleep(POLL)


def _say_how_far(job: Job, told: Told) -> None:
    now = time.monotonic()
    of = f" of {job.total:,}" if job.total else ""
    how_far = f", {job.done:,}{of}" if job.done or of else ""
    text = f"{job.title}: {job.get_state_display()}{how_far} {job.note}".rstrip()
    if text == told.text or now < told.next_at:
        return
    _say(text)
    told.text, told.next_at, told.pause = text, now + told.pause, min(told.pause * 1.5, LATEST)


def _say_why_it_waits(job: Job, told: Told) -> None:
    now = time.monotonic()
    if job.state != JobState.QUEUED:
        told.waits_since, told.is_explained = now, False
    elif not told.is_explained and now - told.waits_since > PATIENCE:
        told.is_explained = True
        _say(f"{job.title} {why_it_waits(job)}")


def why_it_waits(job: Job) -> str:
    """What a waiting job waits for, as the end of a sentence that begins with its title."""
    hosts = Host.objects.filter(state=HostState.ACTIVE, queues__contains=[job.queue])
    if job.pinned_host_id:
        hosts = hosts.filter(pk=job.pinned_host_id)
    where = f" on {job.pinned_host}" if job.pinned_host else ""
    if with_silence(hosts).filter(is_silent=False).exists():
        return f"waits for its turn in the queue “{job.queue}”{where}"
    return f"waits for a worker of the queue “{job.queue}”{where}; `afs up` starts one"


def _say(text: str) -> None:
    print(clean(text), file=sys.stderr, flush=True)
