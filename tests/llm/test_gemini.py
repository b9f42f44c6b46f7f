"""The real google-genai client against a server that speaks the wire protocol."""

from __future__ import annotations

import pytest

from afsweb.core.models import Endpoint
from afsweb.llm.gemini import GeminiNeedsKey, ask, connect
from afsweb.llm.request import NoAnswer, ProviderRefused, Request
from tests.llm.conftest import SECRET
from tests.llm.gemini_server import GeminiServer, gemini_answer, gemini_error

WORD = {"type": "object", "properties": {"word": {"type": "string"}}, "required": ["word"]}


def test_a_request_carries_key_model_system_and_schema(gemini: Endpoint, gemini_server: GeminiServer) -> None:
    client = connect(gemini)
    ask(client, gemini, Request("Which register?", system="Answer with its name.", schema=WORD, max_output_tokens=99))
    sent = gemini_server.requests[0]
    assert sent["path"].endswith("/models/a-model:generateContent")
    assert gemini_server.keys == [SECRET]
    assert sent["contents"][0]["parts"][0]["text"] == "Which register?"
    assert sent["systemInstruction"]["parts"][0]["text"] == "Answer with its name."
    assert sent["generationConfig"]["responseJsonSchema"] == WORD
    assert sent["generationConfig"]["maxOutputTokens"] == 99


def test_an_answer_brings_text_parsed_json_and_usage(gemini: Endpoint, gemini_server: GeminiServer) -> None:
    gemini_server.answer = gemini_answer({"word": "VMAIN"}, input_tokens=7, output_tokens=3, thinking=11)
    reply = ask(connect(gemini), gemini, Request("?", schema=WORD))
    assert reply.parsed == {"word": "VMAIN"}
    assert (reply.input_tokens, reply.output_tokens, reply.thinking_tokens) == (7, 3, 11)
    assert reply.finish_reason == "STOP"


def test_broken_json_is_a_reply_without_a_parsed_answer(gemini: Endpoint, gemini_server: GeminiServer) -> None:
    gemini_server.answer = gemini_answer('{"word": "VMA')
    reply = ask(connect(gemini), gemini, Request("?", schema=WORD))
    assert reply.parsed is None
    assert reply.text == '{"word": "VMA'


def test_a_blocked_answer_has_no_text_but_a_reason(gemini: Endpoint, gemini_server: GeminiServer) -> None:
    gemini_server.answer = {"usageMetadata": {"promptTokenCount": 5}}
    reply = ask(connect(gemini), gemini, Request("?"))
    assert (reply.text, reply.finish_reason, reply.input_tokens) == ("", "NO_CANDIDATE", 5)


def test_sampling_settings_go_only_to_models_that_take_them(gemini: Endpoint, gemini_server: GeminiServer) -> None:
    ask(connect(gemini), gemini, Request("?", temperature=0.7))
    gemini.capabilities = {"temperature": True}
    ask(connect(gemini), gemini, Request("?", temperature=0.7))
    assert "temperature" not in gemini_server.requests[0]["generationConfig"]
    assert gemini_server.requests[1]["generationConfig"]["temperature"] == 0.7


@pytest.mark.parametrize(
    ("code", "message", "wait"),
    [
        (400, "API key not valid", "no"),
        (429, "quota exceeded for requests per minute", "soon"),
        (429, "GenerateRequestsPerDayPerProjectPerModel", "today"),
        (503, "overloaded", "soon"),
    ],
)
def test_an_error_is_refused_once_with_what_to_do(
    gemini: Endpoint, gemini_server: GeminiServer, code: int, message: str, wait: str
) -> None:
    gemini_server.script = [gemini_error(code, message, "A_STATUS")]
    with pytest.raises(ProviderRefused, match=message) as refused:
        ask(connect(gemini), gemini, Request("?"))
    assert (refused.value.code, refused.value.wait) == (code, wait)
    assert len(gemini_server.requests) == 1


def test_a_connection_that_breaks_is_no_answer_and_is_not_sent_again(
    gemini: Endpoint, gemini_server: GeminiServer
) -> None:
    gemini_server.script = [(200, None)]
    with pytest.raises(NoAnswer):
        ask(connect(gemini), gemini, Request("?"))
    assert len(gemini_server.requests) == 1


def test_an_endpoint_without_a_key_says_so(gemini: Endpoint) -> None:
    gemini.key = None
    with pytest.raises(GeminiNeedsKey, match="no provider key"):
        connect(gemini)
