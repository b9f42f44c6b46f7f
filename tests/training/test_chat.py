"""A conversation with a version: every question goes with what was said before, for its person alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from afsweb.core.models import Endpoint, Job, JobState, Provider, Role, User
from tests.evals.completions_server import serve_completions
from tests.rows import make_base, run_job
from training_app.chatting import ask_on, clear_conversation, conversation, stop_answer
from training_app.errors import NoQuestion, NothingToStop, StillAnswering
from training_app.models import ModelVersion, Turn

Login = Callable[[Role | User], Client]


@pytest.fixture
def server() -> Iterator[Any]:
    with serve_completions() as made:
        made.table |= {"What is at $2100?": "INIDISP", "And at $2115?": "VMAIN"}
        yield made


@pytest.fixture
def version(db: None, server: Any) -> ModelVersion:
    endpoint = Endpoint.objects.create(
        name="a server", provider=Provider.OPENAI_COMPATIBLE, model="veran", base_url=server.url
    )
    return ModelVersion.objects.create(
        name="veran", base_model=make_base(), endpoint=endpoint, system_prompt="You are Veran.", temperature=0.4
    )


def answered(turn: Turn) -> Turn:
    assert run_job(turn.job).name == "succeeded"
    return Turn.objects.select_related("job").get(pk=turn.pk)


def test_a_question_goes_with_all_that_was_said(version: ModelVersion, server: Any, reviewer: User) -> None:
    assert answered(ask_on(version, " What is at $2100? ", by=reviewer)).answer == "INIDISP"
    assert answered(ask_on(version, "And at $2115?", by=reviewer)).answer == "VMAIN"
    assert server.bodies[-1]["messages"] == [
        {"role": "system", "content": "You are Veran."},
        {"role": "user", "content": "What is at $2100?"},
        {"role": "assistant", "content": "INIDISP"},
        {"role": "user", "content": "And at $2115?"},
    ]
    assert server.bodies[-1]["temperature"] == 0.4


def test_each_person_has_a_conversation_of_their_own(
    version: ModelVersion, reviewer: User, trainer: User, client_as: Login
) -> None:
    answered(ask_on(version, "What is at $2100?", by=reviewer))
    assert conversation(version, trainer) == []
    assert "INIDISP" in client_as(reviewer).get(version.get_absolute_url()).content.decode()
    assert "INIDISP" not in client_as(trainer).get(version.get_absolute_url()).content.decode()


def test_a_cleared_conversation_begins_anew(version: ModelVersion, server: Any, reviewer: User) -> None:
    answered(ask_on(version, "What is at $2100?", by=reviewer))
    assert clear_conversation(version, by=reviewer) == 1
    assert conversation(version, reviewer) == []
    answered(ask_on(version, "And at $2115?", by=reviewer))
    assert len(server.bodies[-1]["messages"]) == 2
    assert Turn.objects.count() == 2


def test_the_next_question_waits_for_the_answer(version: ModelVersion, reviewer: User) -> None:
    ask_on(version, "What is at $2100?", by=reviewer)
    with pytest.raises(StillAnswering, match="Wait for the answer, or stop it"):
        ask_on(version, "And at $2115?", by=reviewer)
    with pytest.raises(StillAnswering):
        clear_conversation(version, by=reviewer)
    assert Job.objects.count() == Turn.objects.count() == 1


def test_a_stopped_question_is_not_sent_again(version: ModelVersion, server: Any, reviewer: User) -> None:
    ask_on(version, "What is at $2100?", by=reviewer)
    stop_answer(version, by=reviewer)
    assert Job.objects.get().state == JobState.CANCELLED
    answered(ask_on(version, "And at $2115?", by=reviewer))
    assert [message["content"] for message in server.bodies[-1]["messages"]] == ["You are Veran.", "And at $2115?"]
    with pytest.raises(NothingToStop):
        stop_answer(version, by=reviewer)


def test_the_page_asks_stops_and_clears(version: ModelVersion, reviewer: User, client_as: Login) -> None:
    client, url = client_as(reviewer), version.get_absolute_url()
    page = client.post(f"{url}ask/", {"question": "What is at $2100?"}, follow=True).content.decode()
    assert "What is at $2100?" in page
    assert 'hx-trigger="every 2s"' in page
    assert f"{url}ask/stop/" in page
    run_job(Job.objects.get())
    part = client.get(f"{url}?only=chat").content.decode()
    assert "INIDISP" in part
    assert "<html" not in part
    assert 'hx-trigger="every 2s"' not in part
    page = client.post(f"{url}ask/clear/", follow=True).content.decode()
    assert "INIDISP" not in page
    assert "A new conversation" in page
    assert "nothing to stop" in client.post(f"{url}ask/stop/", follow=True).content.decode()


def test_nothing_to_ask_is_a_sentence(version: ModelVersion, reviewer: User, client_as: Login) -> None:
    with pytest.raises(NoQuestion):
        ask_on(version, "  ", by=reviewer)
    page = client_as(reviewer).post(f"{version.get_absolute_url()}ask/", {"question": " "}, follow=True)
    assert "Write a question first" in page.content.decode()
    assert client_as(Role.VIEWER).post(f"{version.get_absolute_url()}ask/", {"question": "a"}).status_code == 403
    assert not Turn.objects.exists()
