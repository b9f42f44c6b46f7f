"""What a launch would take is told from what the endpoint took before, and where nothing tells, it is not known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from afsweb.core.models import Endpoint, EndpointPrice, Role, User
from evals_app.models import EvalRun, Suite
from evals_app.runs.forecast import forecast
from tests.commands.running import afs
from tests.evals.conftest import MakeVersion
from tests.evals.making import make_run, say_right
from training_app.models import ModelVersion

Login = Callable[[Role | User], Client]


@pytest.fixture
def asked(suite: Suite, make_version: MakeVersion) -> ModelVersion:
    """A version with an earlier run: each answer 12 tokens in, 5 out, 40 ms."""
    version = make_version("asked")
    make_run(suite, version, say_right)
    return version


def test_nothing_is_known_of_what_was_never_asked(suite: Suite, version: ModelVersion) -> None:
    found = forecast(suite, version, repeats=2)
    assert (found.requests, found.told_by) == (30, 0)
    assert (found.tokens, found.seconds, found.cost) == (None, None, None)


def test_earlier_answers_tell(suite: Suite, asked: ModelVersion) -> None:
    Endpoint.objects.update(capabilities={"concurrency": 3})
    asked.refresh_from_db()
    found = forecast(suite, asked, repeats=2)
    assert (found.requests, found.told_by, found.tokens, found.cost) == (30, 15, 30 * 17, None)
    assert found.seconds == pytest.approx(30 * 0.040 / 3)


def test_a_limit_of_requests_a_minute_makes_it_longer(suite: Suite, asked: ModelVersion) -> None:
    Endpoint.objects.update(requests_per_minute=5)
    asked.refresh_from_db()
    assert forecast(suite, asked, repeats=1).seconds == 180


def test_a_price_tells_the_cost(suite: Suite, asked: ModelVersion) -> None:
    figures: dict[str, Any] = {
        "input_per_million": Decimal(1),
        "output_per_million": Decimal(10),
        "endpoint": asked.endpoint,
    }
    EndpointPrice.objects.create(since=date(2026, 1, 1), source="a test", **figures)
    assert forecast(suite, asked, repeats=1).cost == Decimal(15 * (12 * 1 + 5 * 10)) / 1_000_000


def test_reused_answers_tell_nothing(suite: Suite, asked: ModelVersion) -> None:
    EvalRun.objects.get().results.update(is_reused=True)
    assert forecast(suite, asked, repeats=1).tokens is None


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_the_form_estimates_several_versions_before_it_launches(
    client_as: Login, suite: Suite, asked: ModelVersion, version: ModelVersion
) -> None:
    data = {"suite": suite.uuid, "versions": [asked.uuid, version.uuid], "repeats": 2, "estimate": "yes"}
    runs = EvalRun.objects.count()
    shown = text(client_as(Role.TRAINER).post("/evaluations/launch/", data | FORM))
    assert "What it would take" in shown
    assert "15 earlier answers of its endpoint" in shown
    assert shown.count("not known") == 4  # the cost of one, all three of the other
    assert 'name="repeats" value="2"' in shown
    assert EvalRun.objects.count() == runs


def test_a_wrong_form_is_not_estimated(client_as: Login, suite: Suite, version: ModelVersion) -> None:
    data = {"suite": suite.uuid, "versions": [version.uuid], "repeats": 0, "estimate": "yes"}
    assert "What it would take" not in text(client_as(Role.TRAINER).post("/evaluations/launch/", data | FORM))


FORM = {"max_new_tokens": 48, "temperature": 0, "seed": 0}


def test_the_terminal_estimates(suite: Suite, asked: ModelVersion, capsys: pytest.CaptureFixture[str]) -> None:
    runs = EvalRun.objects.count()
    assert afs("eval", "run", "registers", "asked", "--estimate") == 0
    assert "asked v1: 15 requests, 255 tokens" in capsys.readouterr().out
    assert EvalRun.objects.count() == runs
