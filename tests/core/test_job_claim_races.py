"""Many at the same line, each with a connection of its own: nobody takes what another has, no wish to stop is lost."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier, Event
from time import sleep
from uuid import UUID

import pytest
from django.db import connection, transaction

from afsweb.core.jobs.actions import Actor, cancel
from afsweb.core.jobs.claim import Claim, claim
from afsweb.core.jobs.leases import lose, put_back
from afsweb.core.models import Host, Job, JobState
from tests.core.conftest import lease, make_host, make_job, state_of

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS = 6
GoBack = Callable[[Job, UUID], bool]


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


@pytest.mark.parametrize("go_back", [put_back, partial(lose, reason="its worker was killed")], ids=["put back", "lost"])
def test_a_wish_to_stop_that_meets_a_job_on_its_way_back_to_the_line_is_not_lost(go_back: GoBack) -> None:
    job, is_on_its_way = make_job(), Event()
    held = lease(job, make_host("one"))

    def send_back() -> None:
        try:
            with transaction.atomic():
                assert go_back(job, held)
                is_on_its_way.set()
                sleep(0.3)  # and the wish comes meanwhile
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        going = pool.submit(send_back)
        assert is_on_its_way.wait(20)
        cancel(job, Actor(None))
        going.result()
    assert state_of(job) == JobState.CANCELLED
