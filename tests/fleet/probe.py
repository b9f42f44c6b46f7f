"""What tests ask of a hub and do on it, called there by its console."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.test import Client

from afsweb.core.jobs.actions import Actor, cancel
from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.jobs.hosts import change_state
from afsweb.core.models import EventSource, Host, HostState, Job, JobLog, Role, User

US = Actor(None, EventSource.CLI)


@dataclass(frozen=True)
class Standing:
    """Where a job is. `worker` is the worker's whole name, which no other process ever has."""

    state: str
    host: str
    worker: str
    attempt: int
    done: int


def make_job(host: str, steps: int, pause: float) -> str:
    """A job of so many steps that only this host may do; its key."""
    pinned = Host.objects.get(name=host)
    return str(enqueue("core.selftest", {"steps": steps, "pause": pause}, title="A job", host=pinned).pk)


def make_jobs(count: int, steps: int, pause: float) -> list[str]:
    """Jobs that any worker of the queue “default” may do; their keys."""
    params = {"steps": steps, "pause": pause}
    return [str(enqueue("core.selftest", params, title=f"Job {number}").pk) for number in range(count)]


def look(job: str) -> Standing:
    return look_at([job])[job]


def look_at(jobs: Sequence[str]) -> dict[str, Standing]:
    """Where each of them is; `host` is "" for one that nobody has."""
    found = Job.objects.filter(pk__in=jobs).select_related("host")
    return {
        str(job.pk): Standing(str(job.state), job.host.name if job.host else "", job.worker, job.attempt, job.done)
        for job in found
    }


def is_held(jobs: Sequence[str]) -> bool:
    """Whether a transaction of somebody else holds the row of one of them."""
    with transaction.atomic():
        free = Job.objects.filter(pk__in=jobs).select_for_update(skip_locked=True, no_key=True)
        return len(free) < len(jobs)


def steps_of(job: str) -> list[int]:
    """The steps that left a line, in the order in which they did."""
    lines = JobLog.objects.filter(job_id=job, text__startswith="step ").order_by("pk").values_list("text", flat=True)
    return [int(line.split()[1]) for line in lines]


def stop(jobs: Sequence[str]) -> None:
    """Ask each to stop, as the button does."""
    for job in Job.objects.filter(pk__in=jobs):
        if not job.is_final:
            cancel(job, US)


def let_work(*names: str) -> None:
    """Have these hosts take jobs and drain all others, as the buttons do."""
    for host in Host.objects.exclude(state=HostState.REVOKED):
        change_state(host, HostState.ACTIVE if host.name in names else HostState.DRAINING, US)


def hosts() -> list[str]:
    """The names of all hosts that workers have signed in for."""
    return list(Host.objects.filter(seen_at__isnull=False).order_by("name").values_list("name", flat=True))


def log_in() -> dict[str, str]:
    """The cookies of an admin who is logged in."""
    user, _ = User.objects.get_or_create(username="onlooker", defaults={"role": Role.ADMIN})
    client = Client()
    client.force_login(user)
    return {name: morsel.value for name, morsel in client.cookies.items()}
