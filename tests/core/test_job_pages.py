"""What people see of jobs: the list, one job, and the part that other pages place."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db.models.functions import Now
from django.test import Client
from pytest_django import DjangoAssertNumQueries as AssertQueries

from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.leases import finish
from afsweb.core.models import Host, HostState, Job, JobLog, JobState, Role
from tests.conftest import ClientAs
from tests.core.conftest import lease, make_host, make_job

HTMX: dict[str, Any] = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def viewer_client(client_as: ClientAs) -> Client:
    return client_as(Role.VIEWER)


@pytest.fixture
def trainer_client(client_as: ClientAs) -> Client:
    return client_as(Role.TRAINER)


def text(client: Client, url: str, **headers: Any) -> str:
    response = client.get(url, **headers)
    assert response.status_code == 200
    return response.content.decode()


def rename(job: Job, title: str) -> Job:
    Job.objects.filter(pk=job.pk).update(title=title)
    return job


def test_empty_list_says_what_will_be_here(viewer_client: Client) -> None:
    assert "Imports, generation, training and evaluation run as jobs" in text(viewer_client, "/jobs/")


def test_list_shows_what_runs_waits_and_is_over(viewer_client: Client, ctx: JobContext) -> None:
    rename(make_job(), "the waiting one")
    rename(make_job(state=JobState.FAILED, error="it broke"), "the failed one")
    page = text(viewer_client, "/jobs/")
    assert page.index("Running") < page.index("the waiting one") < page.index("the failed one")
    assert "it broke" in page and "here" in page


def test_waiting_jobs_stand_in_the_order_of_the_line(viewer_client: Client) -> None:
    rename(make_job(), "second in line")
    rename(make_job(priority=3), "first in line")
    page = text(viewer_client, "/jobs/")
    assert page.index("first in line") < page.index("second in line")


@pytest.mark.parametrize(
    "query", ["state=failed", "queue=gpu", "kind=training.train", "host=there", "state=failed&queue=gpu&host=there"]
)
def test_filter_narrows(viewer_client: Client, db: None, query: str) -> None:
    rename(make_job(), "the other one")
    wanted = make_job(state=JobState.FAILED, queue="gpu", kind="training.train", host=make_host("there"))
    rename(wanted, "the wanted one")
    page = text(viewer_client, f"/jobs/?{query}")
    assert "the wanted one" in page and "the other one" not in page


@pytest.mark.parametrize("query", ["state=nothing", "queue=nothing", "host=nothing", "kind=%00"])
def test_filter_that_names_nothing_shows_nothing(viewer_client: Client, job: Job, query: str) -> None:
    assert "No job is like that" in text(viewer_client, f"/jobs/?{query}")


def test_older_jobs_are_pages_away(viewer_client: Client, db: None) -> None:
    moment = Job.objects.get(pk=make_job(state=JobState.SUCCEEDED).pk).created_at
    for number in range(60):  # of one moment, so that only the key tells them apart
        rename(make_job(state=JobState.SUCCEEDED, created_at=moment), f"job-{number:02}.")
    seen: list[str] = []
    url = "/jobs/?state=succeeded"
    while url:
        page = viewer_client.get(url).context["page"]
        seen += [str(job.pk) for job in page.rows]
        cursor = page.next_cursor
        url = f"/jobs/?state=succeeded&before={cursor.replace('+', '%2B')}" if cursor else ""
    assert len(seen) == len(set(seen)) == 61


def test_older_link_keeps_the_filter(viewer_client: Client, db: None) -> None:
    for _ in range(51):
        make_job(state=JobState.SUCCEEDED)
    page = text(viewer_client, "/jobs/?state=succeeded")
    link = page.split('rel="next"')[1].split('href="')[1].split('"')[0].replace("&amp;", "&")
    assert "state=succeeded" in link
    assert len(viewer_client.get(f"/jobs/{link}").context["page"].rows) == 1


@pytest.mark.parametrize("before", ["x", "2026-01-01~", "~", "2026-01-01T00:00:00~x", "9" * 40])
def test_damaged_cursor_shows_the_newest(viewer_client: Client, before: str) -> None:
    rename(make_job(state=JobState.FAILED), "the newest one")
    assert "the newest one" in text(viewer_client, f"/jobs/?before={before}")


def test_list_polls_only_while_something_is_open(viewer_client: Client, db: None) -> None:
    make_job(state=JobState.SUCCEEDED)
    assert "hx-trigger" not in text(viewer_client, "/jobs/")
    make_job()
    assert 'hx-trigger="every 3s"' in text(viewer_client, "/jobs/")


def test_htmx_gets_the_live_part_alone(viewer_client: Client, job: Job) -> None:
    for url in ("/jobs/", job.get_absolute_url()):
        assert "<html" not in text(viewer_client, url, **HTMX)


def test_buttons_are_for_who_may_press_them(viewer_client: Client, trainer_client: Client, ctx: JobContext) -> None:
    make_job()
    for url in ("/jobs/", ctx.job.get_absolute_url(), f"{ctx.job.get_absolute_url()}progress/"):
        assert "/cancel/" not in text(viewer_client, url)
        assert "/cancel/" in text(trainer_client, url)


def test_detail_shows_progress_log_and_params(viewer_client: Client, ctx: JobContext) -> None:
    ctx.progress(2, 5, "reading")
    ctx.log("a line of <b>the log</b>")
    page = text(viewer_client, ctx.job.get_absolute_url())
    assert '<progress value="2"' in page and 'max="5"' in page and "reading" in page
    assert "a line of &lt;b&gt;the log&lt;/b&gt;" in page
    assert "steps" in page


def test_detail_shows_the_end_of_a_long_log(viewer_client: Client, job: Job) -> None:
    JobLog.objects.bulk_create(JobLog(job=job, text=f"line {number}.") for number in range(300))
    page = text(viewer_client, job.get_absolute_url())
    assert "line 299." in page and "line 100." in page and "line 99." not in page


def test_failed_job_says_what_and_what_next(trainer_client: Client, db: None) -> None:
    page = text(trainer_client, make_job(state=JobState.FAILED, error="The disk is full.").get_absolute_url())
    assert "The disk is full." in page and "then retry" in page and "/retry/" in page


def test_succeeded_job_is_not_offered_again(trainer_client: Client, db: None) -> None:
    assert "/retry/" not in text(trainer_client, make_job(state=JobState.SUCCEEDED).get_absolute_url())


def test_lost_job_is_shown_as_lost(viewer_client: Client, ctx: JobContext) -> None:
    Job.objects.update(heartbeat_at=Now() - timedelta(seconds=settings.JOB_LEASE + 20))
    for url in ("/jobs/", ctx.job.get_absolute_url()):
        assert "silent for 1 min" in text(viewer_client, url)


def test_job_that_beats_is_not_lost(viewer_client: Client, ctx: JobContext) -> None:
    assert "silent for" not in text(viewer_client, ctx.job.get_absolute_url())


def test_stopping_job_says_so(viewer_client: Client, ctx: JobContext) -> None:
    Job.objects.update(stop_requested_at=Now())
    assert "stopping" in text(viewer_client, ctx.job.get_absolute_url())


def test_job_of_another_version_says_what_it_waits_for(viewer_client: Client, db: None) -> None:
    assert "waits for a worker of that version" in text(viewer_client, make_job(code_version="9.9").get_absolute_url())


def test_unknown_job_is_not_found(viewer_client: Client) -> None:
    assert viewer_client.get(f"/jobs/{uuid4()}/").status_code == 404


def test_page_of_a_running_job_is_loaded_anew_at_its_end(viewer_client: Client, ctx: JobContext) -> None:
    for path in ("", "progress/"):
        assert "every 2s" in text(viewer_client, ctx.job.get_absolute_url() + path)
    finish(ctx.job, ctx.lease, JobState.SUCCEEDED)
    for path in ("", "progress/"):
        url = ctx.job.get_absolute_url() + path
        assert viewer_client.get(f"{url}?live=1", **HTMX)["HX-Refresh"] == "true"
        # A page that opens with a finished job on it must not load itself for ever.
        response = viewer_client.get(url, **HTMX)
        assert "HX-Refresh" not in response and "hx-trigger" not in response.content.decode()


def test_list_costs_the_same_for_many(
    viewer_client: Client, host: Host, django_assert_max_num_queries: AssertQueries
) -> None:
    for number in range(20):
        job = make_job(title=f"waits {number}")
        lease(make_job(), host)
        finish(job, lease(job, host), JobState.FAILED, error="x")
        make_job(pinned_host=host)
    with django_assert_max_num_queries(8):  # session, hosts, running, line, over, navigation
        text(viewer_client, "/jobs/")


def test_detail_costs_little(
    trainer_client: Client, ctx: JobContext, django_assert_max_num_queries: AssertQueries
) -> None:
    with django_assert_max_num_queries(8):
        text(trainer_client, ctx.job.get_absolute_url())
    with django_assert_max_num_queries(2):  # session, job
        text(trainer_client, f"{ctx.job.get_absolute_url()}progress/")


def test_hosts_list_says_who_lives_and_does_what(viewer_client: Client, ctx: JobContext) -> None:
    make_host("a silent one", state=HostState.DRAINING)
    Host.objects.filter(name="here").update(seen_at=Now(), queues=["gpu"], disk_free_bytes=5 * 1024**3)
    page = text(viewer_client, "/hosts/")
    assert "alive" in page and "never seen" in page and "draining" in page
    assert "A test job" in page and "gpu" in page and "5.0" in page


def test_hosts_list_is_empty_at_first(viewer_client: Client) -> None:
    assert "A machine appears here when a worker starts on it" in text(viewer_client, "/hosts/")


def test_host_shows_its_jobs(viewer_client: Client, ctx: JobContext, host: Host) -> None:
    rename(make_job(pinned_host=host), "the pinned one")
    rename(make_job(), "of no host")
    page = text(viewer_client, host.get_absolute_url())
    assert "A test job" in page and "the pinned one" in page and "of no host" not in page


def test_host_pages_cost_the_same_for_many(viewer_client: Client, django_assert_max_num_queries: AssertQueries) -> None:
    for number in range(10):
        host = make_host(f"host-{number}")
        lease(make_job(), host)
    with django_assert_max_num_queries(6):
        text(viewer_client, "/hosts/")
    with django_assert_max_num_queries(8):
        text(viewer_client, host.get_absolute_url())
