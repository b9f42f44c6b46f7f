"""Asking an OpenAI-compatible server: what is sent, what comes back, and every error as a value."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from afsweb.core.models import Endpoint, Provider, User
from afsweb.llm.answering import Answer, EndpointUnusable, Prompt, Sampling, open_endpoint
from afsweb.llm.keys import save_key
from tests.evals.completions_server import CompletionsServer, serve_completions

SAMPLING = Sampling(temperature=0.0, max_new_tokens=48, seed=7)


@pytest.fixture
def server() -> Iterator[CompletionsServer]:
    with serve_completions(table={"What is $2100?": "INIDISP."}) as serving:
        yield serving


def endpoint_of(server: CompletionsServer, **facts: object) -> Endpoint:
    return Endpoint(name="local", provider=Provider.OPENAI_COMPATIBLE, base_url=server.url, model="a-model", **facts)


def ask(endpoint: Endpoint, *questions: str) -> list[Answer]:
    prompts = [Prompt(i, [{"role": "user", "content": question}]) for i, question in enumerate(questions)]
    with open_endpoint(endpoint) as answerer:
        return answerer.answer(prompts, SAMPLING)


def test_sends_what_was_asked_and_reads_what_came(server: CompletionsServer) -> None:
    (answer,) = ask(endpoint_of(server), "What is $2100?")
    assert (answer.text, answer.finish_reason, answer.error) == ("INIDISP.", "stop", "")
    assert (answer.input_tokens, answer.output_tokens) == (11, 1)
    assert server.bodies == [
        {
            "model": "a-model",
            "messages": [{"role": "user", "content": "What is $2100?"}],
            "temperature": 0.0,
            "max_tokens": 48,
            "seed": 7,
            "stream": False,
        }
    ]


def test_answers_come_back_in_the_order_of_the_questions(server: CompletionsServer) -> None:
    server.table |= {f"q{i}": f"a{i}" for i in range(50)}
    assert [answer.text for answer in ask(endpoint_of(server), *(f"q{i}" for i in range(50)))] == [
        f"a{i}" for i in range(50)
    ]


def test_never_more_at_once_than_the_endpoint_takes(server: CompletionsServer) -> None:
    server.delay = 0.02
    ask(endpoint_of(server, capabilities={"concurrency": 3}), *map(str, range(12)))
    assert server.most_at_once == 3


def test_questions_are_taken_only_as_fast_as_they_are_asked(server: CompletionsServer) -> None:
    taken: list[int] = []

    def prompts() -> Iterator[Prompt]:
        for i in range(100):
            taken.append(i)
            yield Prompt(i, [{"role": "user", "content": "?"}])

    with open_endpoint(endpoint_of(server, capabilities={"concurrency": 4})) as answerer:
        next(answerer.stream(prompts(), SAMPLING))
    assert len(taken) <= 12


def test_a_refusal_for_good_is_an_error_with_its_reason_and_asked_once(server: CompletionsServer) -> None:
    server.otherwise = 400
    (answer,) = ask(endpoint_of(server), "?")
    assert answer.error.startswith("400 Bad Request")
    assert "try later" in answer.error
    assert len(server.bodies) == 1


@pytest.mark.parametrize(
    "raw", [b"<html>", b"[]", b'{"choices": []}', b'{"choices": [{"message": null}]}', b"\xff\xfe"]
)
def test_nonsense_is_an_error(server: CompletionsServer, raw: bytes) -> None:
    server.raw = raw
    (answer,) = ask(endpoint_of(server), "?")
    assert "no chat completion" in answer.error


def test_text_that_the_database_cannot_keep_is_made_fit(server: CompletionsServer) -> None:
    server.table["?"] = "nul \x00 half \ud800"
    (answer,) = ask(endpoint_of(server), "?")
    assert answer.text == "nul \N{REPLACEMENT CHARACTER} half ?"


def test_nobody_there_is_an_error_for_each_question(server: CompletionsServer) -> None:
    endpoint = endpoint_of(server)
    endpoint.base_url = "http://127.0.0.1:9/v1"
    assert all(answer.error.startswith("no answer:") for answer in ask(endpoint, "a", "b"))


def test_closing_does_not_wait_for_a_slow_answer(server: CompletionsServer) -> None:
    server.delay = 20
    began = time.monotonic()
    with open_endpoint(endpoint_of(server)) as answerer:
        assert next(answerer.stream([Prompt(1, [{"role": "user", "content": "?"}])], SAMPLING)) == []
    assert time.monotonic() - began < 15


def test_an_endpoint_without_address_says_what_to_do() -> None:
    endpoint = Endpoint(name="lost", provider=Provider.OPENAI_COMPATIBLE, model="m")
    with pytest.raises(EndpointUnusable, match=r"“lost” cannot be asked: it has no address\. Enter it"):
        ask(endpoint, "?")


def test_local_weights_need_weights() -> None:
    with pytest.raises(EndpointUnusable, match="no weights here"):
        ask(Endpoint(name="bare", provider=Provider.TRANSFORMERS, model="m"), "?")


def test_the_key_travels_in_the_header_alone(server: CompletionsServer, admin_user: User, field_key: str) -> None:
    key = save_key("mine", Provider.OPENAI_COMPATIBLE, "a-canary-key-0451", by=admin_user)
    ask(endpoint_of(server, key=key), "?")
    assert server.headers[0]["Authorization"] == "Bearer a-canary-key-0451"
    assert "a-canary-key-0451" not in str(server.bodies)
