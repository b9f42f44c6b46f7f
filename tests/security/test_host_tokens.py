"""What machines ask for over HTTP: with a token of theirs, and with nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from afsweb.core.host_tokens import give_token
from afsweb.core.models import Host, HostState
from afsweb.permissions import DenyByDefaultMiddleware, calling_host, for_hosts

pytestmark = pytest.mark.django_db


@for_hosts
def view(request: HttpRequest) -> HttpResponse:
    return HttpResponse(calling_host(request).name)


@pytest.fixture
def host() -> Host:
    return Host.objects.create(name="studio")


def ask(token: str) -> Any:
    return view(RequestFactory().post("/", headers={"Authorization": f"Bearer {token}"}))


def test_a_machine_is_known_by_its_token(host: Host) -> None:
    Host.objects.create(name="another")
    assert ask(give_token(host)).content == b"studio"


def test_the_database_keeps_no_token(host: Host) -> None:
    token = give_token(host)
    host.refresh_from_db()
    assert host.token_sha256
    assert token not in host.token_sha256


def test_a_new_token_ends_the_one_before(host: Host) -> None:
    old, new = give_token(host), give_token(host)
    assert ask(old).status_code == 401
    assert ask(new).status_code == 200


def test_a_revoked_machine_is_refused_and_told_what_to_do(host: Host) -> None:
    token = give_token(host)
    Host.objects.update(state=HostState.REVOKED)
    response = ask(token)
    assert response.status_code == 401
    assert b"Join it anew" in response.content


def test_a_draining_machine_may_still_fetch_what_its_job_needs(host: Host) -> None:
    token = give_token(host)
    Host.objects.update(state=HostState.DRAINING)
    assert ask(token).status_code == 200


@pytest.mark.parametrize("token", ["", "afs-host-", "afs-host-guess", "None"])
def test_a_stranger_is_refused(host: Host, token: str) -> None:
    assert ask(token).status_code == 401


def test_a_view_of_machines_says_so_to_the_guard(host: Host) -> None:
    guard = DenyByDefaultMiddleware(lambda _request: HttpResponse())
    assert guard.process_view(RequestFactory().get("/"), view, (), {}) is None
    with pytest.raises(PermissionDenied):
        guard.process_view(RequestFactory().get("/"), lambda _request: HttpResponse(), (), {})
