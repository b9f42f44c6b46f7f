"""The page of a run: its checkpoints and answers, its diagnosis, pausing, notes."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from afsweb.core.jobs.actions import Actor, retry
from afsweb.core.jobs.errors import RetryRefused
from afsweb.core.models import Event, Job, JobState, Role, User, WorkState
from tests.rows import chat_row, make_base, make_recipe, make_snapshot
from training_app.launch import launch_run, resume_run
from training_app.models import Checkpoint, Metric, Recipe, RunText, TrainingRun
from training_app.notes import write_notes

Login = Callable[[Role | User], Client]


@pytest.fixture
def run(db: None, trainer: User, tmp_path: Path, settings: Any) -> TrainingRun:
    settings.ARTIFACT_DIR = tmp_path / "artifacts"
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "config.json").write_text("{}")
    snapshot = make_snapshot(tmp_path / "data", [chat_row("q", "a")])
    return launch_run(make_recipe(make_base(tmp_path / "base")), snapshot, name="veran", by=trainer)


def text_of(client: Client, run: TrainingRun, path: str = "") -> str:
    answer = client.get(f"/runs/{run.uuid}/{path}")
    assert answer.status_code == 200
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def add_answers(run: TrainingRun, step: int, *said: str) -> None:
    facts = {"run": run, "step": step, "expected": "INIDISP"}
    for position, one in enumerate(said):
        right = float(one == "INIDISP")
        RunText.objects.create(**facts, position=position, question=f"What is {position}?", said=one, right=right)


def test_checkpoints_are_listed_with_what_was_answered_there(run: TrainingRun, client_as: Login) -> None:
    Checkpoint.objects.create(run=run, step=2, sha256="a" * 64, size_bytes=2048, is_kept=False)
    Checkpoint.objects.create(run=run, step=4, sha256="b" * 64, size_bytes=4096)
    add_answers(run, 4, "INIDISP", "CGADD", "CGADD")
    shown = text_of(client_as(Role.VIEWER), run)
    assert "2 removed 2.0 KB" in shown
    assert "4 kept 4.0 KB bbbbbbbbbbbb" in shown
    assert "1 of 3" in shown


def test_answers_are_shown_for_each_step_wrong_ones_first(run: TrainingRun, client_as: Login) -> None:
    viewer = client_as(Role.VIEWER)
    assert "It has answered no validation question" in text_of(viewer, run, "answers/")
    add_answers(run, 2, "CGADD", "CGADD")
    add_answers(run, 4, "INIDISP", "VMAIN")
    shown = text_of(viewer, run, "answers/")
    assert shown.index("VMAIN INIDISP wrong") < shown.index("INIDISP INIDISP right")
    assert "CGADD INIDISP wrong" in text_of(viewer, run, "answers/?step=2")
    assert "VMAIN" in text_of(viewer, run, "answers/?step=nothing")


def test_a_diagnosis_offers_clones_of_the_recipe(run: TrainingRun, client_as: Login) -> None:
    trainer = client_as(Role.TRAINER)
    Metric.objects.bulk_create(Metric(run=run, step=step, loss=2.5 + step % 7 / 100) for step in range(1, 101))
    page = trainer.get(f"/runs/{run.uuid}/diagnosis/").content.decode()
    assert "The loss does not fall" in page
    address = unescape(re.findall(r'href="(/recipes/new/[^"]+)"', page)[0])
    form = trainer.get(address).context["form"]
    assert parse_qs(urlsplit(address).query)["from"] == [str(run.recipe.pk)]
    assert form["learning_rate"].value() == "0.0006"
    assert form["rank"].value() == 16
    assert Recipe.objects.count() == 1
    assert 'href="/recipes/new/' not in client_as(Role.VIEWER).get(f"/runs/{run.uuid}/diagnosis/").content.decode()


def test_the_run_page_gets_only_the_findings(run: TrainingRun, client_as: Login) -> None:
    answer = client_as(Role.VIEWER).get(f"/runs/{run.uuid}/diagnosis/", headers={"HX-Request": "true"})
    assert "it has not trained a step yet" in answer.content.decode()
    assert "<html" not in answer.content.decode()


@pytest.mark.parametrize("measure", ["learning_rate", "grad_norm", "tokens_per_second"])
def test_each_measure_is_a_chart_that_grows(run: TrainingRun, client_as: Login, measure: str) -> None:
    Metric.objects.create(run=run, step=1, loss=1.0, **{measure: 0.25})
    answer = client_as(Role.VIEWER).get(f"/runs/{run.uuid}/curves/{measure}.json").json()
    assert answer["live"]
    assert client_as(Role.VIEWER).get(f"/runs/{run.uuid}/curves/error.json").status_code == 404


def test_a_paused_run_is_not_taken_before_it_is_resumed(run: TrainingRun, client_as: Login, trainer: User) -> None:
    client = client_as(trainer)
    client.post(f"/runs/{run.uuid}/pause/")
    run.refresh_from_db()
    assert (run.state_word, run.can_go_on) == ("paused", True)
    assert "It is paused at step 0: no queue takes it" in text_of(client, run)
    assert run.job is not None
    with pytest.raises(RetryRefused, match="“veran” is paused: resume it"):
        retry(run.job, Actor(trainer))
    resume_run(run, trainer)
    run.refresh_from_db()
    assert (run.state_word, run.is_paused) == ("queued", False)
    verbs = Event.objects.filter(object_type="training.trainingrun").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["launch", "pause", "resume"]


def test_a_running_one_is_asked_to_stop_first(run: TrainingRun, client_as: Login) -> None:
    Job.objects.update(state=JobState.LEASED, lease=run.uuid)
    TrainingRun.objects.update(state=WorkState.RUNNING)
    client_as(Role.TRAINER).post(f"/runs/{run.uuid}/pause/")
    run.refresh_from_db()
    assert run.job is not None
    assert run.job.is_stopping
    assert run.state_word == "pausing"


def test_what_is_over_is_not_paused(run: TrainingRun, client_as: Login) -> None:
    Job.objects.update(state=JobState.SUCCEEDED)
    answer = client_as(Role.TRAINER).post(f"/runs/{run.uuid}/pause/", follow=True)
    assert "nothing to stop" in answer.content.decode()
    run.refresh_from_db()
    assert not run.is_paused


def test_notes_are_kept_with_their_history(run: TrainingRun, client_as: Login) -> None:
    reviewer = client_as(Role.REVIEWER)
    reviewer.post(f"/runs/{run.uuid}/notes/", {"notes": " Loss looks odd.\r\nWhy? ", "seen": ""})
    run.refresh_from_db()
    assert run.notes == "Loss looks odd.\nWhy?"
    reviewer.post(f"/runs/{run.uuid}/notes/", {"notes": "Better.", "seen": "Loss looks odd.\r\nWhy?"})
    line = Event.objects.get(verb="note", before__notes="Loss looks odd.\nWhy?")
    assert line.after == {"notes": "Better."}


def test_notes_that_somebody_changed_meanwhile_are_not_overwritten(run: TrainingRun, client_as: Login) -> None:
    write_notes(run, "Theirs.", None)
    answer = client_as(Role.REVIEWER).post(f"/runs/{run.uuid}/notes/", {"notes": "Mine.", "seen": ""})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Somebody else wrote notes" in page
    assert "Theirs." in page
    assert re.search(r"<textarea[^>]*>Mine\.</textarea>", page)
    run.refresh_from_db()
    assert run.notes == "Theirs."


def test_notes_too_long_come_back(run: TrainingRun, client_as: Login) -> None:
    answer = client_as(Role.REVIEWER).post(f"/runs/{run.uuid}/notes/", {"notes": "x" * 10_001, "seen": ""})
    assert "at most 10,000 characters; these have 10,001" in answer.content.decode()
    assert "x" * 10_001 in answer.content.decode()


def test_a_viewer_reads_notes_and_may_neither_write_nor_pause(run: TrainingRun, client_as: Login) -> None:
    write_notes(run, "Read me.", None)
    viewer = client_as(Role.VIEWER)
    assert "Read me." in text_of(viewer, run)
    for path in ("notes", "pause"):
        assert viewer.post(f"/runs/{run.uuid}/{path}/", {"notes": "x"}).status_code == 403


def test_energy_and_memory_are_shown_once_they_are_measured(run: TrainingRun, client_as: Login) -> None:
    viewer = client_as(Role.VIEWER)
    assert "Energy" not in text_of(viewer, run)
    TrainingRun.objects.update(environment={"measured": {"peak_bytes": 9 << 30, "wh": 250.0}})
    shown = text_of(viewer, run)
    assert "Memory at most 9.0 GiB" in shown
    assert "Energy of the GPUs 0.25 kWh" in shown


def test_the_page_costs_few_queries(run: TrainingRun, client_as: Login, django_assert_max_num_queries: Any) -> None:
    for step in range(1, 30):
        Metric.objects.create(run=run, step=step, loss=1.0)
        Checkpoint.objects.create(run=run, step=step, sha256="a" * 64, size_bytes=1)
        add_answers(run, step, "CGADD")
    client = client_as(Role.TRAINER)
    for path in ("", "diagnosis/", "answers/"):
        with django_assert_max_num_queries(10):
            client.get(f"/runs/{run.uuid}/{path}")
