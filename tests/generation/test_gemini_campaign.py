"""Campaigns that a model words: the real client against a local Gemini; every call in the ledger, none sent twice."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from afsweb.core.models import Call, CallState, Endpoint, Job, WorkState
from datasets_app.generation import calls
from datasets_app.generation.errors import BudgetMissing, EndpointNotReady
from datasets_app.generation.launch import Writer, launch_campaign
from datasets_app.generation.prompts import default_prompt
from datasets_app.models import Campaign, Domain, ItemState, Sample
from tests.llm.gemini_server import GeminiServer, gemini_answer, gemini_error
from tests.rows import run_job

Launch = Callable[..., Campaign]
SAMPLE = {"instruction": "Which register blanks the screen?", "output": "INIDISP, at $2100."}


@pytest.fixture
def launch(gemini: Endpoint, gemini_server: GeminiServer, monkeypatch: pytest.MonkeyPatch) -> Launch:
    """`launch(target=4, budget="1")`: a campaign whose server answers with SAMPLE unless a test says otherwise."""
    gemini_server.answer = gemini_answer(SAMPLE)
    monkeypatch.setattr(calls, "PAUSE_SECONDS", 0.01)
    domain = Domain.objects.get(slug="asm65816")

    def make(target: int = 4, budget: str = "1") -> Campaign:
        writer = Writer(gemini, default_prompt(domain), Decimal(budget))
        return launch_campaign("worded", domain, "register_facts", target, by=None, seed=3, writer=writer)

    return make


def run(campaign: Campaign) -> tuple[str, Campaign]:
    campaign.refresh_from_db()
    assert campaign.job is not None
    ending = run_job(campaign.job)
    campaign.refresh_from_db()
    return ending.name, campaign


def states(campaign: Campaign) -> dict[str, int]:
    found = list(campaign.items.values_list("state", flat=True))
    return {state: found.count(state) for state in sorted(set(found))}


def test_each_item_becomes_a_sample_with_its_call(launch: Launch, gemini_server: GeminiServer) -> None:
    ending, campaign = run(launch())
    assert (ending, campaign.state) == ("succeeded", WorkState.SUCCEEDED)
    samples = Sample.objects.filter(source=campaign.source).select_related("current__call")
    assert [sample.current.instruction for sample in samples if sample.current] == [SAMPLE["instruction"]] * 4
    assert all(
        sample.current and sample.current.call and sample.current.call.state == CallState.OK for sample in samples
    )
    assert len(gemini_server.requests) == Call.objects.count() == 4


def test_the_prompt_carries_the_fact_and_its_group_stays(launch: Launch, gemini_server: GeminiServer) -> None:
    _, campaign = run(launch(target=1))
    asked = gemini_server.requests[0]["contents"][0]["parts"][0]["text"]
    assert "$" in asked
    assert "{fact}" not in asked
    assert Sample.objects.get(source=campaign.source).group_id


def test_a_busy_server_is_asked_again_until_it_answers(launch: Launch, gemini_server: GeminiServer) -> None:
    gemini_server.script = [gemini_error(429, "requests per minute", "X"), gemini_error(503, "overloaded", "X")]
    ending, campaign = run(launch(target=2))
    assert (ending, states(campaign)) == ("succeeded", {ItemState.DONE: 2})
    assert sorted(Call.objects.values_list("state", flat=True)) == ["failed", "failed", "ok", "ok"]


def test_an_item_that_is_always_refused_is_given_up(launch: Launch, gemini_server: GeminiServer) -> None:
    gemini_server.script = [gemini_error(503, "overloaded", "X")] * calls.ATTEMPTS
    _, campaign = run(launch(target=1))
    assert states(campaign) == {ItemState.FAILED: 1}
    assert "Refused 4 times" in campaign.items.get().error


def test_a_bad_request_is_not_repeated(launch: Launch, gemini_server: GeminiServer) -> None:
    gemini_server.script = [gemini_error(400, "API key not valid", "X")]
    _, campaign = run(launch(target=1))
    assert states(campaign) == {ItemState.FAILED: 1}
    assert "API key not valid" in campaign.items.get().error
    assert len(gemini_server.requests) == 1


def test_a_broken_connection_is_unknown_counted_and_never_sent_again(
    launch: Launch, gemini_server: GeminiServer
) -> None:
    gemini_server.script = [(200, None)]
    _, campaign = run(launch(target=1))
    assert states(campaign) == {ItemState.UNKNOWN: 1}
    call = Call.objects.get()
    assert (call.state, call.cost) == (CallState.UNKNOWN, None)
    Job.objects.update(state="queued")
    run(campaign)
    assert len(gemini_server.requests) == 1


def test_a_call_of_a_killed_worker_is_not_sent_again(
    launch: Launch, gemini: Endpoint, gemini_server: GeminiServer
) -> None:
    campaign = launch(target=1)
    Call.objects.create(
        endpoint=gemini,
        purpose="generate",
        key=f"campaign:{campaign.uuid}:0:1",
        request_sha256="0",
        state=CallState.SENT,
    )
    run(campaign)
    assert states(campaign) == {ItemState.UNKNOWN: 1}
    assert gemini_server.requests == []


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"instruction": "", "output": "x"}, "lacks its instruction"),
        ({"instruction": "x", "output": ["a"]}, "not plain text"),
        ("{broken", "not the JSON object"),
    ],
)
def test_an_unusable_answer_is_paid_and_explained(
    launch: Launch, gemini_server: GeminiServer, answer: object, said: str
) -> None:
    gemini_server.answer = gemini_answer(answer)
    _, campaign = run(launch(target=1))
    assert states(campaign) == {ItemState.FAILED: 1}
    assert said in campaign.items.get().error
    assert Call.objects.get().cost


def test_the_budget_is_never_exceeded(launch: Launch, gemini_server: GeminiServer) -> None:
    # Each answer costs 50 x $0.30 + 80 x $2.50 per million = $0.000215; reserved is up to 2,048 tokens out, $0.0053.
    ending, campaign = run(launch(target=50, budget="0.01"))
    assert (ending, campaign.state) == ("failed", WorkState.FAILED)
    assert "budget" in campaign.error
    spent = sum(call.cost or call.reserved_cost for call in Call.objects.all())
    assert Decimal("0") < spent <= Decimal("0.01")
    assert campaign.items.filter(state=ItemState.DONE).count() == len(gemini_server.requests)


def test_the_daily_limit_stops_the_campaign_and_keeps_what_came(launch: Launch, gemini_server: GeminiServer) -> None:
    gemini_server.script = [(200, gemini_answer(SAMPLE)), gemini_error(429, "quota PerDay exceeded", "X")]
    ending, campaign = run(launch(target=40))
    assert (ending, campaign.state) == ("failed", WorkState.FAILED)
    assert "tomorrow" in campaign.error
    assert campaign.items.filter(state=ItemState.DONE).count() == len(gemini_server.requests) - 1
    assert campaign.items.filter(state=ItemState.PLANNED).exists()


def test_a_campaign_needs_a_price_a_budget_and_a_living_model(launch: Launch, gemini: Endpoint) -> None:
    with pytest.raises(BudgetMissing):
        launch(budget="0")
    gemini.prices.all().delete()
    with pytest.raises(EndpointNotReady, match="no price"):
        launch()
    Endpoint.objects.update(shuts_down_on="2026-06-01")
    gemini.refresh_from_db()
    with pytest.raises(EndpointNotReady, match="shut it down"):
        launch()
    assert not Campaign.objects.exists()


def test_a_rate_limit_is_kept(launch: Launch, gemini: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr("datasets_app.generation.calls.time.sleep", waited.append)
    waits = iter([0.0, 0.4])
    monkeypatch.setattr(calls, "seconds_to_wait", lambda _endpoint: next(waits, 0.0))
    run(launch(target=2))
    assert waited == [0.4]


def test_the_ledger_never_holds_the_key(launch: Launch) -> None:
    run(launch(target=1))
    rows: list[Any] = [*Call.objects.values(), *Job.objects.values()]
    assert "canary-key" not in str(rows)
