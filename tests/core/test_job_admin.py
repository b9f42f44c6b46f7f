"""Jobs, hosts and history in the admin: everything can be looked at, little can be touched."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from afsweb.core.history import record
from afsweb.core.jobs.context import JobContext
from afsweb.core.models import EventSource, Host, Job, JobState, Role
from tests.conftest import ClientAs
from tests.core.conftest import make_job, state_of, verbs_of

JOBS = "/admin/core/job/"


def act(client: Client, action: str, *jobs: Job) -> str:
    data = {"action": action, "_selected_action": [str(job.pk) for job in jobs]}
    return client.post(JOBS, data, follow=True).content.decode()


def test_trainer_stops_many(client_as: ClientAs, ctx: JobContext) -> None:
    waiting, over = make_job(), make_job(state=JobState.SUCCEEDED)
    page = act(client_as(Role.TRAINER), "stop", ctx.job, waiting, over)
    assert "2 jobs are asked to stop." in page and "there is nothing to stop" in page
    assert state_of(waiting) == JobState.CANCELLED
    assert sorted(verbs_of(waiting)) == ["ask to stop", "cancel"]


def test_trainer_retries(client_as: ClientAs, db: None) -> None:
    job = make_job(state=JobState.FAILED)
    assert "1 job is in the line again." in act(client_as(Role.TRAINER), "retry", job)
    assert state_of(job) == JobState.QUEUED


@pytest.mark.parametrize("role", [Role.VIEWER, Role.REVIEWER])
def test_others_do_not_see_jobs_there(client_as: ClientAs, job: Job, role: Role) -> None:
    assert client_as(role).get(JOBS).status_code in (302, 403)


def test_detail_shows_the_log(client_as: ClientAs, ctx: JobContext) -> None:
    ctx.log("a line of <b>the log</b>")
    page = client_as(Role.TRAINER).get(reverse("admin:core_job_change", args=[ctx.job.pk])).content.decode()
    assert "a line of &lt;b&gt;the log&lt;/b&gt;" in page


@pytest.mark.parametrize("model", ["job", "event", "host"])
def test_nobody_adds_or_deletes_there(client_as: ClientAs, ctx: JobContext, model: str) -> None:
    record("look", ctx.job, actor=None, source=EventSource.CLI)
    key = {"job": ctx.job.pk, "event": "", "host": ctx.job.host_id}[model]
    client = client_as(Role.ADMIN)
    assert client.get(f"/admin/core/{model}/").status_code == 200
    assert client.get(f"/admin/core/{model}/add/").status_code == 403
    if model != "event":
        assert client.post(f"/admin/core/{model}/{key}/delete/", {"post": "yes"}).status_code == 403


def test_nobody_edits_a_job_there(client_as: ClientAs, job: Job) -> None:
    response = client_as(Role.ADMIN).post(reverse("admin:core_job_change", args=[job.pk]), {"state": "succeeded"})
    assert response.status_code == 403
    assert state_of(job) == JobState.QUEUED


def test_admin_says_how_many_gpu_slots_a_host_has(client_as: ClientAs, host: Host) -> None:
    client_as(Role.ADMIN).post(reverse("admin:core_host_change", args=[host.pk]), {"gpu_slots": "4", "name": "x"})
    host.refresh_from_db()
    assert (host.gpu_slots, host.name) == (4, "here")
