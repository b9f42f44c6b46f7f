"""`afs host invite`, `revoke`, `setup` and `afs worker`: what admins do on the Hosts page, from a terminal."""

from __future__ import annotations

import re
import sys

import django_rq
import pytest
from rq.worker import WorkerStatus

from afsweb.core.jobs.attendance import KEPT
from afsweb.core.jobs.worker import Worker
from afsweb.core.joining.invites import find_invite
from afsweb.core.models import Event, EventSource, Host, HostState
from tests.commands.conftest import Afs
from tests.core.conftest import make_host

pytestmark = pytest.mark.django_db


def test_a_machine_is_invited(afs: Afs) -> None:
    said = afs("host", "invite", "studio", "--keys")
    assert "afs join http" in said.out
    row = find_invite(said.out.split()[-1])
    assert (row.host_name, row.may_use_keys) == ("studio", True)
    assert Event.objects.get().source == EventSource.CLI


@pytest.mark.parametrize(("name", "why"), [("two words", "cannot name a machine"), ("hub", "choose another name")])
def test_a_name_that_cannot_be_is_refused(afs: Afs, name: str, why: str) -> None:
    make_host("hub")
    said = afs("host", "invite", name)
    assert (said.status, why in said.err, said.out) == (1, True, "")


def test_revoking_asks_and_says_what_came_of_it(afs: Afs, monkeypatch: pytest.MonkeyPatch) -> None:
    host = make_host("studio")
    monkeypatch.setattr("builtins.input", lambda _question: "n")
    assert afs("host", "revoke", "studio").status == 1
    host.refresh_from_db()
    assert host.state == HostState.ACTIVE
    assert afs("host", "revoke", "studio", "--yes").out == "studio is shut out; jobs given back: 0\n"
    assert Host.objects.get().state == HostState.REVOKED
    assert "afs host invite studio" in afs("host", "activate", "studio").err


def test_faults_and_cards_are_shown(afs: Afs) -> None:
    host = make_host("studio")
    card = {"name": "RTX", "memory_total": 2048, "memory_free": 1024, "temperature": 40, "used": 0, "driver": "1"}
    fault = {"check": "disk", "level": "bad", "text": "Full.", "fix": "Delete something."}
    Host.objects.filter(pk=host.pk).update(gpus=[card], findings=[fault])
    said = afs("host", "show", "studio").out
    assert "gpu: RTX: 1.0 of 2.0 GiB free, 40 °C." in said
    assert "disk: Full. Delete something." in said


def test_workers_and_lost_ones_are_told(afs: Afs) -> None:
    make_host("studio")
    redis = django_rq.get_connection()
    for label, silence in (("rest", 0), ("gpu", 90)):
        worker = Worker("studio", ["default"], label)
        worker.doorbell.show(WorkerStatus.IDLE)
        redis.pexpire(worker.doorbell.key, (KEPT - silence) * 1000)
    for command in (("list",), ("show", "studio")):
        assert re.search(r"; workers: gpu \(lost 1 min 3\d s ago\), rest", afs("host", *command).out)
    redis.flushall()


@pytest.mark.skipif(sys.platform == "darwin", reason="MLX runs there")
def test_a_backend_that_cannot_run_here_is_refused(afs: Afs) -> None:
    said = afs("host", "setup", "--backend", "mlx")
    assert (said.status, "mlx does not run on" in said.err) == (1, True)


def test_a_worker_of_no_queue_is_refused(afs: Afs) -> None:
    assert "No such queue: nothing" in afs("worker", "--queues", "nothing").err
