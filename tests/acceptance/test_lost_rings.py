"""Redis may forget everything at any time, and repeat itself: every job is done, and done once."""

from __future__ import annotations

import django_rq
from django.db import transaction

from afsweb.core.jobs.ring import ring
from afsweb.core.models import Job, JobLog
from tests.acceptance.conftest import Workers, assert_done_once, make_job, wait_for, wait_until_over


def ring_often(job: Job, times: int) -> None:
    for _ in range(times):
        ring(job)


def test_flush_with_twenty_jobs_waiting(workers: Workers) -> None:
    jobs = [make_job(steps=2, pause=0) for _ in range(20)]
    assert django_rq.get_queue("default").count == 20
    django_rq.get_connection().flushall()
    workers.start(2)
    wait_for(lambda: JobLog.objects.values("job").distinct().count() >= 3)
    django_rq.get_connection().flushall()
    wait_until_over(jobs)
    for job in jobs:
        assert_done_once(job)
        assert job.attempt == 1


def test_same_ring_ten_times_on_four_workers(workers: Workers) -> None:
    workers.start(4)
    with transaction.atomic():
        job = make_job(steps=5)
        transaction.on_commit(lambda: ring_often(job, 9))
    wait_until_over([job])
    assert_done_once(job)
    assert job.attempt == 1
    assert sum(workers.log(worker.name).read_text().count(f"took {job.pk}") for worker in workers.all) == 1
