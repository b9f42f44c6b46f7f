"""Evaluating Gemini: every question is in the ledger before it is sent, and none is sent twice."""

from __future__ import annotations

import pytest

from afsweb.core.models import Call, CallState, Endpoint, EndpointPrice
from afsweb.llm.answerers import window
from afsweb.llm.answering import Answer, EndpointUnusable, Prompt, Sampling, open_endpoint
from tests.llm.gemini_server import GeminiServer, gemini_answer, gemini_error


def ask(endpoint: Endpoint, key: int = 1) -> Answer:
    messages = [{"role": "system", "content": "Be short."}, {"role": "user", "content": "What is $2100?"}]
    with open_endpoint(endpoint) as answerer:
        return answerer.answer([Prompt(key, messages)], Sampling(max_new_tokens=40))[0]


def test_the_answer_and_its_cost_are_kept(gemini: Endpoint, gemini_server: GeminiServer) -> None:
    gemini_server.answer = gemini_answer("INIDISP.", input_tokens=20, output_tokens=3)
    answer = ask(gemini)
    assert (answer.text, answer.input_tokens, answer.output_tokens) == ("INIDISP.", 20, 3)
    call = Call.objects.get()
    assert (call.state, call.purpose, call.key) == (CallState.OK, "eval", "eval:1:1")


def test_an_answer_that_was_paid_is_not_paid_again(gemini: Endpoint, gemini_server: GeminiServer) -> None:
    gemini_server.answer = gemini_answer("INIDISP.")
    assert ask(gemini).text == ask(gemini).text == "INIDISP."
    assert len(gemini_server.requests) == 1


def test_a_question_whose_answer_never_came_is_not_sent_again(gemini: Endpoint, gemini_server: GeminiServer) -> None:
    gemini_server.script = [(200, None)]
    assert ask(gemini).error
    assert "not sent again" in ask(gemini).error
    assert len(gemini_server.requests) == 1
    assert Call.objects.get().state == CallState.UNKNOWN


def test_a_question_that_was_refused_for_now_is_sent_again(
    gemini: Endpoint, gemini_server: GeminiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window, "FIRST_WAIT", 0.01)
    gemini_server.script = [gemini_error(503, "overloaded", "UNAVAILABLE")]
    answer = ask(gemini)
    assert (answer.error, answer.retries) == ("", 1)
    assert list(Call.objects.order_by("pk").values_list("key", "state")) == [
        ("eval:1:1", CallState.FAILED),
        ("eval:1:2", CallState.OK),
    ]


def test_a_question_that_was_refused_for_good_is_not(gemini: Endpoint, gemini_server: GeminiServer) -> None:
    gemini_server.script = [gemini_error(400, "bad", "INVALID_ARGUMENT")]
    assert ask(gemini).error.startswith("400")
    assert len(gemini_server.requests) == 1


def test_a_spent_quota_stops_the_endpoint(gemini: Endpoint, gemini_server: GeminiServer) -> None:
    gemini_server.script = [gemini_error(429, "Quota exceeded: requests per day", "RESOURCE_EXHAUSTED")]
    with pytest.raises(EndpointUnusable, match="429"):
        ask(gemini)


def test_without_a_price_nothing_is_sent(gemini: Endpoint, gemini_server: GeminiServer) -> None:
    EndpointPrice.objects.all().delete()
    with pytest.raises(EndpointUnusable, match="no price for today"):
        ask(gemini)
    assert gemini_server.requests == []


def test_without_a_key_nothing_is_sent(gemini: Endpoint) -> None:
    gemini.key = None
    with pytest.raises(EndpointUnusable, match="has no provider key"):
        ask(gemini)
