"""With the clocks of real life, a job whose worker and child were killed is over within the promised time."""

from __future__ import annotations

from tests.acceptance.conftest import Workers, assert_done_once, make_job, wait_for_steps, wait_until_over


def test_killed_machine_is_noticed_in_time(workers: Workers) -> None:
    workers.start(2, clocks={})
    job = make_job()
    wait_for_steps(job)
    worker = workers.holder(job)
    child = worker.child()
    worker.kill()
    child.kill()
    wait_until_over([job])
    assert_done_once(job)
    assert job.attempt == 2
