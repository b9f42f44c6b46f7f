"""In a real browser: the page of a running job moves by itself, and is loaded anew once when the job is over."""

from __future__ import annotations

from typing import Any

import pytest

from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.leases import finish
from afsweb.core.models import Job, JobState, Role
from tests.core.conftest import lease, make_host, make_job

pytestmark = pytest.mark.browser


def test_page_follows_the_job_to_its_end(page_as: Any) -> None:
    job = make_job()
    ctx = JobContext(job, lease(job, make_host("here")))
    page = page_as(Role.TRAINER)
    page.goto(job.get_absolute_url())
    page.get_by_text("at work").wait_for()
    ctx.progress(2, 3, "nearly there")
    ctx.log("a line of its log")
    page.get_by_text("2 of 3 · nearly there").wait_for()
    page.get_by_text("a line of its log").wait_for()
    ctx.finish(answer="forty-two")
    finish(job, ctx.lease, JobState.SUCCEEDED)
    page.get_by_text("forty-two").wait_for()  # outside the live part: only a new load shows it
    assert page.get_by_role("button", name="Stop").count() == 0
    assert page.locator("[hx-trigger]").count() == 0


def test_stop_and_retry_are_plain_forms(page_as: Any) -> None:
    job = make_job()
    page = page_as(Role.TRAINER)
    page.goto("/jobs/")
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("“A test job” is cancelled.").wait_for()
    page.get_by_role("button", name="Retry").click()
    page.get_by_text("“A test job” is in the line again.").wait_for()
    assert Job.objects.get(pk=job.pk).state == JobState.QUEUED
