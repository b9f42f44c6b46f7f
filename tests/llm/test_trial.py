"""Testing the connection of an endpoint, and the models that its server has: from the page and from a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from afsweb.core.models import Call, Endpoint, Provider, Role, User
from afsweb.llm import trial
from afsweb.llm.answerers import window
from afsweb.llm.answerers.openai_compatible import list_models
from afsweb.llm.answering import EndpointUnusable
from tests.commands.running import afs
from tests.evals.completions_server import CompletionsServer, serve_completions
from tests.llm.gemini_server import GeminiServer, gemini_answer

Login = Callable[[Role | User], Client]
Said = pytest.CaptureFixture[str]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[CompletionsServer]:
    monkeypatch.setattr(window, "FIRST_WAIT", 0.01)
    with serve_completions(otherwise="ready", models=["qwen:7b", "llama"]) as serving:
        yield serving


@pytest.fixture
def endpoint(server: CompletionsServer, db: None) -> Endpoint:
    facts = {"provider": Provider.OPENAI_COMPATIBLE, "base_url": server.url, "model": "llama"}
    return Endpoint.objects.create(name="local", **facts)


def page(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_a_connection_is_tested_with_a_real_question(
    client_as: Login, endpoint: Endpoint, server: CompletionsServer
) -> None:
    shown = page(client_as(Role.TRAINER).post(f"/endpoints/{endpoint.uuid}/test/", follow=True))
    assert "It answered “ready” in" in shown
    assert (server.bodies[0]["model"], server.bodies[0]["max_tokens"]) == ("llama", 16)


@pytest.mark.parametrize(
    ("status", "advice"),
    [(401, "Its key is not taken"), (404, "has it the model “llama”?"), (429, "set a limit of requests a minute")],
)
def test_an_error_is_told_in_words(
    client_as: Login, endpoint: Endpoint, server: CompletionsServer, status: int, advice: str
) -> None:
    server.otherwise = status
    shown = page(client_as(Role.TRAINER).post(f"/endpoints/{endpoint.uuid}/test/", follow=True))
    assert f"It did not answer: {status}" in shown
    assert advice in shown


def test_nobody_there_is_told_with_the_address(client_as: Login, endpoint: Endpoint) -> None:
    Endpoint.objects.update(base_url="http://127.0.0.1:9/v1")
    shown = page(client_as(Role.TRAINER).post(f"/endpoints/{endpoint.uuid}/test/", follow=True))
    assert "Is the server running, and is http://127.0.0.1:9/v1 where it listens?" in shown


def test_a_slow_server_is_given_up(
    endpoint: Endpoint, server: CompletionsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "PATIENCE", 0.1)
    monkeypatch.setattr(window, "PATIENCE", 0.05)
    server.delay = 1.0
    found = trial.try_endpoint(endpoint)
    assert (found.ok, "gave no answer within" in found.said) == (False, True)


def test_a_paid_test_is_a_call_in_the_ledger(gemini: Endpoint, gemini_server: GeminiServer) -> None:
    gemini_server.answer = gemini_answer("ready")
    assert trial.try_endpoint(gemini).ok
    assert trial.try_endpoint(gemini).ok  # each time anew
    assert [call.purpose for call in Call.objects.all()] == ["test", "test"]


def test_local_weights_are_not_loaded_while_somebody_waits(client_as: Login, db: None) -> None:
    with pytest.raises(trial.LoadsTooLong, match="ask its version"):
        trial.try_endpoint(Endpoint(name="w", provider=Provider.TRANSFORMERS, model="m"))


def test_a_viewer_may_not_test(client_as: Login, endpoint: Endpoint, server: CompletionsServer) -> None:
    assert client_as(Role.VIEWER).post(f"/endpoints/{endpoint.uuid}/test/").status_code == 403
    assert "Test connection" not in page(client_as(Role.VIEWER).get(endpoint.get_absolute_url()))
    assert server.bodies == []


def test_the_server_lists_its_models(endpoint: Endpoint) -> None:
    assert list_models(endpoint) == ["llama", "qwen:7b"]


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://127.0.0.1:9/v1", "it does not answer"),
        ("{server}/other", "it answered 404 Not Found"),
        ("", "it has no address"),
    ],
)
def test_a_server_without_a_list_says_why(endpoint: Endpoint, server: CompletionsServer, url: str, reason: str) -> None:
    endpoint.base_url = url.format(server=server.url)
    with pytest.raises(EndpointUnusable, match=reason):
        list_models(endpoint)


FORM = {"name": "new", "provider": "openai_compatible", "model": "", "is_active": "on"}


def test_models_are_chosen_from_the_servers_own(client_as: Login, server: CompletionsServer, db: None) -> None:
    admin = client_as(Role.ADMIN)
    shown = page(admin.post("/endpoints/new/", {**FORM, "base_url": server.url, "look": "models"}))
    assert "It has 2 models" in shown
    assert '<option value="qwen:7b">' in shown
    assert f'value="{server.url}"' in shown
    assert not Endpoint.objects.exists()


def test_looking_up_at_a_wrong_address_says_so_and_keeps_what_was_typed(client_as: Login, db: None) -> None:
    data = {**FORM, "base_url": "http://127.0.0.1:9/v1", "look": "models"}
    shown = page(client_as(Role.ADMIN).post("/endpoints/new/", data))
    assert "it does not answer" in shown
    assert 'value="http://127.0.0.1:9/v1"' in shown


def test_concurrency_and_seed_are_kept_with_other_flags(client_as: Login, endpoint: Endpoint) -> None:
    Endpoint.objects.update(capabilities={"thinking": True, "concurrency": 2})
    url = f"/endpoints/{endpoint.uuid}/edit/"
    assert 'name="concurrency" value="2"' in page(client_as(Role.ADMIN).get(url))
    data = FORM | {"base_url": endpoint.base_url, "model": "llama", "concurrency": 8, "honours_seed": "on"}
    client_as(Role.ADMIN).post(url, data)
    assert Endpoint.objects.get().capabilities == {"thinking": True, "concurrency": 8, "seed": True}


def test_a_wrong_concurrency_is_refused(client_as: Login, endpoint: Endpoint) -> None:
    data = FORM | {"base_url": endpoint.base_url, "model": "llama", "concurrency": 0}
    shown = page(client_as(Role.ADMIN).post(f"/endpoints/{endpoint.uuid}/edit/", data))
    assert "greater than or equal to 1" in shown


def test_the_terminal_tests_and_lists(endpoint: Endpoint, server: CompletionsServer, capsys: Said) -> None:
    assert afs("endpoint", "test", "local") == 0
    assert "It answered “ready” in" in capsys.readouterr().out
    assert afs("endpoint", "models", "local") == 0
    assert capsys.readouterr().out == "llama\nqwen:7b\n"
    server.otherwise = 401
    assert afs("endpoint", "test", "local") == 1
    assert afs("endpoint", "edit", "local", "--concurrency", "4", "--seed") == 0
    assert afs("endpoint", "edit", "local", "--model", "qwen:7b") == 0
    assert Endpoint.objects.get().capabilities == {"concurrency": 4, "seed": True}
