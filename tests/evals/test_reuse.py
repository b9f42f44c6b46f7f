"""Answers of earlier runs are taken where a run may, shown and counted; where another answer could come, never."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from afsweb.core.models import Endpoint, Job, Provider, Role, User
from afsweb.llm.answering import Sampling
from evals_app.models import EvalRun, Suite
from evals_app.results.answers import tally
from evals_app.runs.budget import spent_on
from evals_app.runs.launch import launch_eval
from evals_app.runs.reuse import is_repeatable
from tests.evals.completions_server import CompletionsServer
from tests.evals.conftest import MakeVersion, answer_right, states
from training_app.models import ModelVersion

Do = Callable[[Job | None], str]
Login = Callable[[Role | User], Client]


@pytest.fixture
def first(suite: Suite, version: ModelVersion, server: CompletionsServer, do: Do) -> EvalRun:
    """An evaluation with all its answers."""
    answer_right(server, suite)
    run = launch_eval(suite, version, None)
    do(run.job)
    server.bodies.clear()
    return run


def again(first: EvalRun, do: Do, **facts: Any) -> EvalRun:
    run = launch_eval(first.suite, first.version, None, **{"may_reuse": True} | facts)
    assert do(run.job) == "succeeded"
    run.refresh_from_db()
    return run


def test_every_answer_names_its_request(first: EvalRun) -> None:
    hashes = set(first.results.values_list("request_sha256", flat=True))
    assert len(hashes) == 15
    assert {len(one) for one in hashes} == {64}


def test_the_same_requests_are_taken_not_asked(first: EvalRun, server: CompletionsServer, do: Do) -> None:
    run = again(first, do)
    assert server.bodies == []
    assert (states(run), run.score) == ({"scored": 15}, 1.0)
    count = tally(run)
    assert (count.reused, count.right) == (15, 15)
    assert spent_on(run).tokens == 0
    result = run.results.first()
    assert result
    assert (result.is_reused, result.milliseconds) == (True, None)


def test_without_the_option_all_are_asked(first: EvalRun, server: CompletionsServer, do: Do) -> None:
    run = again(first, do, may_reuse=False)
    assert (len(server.bodies), tally(run).reused) == (15, 0)


def test_only_what_is_new_is_asked(first: EvalRun, server: CompletionsServer, do: Do) -> None:
    first.results.filter(case__cluster="CGADD").delete()
    run = again(first, do)
    assert len(server.bodies) == 3
    assert tally(run).reused == 12


@pytest.mark.parametrize("sampling", [Sampling(seed=1), Sampling(max_new_tokens=65)])
def test_another_sampling_is_another_request(
    first: EvalRun, server: CompletionsServer, do: Do, sampling: Sampling
) -> None:
    again(first, do, sampling=sampling)
    assert len(server.bodies) == 15


@pytest.mark.parametrize("facts", [{"model": "another"}, {"base_url": "{url}/"}])
def test_another_model_is_another_request_and_the_same_address_is_the_same(
    first: EvalRun, server: CompletionsServer, do: Do, facts: dict[str, str]
) -> None:
    Endpoint.objects.update(**{name: value.format(url=server.url) for name, value in facts.items()})
    again(first, do)
    assert len(server.bodies) == (15 if "model" in facts else 0)


def test_a_failed_answer_is_not_taken(first: EvalRun, server: CompletionsServer, do: Do) -> None:
    first.results.update(state="failed", error="500", score=None)
    again(first, do)
    assert len(server.bodies) == 15


def test_each_repeat_has_its_own_answer(first: EvalRun, server: CompletionsServer, do: Do) -> None:
    """Taking one answer for all repeats would hide the noise that repeats are there to show."""
    run = again(first, do, repeats=2)
    assert len(server.bodies) == 15
    assert set(run.results.filter(repeat=1).values_list("is_reused", flat=True)) == {False}


WARM = Sampling(temperature=0.7)


@pytest.mark.parametrize(("flags", "asked"), [({}, 15), ({"seed": True}, 0)])
def test_above_temperature_0_only_where_the_seed_is_honoured(
    first: EvalRun, server: CompletionsServer, do: Do, flags: dict[str, bool], asked: int
) -> None:
    Endpoint.objects.update(capabilities=flags)
    again(first, do, sampling=WARM)
    server.bodies.clear()
    again(first, do, sampling=WARM)
    assert len(server.bodies) == asked


def test_local_weights_draw_a_batch_at_once(db: None) -> None:
    weights = Endpoint(provider=Provider.TRANSFORMERS, capabilities={"seed": True})
    assert is_repeatable(weights, Sampling())
    assert not is_repeatable(weights, WARM)


def test_reuse_is_chosen_on_the_form_and_shown(
    client_as: Login, first: EvalRun, make_version: MakeVersion, do: Do
) -> None:
    trainer = client_as(Role.TRAINER)
    data = {"suite": first.suite.uuid, "versions": [first.version.uuid], "repeats": 1, "may_reuse": "on"}
    assert trainer.post("/evaluations/launch/", data | {"max_new_tokens": 64, "temperature": 0, "seed": 0})
    run = EvalRun.objects.latest("pk")
    assert run.may_reuse
    do(run.job)
    shown = " ".join(trainer.get(run.get_absolute_url()).content.decode().split())
    assert "<small>Reused</small><b>15</b>" in shown
    assert "answers of other runs to the same request are taken" in shown
