"""What a worker writes about its machine."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db.models.functions import Now

from afsweb.core.jobs.hosts import sign_in, with_silence
from afsweb.core.models import Host, HostState


def test_first_worker_makes_the_row(db: None) -> None:
    sign_in("a machine", ["gpu", "eval"])
    host = with_silence(Host.objects.all()).get()
    assert (host.name, host.queues, host.code_version) == ("a machine", ["eval", "gpu"], settings.VERSION)
    assert host.platform and host.python_version and host.disk_free_bytes > 0
    assert not host.is_silent and host.silence < timedelta(seconds=10)


def test_workers_of_one_machine_add_up(db: None) -> None:
    sign_in("a machine", ["gpu"])
    sign_in("a machine", ["default"])
    assert Host.objects.get().queues == ["default", "gpu"]


def test_queues_of_workers_that_are_gone_are_dropped(db: None) -> None:
    sign_in("a machine", ["gpu"])
    Host.objects.update(seen_at=Now() - timedelta(days=1))
    assert with_silence(Host.objects.all()).get().is_silent
    sign_in("a machine", ["default"])
    assert Host.objects.get().queues == ["default"]


def test_signing_in_does_not_undo_a_drain(db: None) -> None:
    sign_in("a machine", ["gpu"])
    Host.objects.update(state=HostState.DRAINING)
    sign_in("a machine", ["gpu"])
    assert Host.objects.get().state == HostState.DRAINING


@pytest.mark.parametrize("queues", ["nothing", "default,nothing", " , "])
def test_worker_of_an_unknown_queue_does_not_start(queues: str) -> None:
    with pytest.raises(CommandError, match="No such queue"):
        call_command("afs_worker", queues=queues)
