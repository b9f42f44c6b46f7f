"""The line of trainings: its order and who changes it; a run that fails holds up none of the others."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from afsweb.core.jobs.claim import claim
from afsweb.core.models import Event, Host, HostState, Job, JobState, Role, User, WorkState
from tests.rows import ALL_QUEUES, run_job
from tests.training.making import trainable
from training_app.launch import launch_run
from training_app.models import TrainingRun
from training_app.pausing import pause_run
from training_app.queue.listing import read_line

Login = Callable[[Role | User], Client]


@pytest.fixture
def runs(db: None, tmp_path: Path, settings: Any, trainer: User) -> list[TrainingRun]:
    settings.ARTIFACT_DIR, settings.WORK_DIR = tmp_path / "artifacts", tmp_path / "work"
    recipe, snapshot = trainable(tmp_path)
    return [launch_run(recipe, snapshot, name=name, by=trainer) for name in ("first", "second", "third")]


def order() -> list[str]:
    return [str(place.run) for place in read_line().waiting]


def move(client: Client, run: TrainingRun, to: str) -> str:
    return client.post(f"/runs/{run.uuid}/move/", {"to": to}, follow=True).content.decode()


def test_runs_wait_in_the_order_in_which_they_were_launched(runs: list[TrainingRun], client_as: Login) -> None:
    page = client_as(Role.VIEWER).get("/runs/queue/").content.decode()
    assert [page.index(f">{name}<") for name in ("first", "second", "third")] == sorted(
        page.index(f">{name}<") for name in ("first", "second", "third")
    )
    assert "Change</button>" not in page


def test_a_run_moves_up_down_and_before_all(runs: list[TrainingRun], client_as: Login) -> None:
    client = client_as(Role.TRAINER)
    move(client, runs[2], "up")
    assert order() == ["first", "third", "second"]
    move(client, runs[0], "down")
    assert order() == ["third", "first", "second"]
    move(client, runs[1], "top")
    assert order() == ["second", "third", "first"]
    assert "nothing" in move(client, runs[1], "up").lower()
    assert Event.objects.filter(verb="move").count() == 3


def test_the_button_that_moved_it_has_the_focus_again(runs: list[TrainingRun], client_as: Login) -> None:
    page = move(client_as(Role.TRAINER), runs[2], "up")
    (focused,) = re.findall(r"<button[^>]*autofocus[^>]*>", page)
    assert 'value="up"' in focused


def test_a_higher_priority_goes_first(runs: list[TrainingRun], client_as: Login) -> None:
    client = client_as(Role.TRAINER)
    client.post(f"/runs/{runs[2].uuid}/priority/", {"priority": "5"})
    assert order() == ["third", "first", "second"]
    answer = client.post(f"/runs/{runs[0].uuid}/priority/", {"priority": "much"}, follow=True)
    assert "much" in answer.content.decode()
    assert order() == ["third", "first", "second"]


def test_a_pinned_run_waits_for_its_host(runs: list[TrainingRun], client_as: Login) -> None:
    client = client_as(Role.TRAINER)
    here, there = (Host.objects.create(name=name) for name in ("here", "there"))
    client.post(f"/runs/{runs[0].uuid}/pin/", {"host": "there"})
    runs[0].refresh_from_db()
    assert (runs[0].host, runs[0].job and runs[0].job.pinned_host) == (there, there)
    taken = claim(here, "a worker", ALL_QUEUES)
    assert taken is not None
    assert taken.job == runs[1].job
    client.post(f"/runs/{runs[0].uuid}/pin/", {"host": ""})
    runs[0].refresh_from_db()
    assert (runs[0].host, runs[0].job and runs[0].job.pinned_host) == (None, None)
    Host.objects.create(name="gone", state=HostState.REVOKED)
    assert client.post(f"/runs/{runs[0].uuid}/pin/", {"host": "gone"}).status_code == 404


def test_a_run_that_began_keeps_the_host_of_its_checkpoints(runs: list[TrainingRun], client_as: Login) -> None:
    old, new = (Host.objects.create(name=name) for name in ("old", "new"))
    TrainingRun.objects.filter(pk=runs[0].pk).update(host=old, started_at="2026-11-27T00:00Z")
    client_as(Role.TRAINER).post(f"/runs/{runs[0].uuid}/pin/", {"host": "new"})
    runs[0].refresh_from_db()
    assert (runs[0].host, runs[0].job and runs[0].job.pinned_host) == (old, new)


def test_what_does_not_wait_any_more_says_so(runs: list[TrainingRun], client_as: Login) -> None:
    client = client_as(Role.TRAINER)
    Job.objects.filter(title="Train first").update(state=JobState.SUCCEEDED)
    for path, given in (("move", {"to": "up"}), ("priority", {"priority": "1"}), ("pin", {"host": ""})):
        page = client.post(f"/runs/{runs[0].uuid}/{path}/", given, follow=True).content.decode()
        assert "does not wait" in page or "not waiting" in page or "no longer" in page, page


def test_a_viewer_changes_nothing(runs: list[TrainingRun], client_as: Login) -> None:
    viewer = client_as(Role.VIEWER)
    for path in ("move", "priority", "pin"):
        assert viewer.post(f"/runs/{runs[2].uuid}/{path}/", {"to": "top", "priority": "9"}).status_code == 403
    assert order() == ["first", "second", "third"]


def test_one_gpu_trains_one_run_at_a_time(runs: list[TrainingRun]) -> None:
    host = Host.objects.create(name="one-gpu", gpu_slots=1)
    first, second = claim(host, "a worker", ALL_QUEUES), claim(host, "another worker", ALL_QUEUES)
    assert first is not None
    assert (first.job, second) == (runs[0].job, None)
    line = read_line()
    assert [str(run) for run in line.running] == ["first"]
    assert order() == ["second", "third"]


def test_a_run_that_fails_does_not_hold_up_the_next(runs: list[TrainingRun], settings: Any) -> None:
    settings.TRAINER_PYTHON = "/nowhere/python"
    host = Host.objects.create(name="one-gpu", gpu_slots=1)
    for run in runs[:2]:
        assert order()[0] == str(run)
        assert run.job is not None
        assert run_job(run.job, host).name == "failed"
        run.refresh_from_db()
        assert run.state == WorkState.FAILED
    taken = claim(host, "a worker", ALL_QUEUES)
    assert taken is not None
    assert taken.job == runs[2].job


def test_a_paused_run_is_not_in_the_line_and_comes_back_at_its_end(
    runs: list[TrainingRun], trainer: User, client_as: Login
) -> None:
    pause_run(runs[0], trainer)
    assert order() == ["second", "third"]
    assert [str(run) for run in read_line().paused] == ["first"]
    client_as(trainer).post(f"/runs/{runs[0].uuid}/resume/")
    assert order() == ["second", "third", "first"]
    assert read_line().paused == []


def test_what_else_wants_a_gpu_has_its_place_too(runs: list[TrainingRun]) -> None:
    Job.objects.create(kind="training.other", title="Something else", queue="gpu", needs_gpu_slot=True, priority=1)
    assert [place.job.title for place in read_line().waiting][:2] == ["Something else", "Train first"]


def test_an_empty_line_says_what_would_be_there(client_as: Login) -> None:
    assert "Nothing waits." in client_as(Role.VIEWER).get("/runs/queue/").content.decode()


def test_the_page_costs_few_queries(
    runs: list[TrainingRun], client_as: Login, django_assert_max_num_queries: Any
) -> None:
    client = client_as(Role.TRAINER)
    with django_assert_max_num_queries(8):
        client.get("/runs/queue/")
