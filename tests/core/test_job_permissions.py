"""Who may do what with jobs and hosts, by the form's own way: a post, and back to the page it came from."""

from __future__ import annotations

import pytest
from django.test import Client

from afsweb.core.jobs.context import JobContext
from afsweb.core.models import Host, HostState, Job, JobState, Role, User
from tests.conftest import ClientAs
from tests.core.conftest import make_job, state_of, verbs_of

ACTIONS: dict[str, dict[str, str]] = {
    "cancel": {},
    "move": {"to": "top"},
    "prioritise": {"priority": "4"},
    "pin": {"host": "here"},
    "retry": {},
}


def job_for(action: str) -> Job:
    return make_job(state=JobState.FAILED) if action == "retry" else make_job()


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("role", [Role.VIEWER, Role.REVIEWER])
def test_action_needs_trainer(client_as: ClientAs, host: Host, role: Role, action: str) -> None:
    job = job_for(action)
    assert client_as(role).post(f"{job.get_absolute_url()}{action}/", ACTIONS[action]).status_code == 403
    assert verbs_of(job) == []


@pytest.mark.parametrize("action", ACTIONS)
def test_action_needs_a_login(client: Client, host: Host, action: str) -> None:
    job = job_for(action)
    response = client.post(f"{job.get_absolute_url()}{action}/", ACTIONS[action])
    assert response.status_code == 302 and "next=" in response["Location"]
    assert verbs_of(job) == []


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("role", [Role.TRAINER, Role.ADMIN])
def test_action_is_done_and_recorded(client_as: ClientAs, host: Host, role: Role, action: str) -> None:
    job = job_for(action)
    response = client_as(role).post(f"{job.get_absolute_url()}{action}/", ACTIONS[action])
    assert response["Location"] == job.get_absolute_url()
    assert len(verbs_of(job)) == 1


@pytest.mark.parametrize("action", ACTIONS)
def test_action_is_a_post(client_as: ClientAs, host: Host, action: str) -> None:
    assert client_as(Role.ADMIN).get(f"{job_for(action).get_absolute_url()}{action}/").status_code == 405


def test_action_needs_the_token(trainer: User, job: Job) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(trainer)
    assert client.post(f"{job.get_absolute_url()}cancel/").status_code == 403
    assert state_of(job) == JobState.QUEUED


def test_refusal_is_a_message_and_not_an_error(client_as: ClientAs, db: None) -> None:
    job = make_job(state=JobState.SUCCEEDED)
    page = client_as(Role.TRAINER).post(f"{job.get_absolute_url()}retry/", follow=True)
    assert page.status_code == 200
    assert "has succeeded; start a new one" in page.content.decode()


def test_running_job_is_asked_and_stays_until_it_stops(client_as: ClientAs, ctx: JobContext) -> None:
    client_as(Role.TRAINER).post(f"{ctx.job.get_absolute_url()}cancel/")
    ctx.job.refresh_from_db()
    assert ctx.job.is_stopping


def test_action_returns_to_the_list(client_as: ClientAs, job: Job) -> None:
    response = client_as(Role.TRAINER).post(f"{job.get_absolute_url()}cancel/", {"next": "/jobs/?queue=default"})
    assert response["Location"] == "/jobs/?queue=default"


@pytest.mark.parametrize("next_url", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_action_returns_to_no_other_site(client_as: ClientAs, job: Job, next_url: str) -> None:
    response = client_as(Role.TRAINER).post(f"{job.get_absolute_url()}cancel/", {"next": next_url})
    assert response["Location"] == job.get_absolute_url()


@pytest.mark.parametrize("name", ["nowhere", "\x00"])
def test_pin_to_a_host_that_is_not_there(client_as: ClientAs, job: Job, name: str) -> None:
    assert client_as(Role.TRAINER).post(f"{job.get_absolute_url()}pin/", {"host": name}).status_code == 404


@pytest.mark.parametrize("role", [Role.VIEWER, Role.REVIEWER, Role.TRAINER])
@pytest.mark.parametrize("action", ["drain", "activate"])
def test_hosts_are_an_admins(client_as: ClientAs, host: Host, role: Role, action: str) -> None:
    assert client_as(role).post(f"{host.get_absolute_url()}{action}/").status_code == 403
    assert "/drain/" not in client_as(role).get(host.get_absolute_url()).content.decode()
    host.refresh_from_db()
    assert host.state == HostState.ACTIVE


def test_drain_and_back(client_as: ClientAs, host: Host) -> None:
    client = client_as(Role.ADMIN)
    assert "/drain/" in client.get(host.get_absolute_url()).content.decode()
    for action, state in (("drain", HostState.DRAINING), ("drain", HostState.DRAINING), ("activate", HostState.ACTIVE)):
        assert client.post(f"{host.get_absolute_url()}{action}/")["Location"] == host.get_absolute_url()
        host.refresh_from_db()
        assert host.state == state
    assert verbs_of(host) == ["change state", "change state"]


def test_revoked_host_stays_revoked(client_as: ClientAs, host: Host) -> None:
    Host.objects.update(state=HostState.REVOKED)
    client = client_as(Role.ADMIN)
    client.post(f"{host.get_absolute_url()}activate/")
    host.refresh_from_db()
    assert host.state == HostState.REVOKED
    assert "/activate/" not in client.get(host.get_absolute_url()).content.decode()
