"""A server that refuses for now is asked again, within bounds; what may have been billed is not."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from email.utils import formatdate

import pytest

from afsweb.core.models import Call, CallState, Endpoint, EndpointPrice, Provider
from afsweb.llm.answerers import openai_compatible, window
from afsweb.llm.answering import Answer, Prompt, Sampling, open_endpoint
from tests.evals.completions_server import CompletionsServer, serve_completions


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[CompletionsServer]:
    monkeypatch.setattr(window, "FIRST_WAIT", 0.01)
    with serve_completions(otherwise="INIDISP.") as serving:
        yield serving


def endpoint_of(server: CompletionsServer, **facts: object) -> Endpoint:
    return Endpoint(name="local", provider=Provider.OPENAI_COMPATIBLE, base_url=server.url, model="a-model", **facts)


def prompts(count: int, first: int = 0) -> list[Prompt]:
    return [Prompt(first + i, [{"role": "user", "content": f"question {i}"}]) for i in range(count)]


def ask(endpoint: Endpoint, count: int = 1) -> list[Answer]:
    with open_endpoint(endpoint) as answerer:
        return answerer.answer(prompts(count), Sampling())


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_refusal_for_now_is_asked_again_and_counted(server: CompletionsServer, status: int) -> None:
    server.refusals = [(status, {}), (status, {})]
    (answer,) = ask(endpoint_of(server))
    assert (answer.text, answer.error, answer.retries) == ("INIDISP.", "", 2)
    assert len(server.bodies) == 3


def test_it_is_asked_so_often_and_no_more(server: CompletionsServer) -> None:
    server.otherwise = 503
    (answer,) = ask(endpoint_of(server))
    assert answer.error.startswith("503")
    assert answer.retries == window.MOST_RETRIES
    assert len(server.bodies) == 1 + window.MOST_RETRIES


@pytest.mark.parametrize("is_date", [False, True])
def test_the_server_says_when(server: CompletionsServer, is_date: bool) -> None:
    after = formatdate(time.time() + 2, usegmt=True) if is_date else "1"
    server.refusals = [(429, {"Retry-After": after})]
    began = time.monotonic()
    ask(endpoint_of(server))
    assert 0.8 < time.monotonic() - began < 5


@pytest.mark.parametrize("said", ["", "soon", "-1"])
def test_what_says_no_time_is_not_waited_for(said: str) -> None:
    assert openai_compatible._seconds(said) is None


def test_others_are_asked_while_one_waits(server: CompletionsServer) -> None:
    server.refusals = [(429, {"Retry-After": "1"})]
    with open_endpoint(endpoint_of(server, capabilities={"concurrency": 1})) as answerer:
        came = [answer.key for group in answerer.stream(prompts(3), Sampling()) for answer in group]
    assert came == [1, 2, 0]


def test_a_server_that_is_down_is_not_asked_over_and_over(server: CompletionsServer) -> None:
    server.otherwise = 500
    answers = ask(endpoint_of(server, capabilities={"concurrency": 4}), 30)
    assert all(answer.error.startswith("500") for answer in answers)
    assert len(server.bodies) < 30 + window.DOWN_AFTER + 4


def test_a_question_without_an_answer_is_not_asked_again(server: CompletionsServer) -> None:
    server.delay = 1.0
    endpoint = endpoint_of(server)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(openai_compatible, "TIMEOUT", 0.2)
        (answer,) = ask(endpoint)
    assert answer.error.startswith("no answer within")
    assert (answer.is_unknown, len(server.bodies)) == (True, 1)


def test_no_more_are_under_way_than_were_taken(server: CompletionsServer) -> None:
    """What was answered and not yet taken counts: so a kill repeats no more than the endpoint's concurrency."""
    taken = 0
    with open_endpoint(endpoint_of(server, capabilities={"concurrency": 3})) as answerer:
        for group in answerer.stream(prompts(9), Sampling()):
            time.sleep(0.05)  # storing takes its time; nothing new is sent meanwhile
            assert len(server.bodies) <= taken + 3
            taken += len(group)
    assert taken == len(server.bodies) == 9


@pytest.fixture
def limited(server: CompletionsServer, db: None) -> Endpoint:
    endpoint = endpoint_of(server, requests_per_minute=2)
    endpoint.save()
    return endpoint


def test_a_limit_of_requests_a_minute_holds(limited: Endpoint, server: CompletionsServer) -> None:
    with open_endpoint(limited) as answerer:
        stream = answerer.stream(prompts(3), Sampling())
        came: list[Answer] = []
        while len(came) < 2:
            came += next(stream)
        assert next(stream) == []  # it waits, and the caller may look around
    assert len(server.bodies) == 2
    assert [(call.state, call.price) for call in Call.objects.all()] == [(CallState.OK, None)] * 2


def test_requests_of_others_count_against_the_limit(limited: Endpoint, server: CompletionsServer) -> None:
    Call.objects.create(endpoint=limited, purpose="judge", key="another", request_sha256="0")
    with open_endpoint(limited) as answerer:
        stream = answerer.stream(prompts(2), Sampling())
        assert [answer.key for _ in range(3) for answer in next(stream)] == [0]
    assert len(server.bodies) == 1


@pytest.fixture
def priced(server: CompletionsServer, db: None) -> Endpoint:
    endpoint = endpoint_of(server)
    endpoint.save()
    figures = {"input_per_million": Decimal(2), "output_per_million": Decimal(10)}
    EndpointPrice.objects.create(endpoint=endpoint, since=date(2026, 1, 1), source="a test", **figures)
    return endpoint


def test_a_request_with_a_price_is_in_the_ledger_with_its_cost(priced: Endpoint) -> None:
    ask(priced)
    call = Call.objects.get()
    assert (call.state, call.key, call.answer) == (CallState.OK, "eval:0:1", "INIDISP.")
    assert call.cost == (11 * Decimal(2) + 1 * Decimal(10)) / 1_000_000
    assert call.reserved_cost > call.cost


def test_an_answer_that_was_paid_is_not_paid_again(priced: Endpoint, server: CompletionsServer) -> None:
    assert ask(priced)[0].text == ask(priced)[0].text == "INIDISP."
    assert len(server.bodies) == 1


@pytest.mark.parametrize("state", [CallState.SENT, CallState.UNKNOWN])
def test_what_may_have_been_billed_is_not_sent_again(
    priced: Endpoint, server: CompletionsServer, state: CallState
) -> None:
    Call.objects.create(endpoint=priced, purpose="eval", key="eval:0:1", request_sha256="0", state=state)
    first, second = ask(priced, 2)
    assert "not sent again" in first.error
    assert (second.text, len(server.bodies)) == ("INIDISP.", 1)


def test_a_refusal_costs_nothing_and_the_next_try_is_a_call_of_its_own(
    priced: Endpoint, server: CompletionsServer
) -> None:
    server.refusals = [(503, {})]
    assert ask(priced)[0].retries == 1
    assert list(Call.objects.order_by("pk").values_list("key", "state")) == [
        ("eval:0:1", CallState.FAILED),
        ("eval:0:2", CallState.OK),
    ]
