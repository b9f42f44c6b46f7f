"""The page of a run that goes on: how far, how fast, what it took, why answers failed, a provisional score."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from afsweb.core.models import Job, Role, User, WorkState
from evals_app.models import EvalRun, Result, ResultState, Suite
from evals_app.results.answers import tally
from evals_app.runs import pace
from evals_app.runs.launch import launch_eval
from tests.evals.conftest import MakeVersion
from tests.evals.making import make_run, say_right
from training_app.models import ModelVersion

Login = Callable[[Role | User], Client]


@pytest.fixture
def live(suite: Suite, version: ModelVersion, trainer: User) -> EvalRun:
    """Half answered: six right, three for which nobody answered, six still planned."""
    done = make_run(suite, version, say_right)
    job = launch_eval(suite, version, trainer).job
    assert job
    Job.objects.filter(pk=job.pk).update(note="2.0 answers a second, about 3 s left")
    EvalRun.objects.filter(pk=done.pk).update(state=WorkState.RUNNING, job=job, score=None, low=None, high=None)
    keys = list(done.results.order_by("pk").values_list("pk", flat=True))
    blank = {"answer": "", "score": None}
    Result.objects.filter(pk__in=keys[6:8]).update(state="failed", error="503 Service Unavailable: busy", **blank)
    Result.objects.filter(pk=keys[8]).update(state="failed", error="no answer within 300 s", **blank)
    Result.objects.filter(pk__in=keys[9:]).update(state="planned", input_tokens=None, output_tokens=None, **blank)
    Result.objects.filter(pk=keys[0]).update(retries=2)
    return EvalRun.objects.select_related("job").get(pk=done.pk)


def part(client: Client, run: EvalRun) -> str:
    response: Any = client.get(run.get_absolute_url(), headers={"HX-Request": "true"})
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_it_says_how_far_how_fast_and_what_it_took(client_as: Login, live: EvalRun) -> None:
    shown = part(client_as(Role.VIEWER), live)
    assert "9 of 15 answers" in shown
    assert "2.0 answers a second, about 3 s left" in shown
    assert "<small>Tokens</small><b>153</b>" in shown  # nine with 12 in and 5 out
    assert "its endpoint has no price" in shown
    assert "<small>Asked again</small><b>2</b>" in shown


def test_it_says_why_answers_failed_by_kind(client_as: Login, live: EvalRun) -> None:
    shown = part(client_as(Role.VIEWER), live)
    assert '<span class="chip bad">2</span> 503 Service Unavailable: busy' in shown
    assert '<span class="chip bad">1</span> no answer within 300 s' in shown


def test_its_score_is_said_to_be_provisional(client_as: Login, live: EvalRun) -> None:
    shown = part(client_as(Role.VIEWER), live)
    assert '<span class="chip warn">provisional</span>' in shown
    assert "over the 2 facts answered so far" in shown
    assert "Newest answers" in shown


def test_it_costs_few_queries_and_polls(client_as: Login, live: EvalRun, django_assert_max_num_queries: Any) -> None:
    viewer = client_as(Role.VIEWER)
    viewer.get(live.get_absolute_url())
    with django_assert_max_num_queries(10):
        shown = part(viewer, live)
    assert 'hx-trigger="every 2s"' in shown


def test_it_stops_itself_and_the_score_is_no_more_provisional(client_as: Login, live: EvalRun) -> None:
    live.results.filter(state="planned").delete()
    EvalRun.objects.filter(pk=live.pk).update(state=WorkState.SUCCEEDED, score=1.0, low=0.5, high=1.0)
    shown = part(client_as(Role.VIEWER), live)
    assert "every 2s" not in shown
    assert "provisional" not in shown


def test_states_that_are_not_wrong_are_counted_apart(client_as: Login, suite: Suite, make_version: MakeVersion) -> None:
    run = make_run(suite, make_version("v"), say_right)
    rows = list(run.results.order_by("pk"))
    Result.objects.filter(pk=rows[0].pk).update(state=ResultState.ANSWERED, score=None)
    Result.objects.filter(pk=rows[1].pk).update(state=ResultState.PLANNED, score=None)
    rows[2].delete()
    count = tally(run)
    assert (count.unscored, count.planned, count.missing, count.wrong, count.total) == (1, 1, 1, 0, 14)
    client = client_as(Role.VIEWER)
    shown = " ".join(client.get(run.get_absolute_url()).content.decode().split())
    assert "<small>Waits for its score</small><b>1</b>" in shown
    assert "<small>Not asked</small><b>1</b>" in shown
    assert "<small>Missing</small><b>1</b>" in shown
    narrowed = client.get(run.get_absolute_url(), {"outcome": "unscored"}).content.decode()
    assert narrowed.count("not scored yet") == 1


@pytest.mark.parametrize(
    ("seconds", "open_", "said"),
    [
        (2.0, 60, "20.0 answers a second, about 3 s left"),
        (10.0, 60, "4.0 answers a second, about 15 s left"),
        (20.0, 98, "6.0 answers a minute, about 16 min left"),
        (20.0, 99, "3.0 answers a minute, about 33 min left"),
        (2.0, 0, "50.0 answers a second, nearly done"),
        (2.0, 100, ""),
    ],
)
def test_the_pace_is_told_in_words(monkeypatch: pytest.MonkeyPatch, seconds: float, open_: int, said: str) -> None:
    now = [100.0]
    monkeypatch.setattr("evals_app.runs.pace.time.monotonic", lambda: now[0])
    told = pace.Pace(100)
    now[0] += seconds
    assert told.say(open_) == said


def test_the_pace_forgets_what_is_long_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("evals_app.runs.pace.time.monotonic", lambda: now[0])
    told = pace.Pace(1000)
    for second in range(1, 101):
        now[0] = float(second)
        said = told.say(1000 - (10 * second if second < 60 else 600 + (second - 60)))
    assert said.startswith("1.0 answers a second")
