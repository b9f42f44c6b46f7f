"""What tests about jobs start from: hosts, waiting jobs, and one that this test holds the lease of."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from django.db.models import Model

from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.models import Event, Host, Job
from afsweb.core.models.host import HostState

MakeJob = Callable[..., Job]


def make_host(name: str, *, state: HostState = HostState.ACTIVE, gpu_slots: int = 1) -> Host:
    return Host.objects.create(name=name, state=state, gpu_slots=gpu_slots)


def make_job(**changes: object) -> Job:
    """A waiting selftest job, with `changes` to its row."""
    job = enqueue("core.selftest", {"steps": 3, "pause": 0}, title="A test job")
    if changes:
        Job.objects.filter(pk=job.pk).update(**changes)
        job.refresh_from_db()
    return job


def lease(job: Job, host: Host) -> UUID:
    """The lease of the job, taken for `host`."""
    taken = job.take_lease(host, "a-worker", None)
    assert taken is not None
    job.refresh_from_db()
    return taken


def state_of(job: Job) -> str:
    return Job.objects.values_list("state", flat=True).get(pk=job.pk)


def verbs_of(row: Model) -> list[str]:
    """The history of the row, oldest first."""
    return list(Event.objects.filter(object_type=row._meta.label_lower).order_by("pk").values_list("verb", flat=True))


@pytest.fixture
def host(db: None) -> Host:
    return make_host("here")


@pytest.fixture
def job(db: None) -> Job:
    return make_job()


@pytest.fixture
def ctx(job: Job, host: Host) -> JobContext:
    """The context of a running job whose lease is ours."""
    return JobContext(job, lease(job, host))
