"""The pages of schedules and their place in the admin: what they show, who may do what, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from afsweb.core.models import Event, Job, JobState, Role, Schedule, ScheduledRun
from afsweb.core.schedules.due import enqueue_due
from tests.schedules.making import make_due, make_schedule

pytestmark = pytest.mark.django_db
ClientAs = Callable[[Role], Client]


def text(client: Client, url: str) -> str:
    return " ".join(client.get(url).content.decode().split())


def test_the_list_shows_when_last_and_next(client_as: ClientAs) -> None:
    schedule = make_due(make_schedule(time_zone="Europe/Vienna", purpose="Does nothing."))
    enqueue_due()
    Job.objects.update(state=JobState.FAILED, error="The disk is full.")
    page = text(client_as(Role.VIEWER), reverse("list_schedules"))
    schedule.refresh_from_db()
    for words in ("nightly", "At 03:00 every day, Europe/Vienna", "failed", "The disk is full."):
        assert words in page
    assert f"{schedule.next_at:%Y-%m-%d %H:%M} UTC" in page
    assert "Run now" not in page
    assert "Does nothing." in text(client_as(Role.VIEWER), schedule.get_absolute_url())


def test_an_empty_list_offers_the_usual_ones(client_as: ClientAs) -> None:
    client = client_as(Role.ADMIN)
    assert "Add the usual ones" in text(client, reverse("list_schedules"))
    assert client.post(reverse("add_usual_schedules")).status_code == 302
    assert "Integrity check" in text(client, reverse("list_schedules"))
    assert "Add the usual ones" not in text(client_as(Role.TRAINER), reverse("list_schedules"))


def test_a_trainer_runs_one_now_and_an_admin_switches_it(client_as: ClientAs) -> None:
    schedule = make_schedule()
    trainer, admin = client_as(Role.TRAINER), client_as(Role.ADMIN)
    assert "“nightly” is in the line." in text_after(trainer, "run_schedule", schedule)
    assert "is not done with its last run yet" in text_after(trainer, "run_schedule", schedule)
    assert trainer.post(reverse("disable_schedule", args=[schedule.uuid])).status_code == 403
    assert "runs no more by itself" in text_after(admin, "disable_schedule", schedule)
    assert "runs at its times" in text_after(admin, "enable_schedule", schedule)
    assert Job.objects.count() == 1


def text_after(client: Client, name: str, schedule: Schedule) -> str:
    response = client.post(reverse(name, args=[schedule.uuid]), follow=True)
    return " ".join(response.content.decode().split())


def test_one_shows_its_runs_with_those_that_were_left_out(client_as: ClientAs) -> None:
    schedule = make_due(make_schedule())
    enqueue_due()
    make_due(schedule)
    enqueue_due()
    page = text(client_as(Role.VIEWER), schedule.get_absolute_url())
    assert "left out" in page
    assert "Its last run was not over yet." in page
    assert Job.objects.get().get_absolute_url() in page


def test_lists_cost_the_same_with_many_rows(client_as: ClientAs, django_assert_max_num_queries: Any) -> None:
    for number in range(20):
        schedule = make_due(make_schedule(f"schedule {number}"))
    enqueue_due()
    ScheduledRun.objects.bulk_create(ScheduledRun(schedule=schedule, note="left out") for _ in range(100))
    client = client_as(Role.VIEWER)
    with django_assert_max_num_queries(5):
        client.get(reverse("list_schedules"))
    with django_assert_max_num_queries(7):
        client.get(schedule.get_absolute_url())


FORM = {"name": "weekly", "purpose": "", "kind": "core.selftest", "params": '{"steps": 1, "pause": 0}', "host": ""}


def post_admin(client: Client, url: str, **changes: str) -> str:
    data = FORM | {"cron": "0 4 * * 1", "time_zone": "Europe/Vienna", "is_enabled": "on"} | changes
    return " ".join(client.post(url, data, follow=True).content.decode().split())


def test_an_admin_adds_and_changes_one(client_as: ClientAs) -> None:
    admin = client_as(Role.ADMIN)
    assert "was added successfully" in post_admin(admin, reverse("admin:core_schedule_add"))
    schedule = Schedule.objects.get()
    assert schedule.next_at is not None
    assert (schedule.next_at.weekday(), schedule.next_at.minute) == (0, 0)
    url = reverse("admin:core_schedule_change", args=[schedule.pk])
    post_admin(admin, url, cron="30 5 * * *")
    schedule.refresh_from_db()
    assert (schedule.cron, schedule.next_at.minute) == ("30 5 * * *", 30)
    added, changed = Event.objects.order_by("pk")
    assert (added.verb, changed.verb, changed.before, changed.after) == (
        "add",
        "change",
        {"cron": "0 4 * * 1"},
        {"cron": "30 5 * * *"},
    )


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"cron": "61 * * * *"}, "says no time: it is wrong in the field minute"),
        ({"time_zone": "Mars"}, "There is no time zone “Mars”"),
        ({"params": "{}"}, "cannot be run with these parameters"),
        ({"params": "[1]"}, "they are no object of names and values"),
        ({"kind": "gone.kind"}, "gone.kind is not one of the available choices"),
        ({"name": ""}, "This field is required"),
    ],
)
def test_the_admin_refuses_what_could_never_run(client_as: ClientAs, wrong: dict[str, str], said: str) -> None:
    page = post_admin(client_as(Role.ADMIN), reverse("admin:core_schedule_add"), **wrong)
    assert said in page
    assert not Schedule.objects.exists()
