"""One job per GPU slot of a host, held by the table itself."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from afsweb.core.jobs.claim import claim
from afsweb.core.jobs.leases import finish
from afsweb.core.models import Host, JobState
from tests.core.conftest import make_host, make_job


def slot_of_next(host: Host) -> int | None:
    found = claim(host, "a-worker", ("default",))
    assert found is not None
    found.job.refresh_from_db()
    return found.job.gpu_slot


def test_second_gpu_job_waits_for_the_slot(host: Host) -> None:
    make_job(needs_gpu_slot=True)
    make_job(needs_gpu_slot=True)
    assert slot_of_next(host) == 0
    assert claim(host, "a-worker", ("default",)) is None


def test_other_jobs_pass_the_one_that_waits(host: Host) -> None:
    make_job(needs_gpu_slot=True)
    make_job(needs_gpu_slot=True)
    other = make_job()
    assert slot_of_next(host) == 0
    found = claim(host, "a-worker", ("default",))
    assert found is not None and found.job == other


def test_slots_of_hosts_are_their_own(host: Host) -> None:
    make_job(needs_gpu_slot=True)
    make_job(needs_gpu_slot=True)
    assert (slot_of_next(host), slot_of_next(make_host("there"))) == (0, 0)


def test_finished_job_frees_its_slot(host: Host) -> None:
    make_job(needs_gpu_slot=True)
    make_job(needs_gpu_slot=True)
    found = claim(host, "a-worker", ("default",))
    assert found is not None and finish(found.job, found.lease, JobState.SUCCEEDED)
    assert slot_of_next(host) == 0


def test_host_without_slots_takes_no_gpu_job(db: None) -> None:
    make_job(needs_gpu_slot=True)
    assert claim(make_host("cpu", gpu_slots=0), "a-worker", ("default",)) is None


def test_table_refuses_two_jobs_in_a_slot(host: Host) -> None:
    assert make_job(needs_gpu_slot=True).take_lease(host, "one", 0)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_job(needs_gpu_slot=True).take_lease(host, "two", 0)
