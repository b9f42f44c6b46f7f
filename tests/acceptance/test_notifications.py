"""From a job that fails to the receiver of a webhook, by real workers: told, sent, logged, kept; through a kill too."""

from __future__ import annotations

import json

import pytest

from afsweb.core.models import ChannelKind, Delivery, DeliveryState, ErrorReport, Job, NotificationKind, User
from afsweb.core.notifications import notify
from tests.acceptance.clocks import FAST_CLOCKS
from tests.acceptance.conftest import Workers, wait_for
from tests.core.conftest import make_job
from tests.notifications.conftest import channel, receiver
from tests.notifications.receiver import Receiver

__all__ = ["receiver"]

HUB = FAST_CLOCKS | {"AFS_WEBHOOK_NETWORKS": "127.0.0.0/8", "AFS_PUBLIC_URL": "https://hub.example"}


def test_who_started_a_job_hears_that_it_failed(workers: Workers, viewer: User, receiver: Receiver) -> None:
    channel(viewer, ChannelKind.WEBHOOK, receiver.url)
    (worker,) = workers.start(clocks=HUB | {"AFS_LOG_FORMAT": "json"})
    job = make_job(kind="a.kind.of.another.version", created_by=viewer)
    (came,) = wait_for(lambda: receiver.came)
    assert came.json["type"] == NotificationKind.JOB_FAILED
    assert came.json["data"]["url"] == f"https://hub.example{job.get_absolute_url()}"
    wait_for(Delivery.objects.filter(state=DeliveryState.SENT).exists)
    wait_for(ErrorReport.objects.exists)
    report = ErrorReport.objects.get()
    assert (report.kind, report.about, report.job) == ("UnknownKind", "a.kind.of.another.version", job.pk)
    lines = [json.loads(line) for line in workers.log(worker.name).read_text().splitlines() if line.startswith("{")]
    (about_job,) = [line for line in lines if line.get("job") == str(job.pk) and line["level"] == "ERROR"]
    assert about_job["kind"] == "a.kind.of.another.version"
    assert "UnknownKind" in about_job["exception"]


@pytest.mark.parametrize(
    "kind, state, times",
    [(ChannelKind.WEBHOOK, DeliveryState.SENT, 2), (ChannelKind.SLACK, DeliveryState.UNKNOWN, 1)],
)
def test_a_sender_is_killed_before_the_answer(
    workers: Workers, viewer: User, receiver: Receiver, kind: ChannelKind, state: DeliveryState, times: int
) -> None:
    channel(viewer, kind, receiver.url)
    receiver.may_answer.clear()
    (worker,) = workers.start(clocks=HUB)
    notify([viewer], "Look.", "/samples/")
    wait_for(lambda: receiver.came)
    for child in worker.children():
        child.kill()
    worker.kill()
    receiver.may_answer.set()
    workers.start(clocks=HUB)
    wait_for(Delivery.objects.filter(state=state).exists)
    wait_for(lambda: not Job.objects.exclude(finished_at__isnull=False).exists())
    assert len(receiver.came) == times
    assert len({came.body for came in receiver.came}) == 1
