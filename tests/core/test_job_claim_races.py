"""Many workers at the same line, each with a connection of its own: nobody takes what another has."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from afsweb.core.jobs.claim import Claim, claim
from afsweb.core.models import Host, Job, JobState
from tests.core.conftest import make_host, make_job

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS = 6


def race(hosts: list[Host]) -> list[Claim]:
    """What `WORKERS` threads take together until nothing is left, all starting at once."""
    barrier = Barrier(WORKERS)

    def work(number: int) -> list[Claim]:
        barrier.wait()
        found: list[Claim] = []
        try:
            while taken := claim(hosts[number % len(hosts)], f"worker-{number}", ("default",)):
                found.append(taken)
        finally:
            connection.close()
        return found

    with ThreadPoolExecutor(WORKERS) as pool:
        return [taken for found in pool.map(work, range(WORKERS)) for taken in found]


def test_each_job_is_taken_once() -> None:
    hosts = [make_host("one"), make_host("two")]
    jobs = {make_job().pk for _ in range(40)}
    claims = race(hosts)
    assert sorted(taken.job.pk for taken in claims) == sorted(jobs)
    leases = dict(Job.objects.values_list("pk", "lease"))
    assert {taken.job.pk: taken.lease for taken in claims} == leases
    assert set(Job.objects.values_list("state", "attempt")) == {(JobState.LEASED, 1)}


def test_gpu_slots_are_given_once() -> None:
    host = make_host("one", gpu_slots=3)
    for _ in range(10):
        make_job(needs_gpu_slot=True)
    claims = race([host])
    assert len(claims) == 3
    slots = Job.objects.filter(state=JobState.LEASED).values_list("gpu_slot", flat=True)
    assert set(slots) == {0, 1, 2}
