"""What tests of channels start from: real receivers, persons with channels, and the job that sends."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from pytest_django.fixtures import Settings

from afsweb.core.models import Channel, ChannelKind, Delivery, Job, JobState, NotificationKind, User
from afsweb.core.notifications.channels import add_channel
from afsweb.core.notifications.queueing import DELIVER
from afsweb.services.processes import free_port
from tests.notifications.receiver import Receiver, serving
from tests.rows import run_job

LOCAL = [ipaddress.ip_network("127.0.0.0/8")]


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    """A receiver of webhooks on this machine, which the hub may reach on purpose."""
    settings.WEBHOOK_NETWORKS = LOCAL
    settings.PUBLIC_URL = "https://hub.example/"
    with serving() as one:
        yield one


class Mailbox:
    """What a mail server does with letters: it keeps them, or refuses with `answer`."""

    def __init__(self) -> None:
        self.letters: list[Any] = []
        self.answer = "250 kept"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        if self.answer.startswith("250"):
            self.letters.append(envelope)
        return self.answer


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[Mailbox]:
    """A real mail server on this machine, which the hub sends through."""
    box = Mailbox()
    server = Controller(box, hostname="127.0.0.1", port=free_port())
    server.start()
    settings.PUBLIC_URL = "https://hub.example"
    settings.SMTP = {
        "host": "127.0.0.1",
        "port": server.port,
        "username": "",
        "password": "",
        "use_ssl": False,
        "use_tls": False,
    }
    yield box
    server.stop()


def channel(user: User, kind: ChannelKind, address: str = "", kinds: object = tuple(NotificationKind)) -> Channel:
    """A channel that tells of every kind unless `kinds` says otherwise."""
    one = add_channel(user, kind, kind.value, address).channel
    one.kinds = [str(kind) for kind in kinds]  # type: ignore[attr-defined]
    one.save()
    return one


def send_all() -> Job:
    """Do the job that waits to send; its row."""
    job = Job.objects.get(kind=DELIVER, state=JobState.QUEUED)
    run_job(job)
    assert job.state == JobState.SUCCEEDED, job.error
    return job


def the_delivery() -> Delivery:
    return Delivery.objects.select_related("channel").get()
