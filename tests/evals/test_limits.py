"""A run stops at its limit of tokens or money, says so, and goes on when the limit is raised."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from afsweb.core.models import Endpoint, EndpointPrice, Job, Role, User, WorkState
from evals_app.errors import LimitNeedsPrice, RunGoesOn
from evals_app.models import EvalRun, Suite
from evals_app.runs.budget import spent_on
from evals_app.runs.launch import go_on, launch_eval, set_limits
from tests.evals.completions_server import CompletionsServer
from tests.evals.conftest import answer_right, states
from training_app.models import ModelVersion

Do = Callable[[Job | None], str]
Login = Callable[[Role | User], Client]
# Each question takes 11 tokens and its answer 3; at worst about 100 and the 64 it may use.
LIMIT = 250


@pytest.fixture
def limited(suite: Suite, version: ModelVersion, server: CompletionsServer, do: Do) -> EvalRun:
    """A run that was stopped by its limit."""
    answer_right(server, suite)
    Endpoint.objects.update(capabilities={"concurrency": 1})
    run = launch_eval(suite, version, None, token_limit=LIMIT)
    assert do(run.job) == "failed"
    return EvalRun.objects.select_related("job", "version__endpoint", "suite").get()


def test_it_stops_before_it_takes_more_and_says_so(limited: EvalRun, server: CompletionsServer) -> None:
    assert limited.state == WorkState.STOPPED
    spent = spent_on(limited).tokens
    assert 0 < spent == 14 * len(server.bodies) <= LIMIT
    assert limited.error.startswith(f"It stopped at its limit: {spent} of 250 tokens are used")
    assert "Raise the limit, then go on" in limited.error
    assert states(limited).keys() == {"planned", "scored"}


def test_it_goes_on_when_the_limit_is_raised(limited: EvalRun, server: CompletionsServer, do: Do) -> None:
    set_limits(limited, None, token_limit=10_000, cost_limit=None)
    go_on(limited, None)
    limited.refresh_from_db()
    assert do(limited.job) == "succeeded"
    assert states(limited) == {"scored": 15}
    assert len(server.bodies) == 15


def test_with_the_old_limit_it_stops_again(limited: EvalRun, server: CompletionsServer, do: Do) -> None:
    for _ in range(3):
        go_on(limited, None)
        limited = EvalRun.objects.select_related("job", "version__endpoint", "suite").get()
        assert do(limited.job) == "failed"
        limited.refresh_from_db()
    assert spent_on(limited).tokens <= LIMIT
    assert states(limited)["planned"] > 0


@pytest.fixture
def price(version: ModelVersion) -> EndpointPrice:
    figures: dict[str, Any] = {
        "input_per_million": Decimal(1000),
        "output_per_million": Decimal(1000),
        "endpoint": version.endpoint,
    }
    return EndpointPrice.objects.create(since=date(2026, 1, 1), source="a test", **figures)


def test_money_is_limited_where_there_is_a_price(
    suite: Suite, version: ModelVersion, price: EndpointPrice, server: CompletionsServer, do: Do
) -> None:
    answer_right(server, suite)
    Endpoint.objects.update(capabilities={"concurrency": 1})
    run = launch_eval(suite, version, None, cost_limit=Decimal("0.25"))
    assert do(run.job) == "failed"
    run.refresh_from_db()
    spent = spent_on(run)
    assert spent.cost == Decimal("0.014") * len(server.bodies)
    assert 0 < spent.cost <= Decimal("0.25")
    assert f"{spent.cost:.4f} of 0.2500 US dollars are used" in run.error


def test_a_limit_in_money_needs_a_price(suite: Suite, version: ModelVersion, limited: EvalRun) -> None:
    with pytest.raises(LimitNeedsPrice, match="endpoint without a price"):
        launch_eval(suite, version, None, cost_limit=Decimal(1))
    with pytest.raises(LimitNeedsPrice):
        set_limits(limited, None, token_limit=None, cost_limit=Decimal(1))


def test_a_run_that_goes_on_keeps_its_limits(suite: Suite, version: ModelVersion) -> None:
    run = launch_eval(suite, version, None, token_limit=LIMIT)
    with pytest.raises(RunGoesOn):
        set_limits(run, None, token_limit=None, cost_limit=None)


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_the_limit_is_raised_on_the_runs_page(client_as: Login, limited: EvalRun) -> None:
    trainer, url = client_as(Role.TRAINER), limited.get_absolute_url()
    shown = text(trainer.get(url))
    assert "It stopped at its limit" in shown
    assert 'value="250"' in shown
    assert "from when it goes on" in text(trainer.post(f"{url}limits/", {"token_limit": 9000}, follow=True))
    limited.refresh_from_db()
    assert (limited.token_limit, limited.cost_limit) == (9000, None)
    assert "greater than or equal to 1" in text(trainer.post(f"{url}limits/", {"token_limit": 0}, follow=True))
    assert client_as(Role.VIEWER).post(f"{url}limits/", {}).status_code == 403
