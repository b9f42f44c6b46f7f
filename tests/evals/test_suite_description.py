"""What a suite is called and asked for changes afterwards; what was scored keeps its cases and its purpose."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from afsweb.core.models import Event, Role, User
from evals_app.authoring.describing import describe_suite
from evals_app.authoring.revising import add_case
from evals_app.models import Purpose, Suite
from evals_app.suites import CaseDraft
from tests.evals.test_pages import text
from tests.evals.test_suite_authoring import newest

Login = Callable[[Role | User], Client]

SAME = {"name": "Registers", "description": "", "purpose": "domain"}


def address(suite: Suite) -> str:
    return reverse("edit_suite", args=[suite.uuid])


def test_a_name_is_that_of_every_version_and_the_slug_stays(client_as: Login, suite: Suite, trainer: User) -> None:
    odd = CaseDraft("odd", "x", "odd", [{"role": "user", "content": "?"}], {"answers": ["a"]}, [], "exact")
    second = add_case(suite, odd, seen=1, by=trainer)
    client = client_as(trainer)
    assert 'value="Registers"' in text(client.get(address(second)))
    told = {"name": "PPU registers", "description": "Both directions."}
    shown = text(client.post(address(second), SAME | told, follow=True))
    assert "PPU registers 2" in shown
    assert "Both directions." in shown
    suite.refresh_from_db()
    assert (str(suite), suite.slug) == ("PPU registers 1", "registers")
    event = Event.objects.get(verb="describe", object_id=suite.pk)
    assert (event.actor, event.before["name"], event.after) == (trainer, "Registers", told)


def test_a_version_that_is_made_meanwhile_has_the_new_name(suite: Suite, trainer: User) -> None:
    read_before = Suite.objects.get(pk=suite.pk)
    describe_suite(suite, name="Others", description="Anew.", purpose=Purpose.DOMAIN, by=trainer)
    odd = CaseDraft("odd", "x", "odd", [{"role": "user", "content": "?"}], {"answers": ["a"]}, [], "exact")
    second = add_case(read_before, odd, seen=1, by=trainer)
    assert (str(second), second.description) == ("Others 2", "Anew.")


def test_saving_what_it_says_already_changes_nothing(client_as: Login, suite: Suite) -> None:
    client_as(Role.TRAINER).post(address(suite), SAME)
    assert Suite.objects.count() == 1
    assert not Event.objects.filter(verb="describe").exists()


def test_another_purpose_is_the_next_version_with_the_same_cases(client_as: Login, suite: Suite) -> None:
    shown = text(client_as(Role.TRAINER).post(address(suite), SAME | {"purpose": "safety"}, follow=True))
    made = newest()
    assert "Registers 2" in shown
    assert (made.purpose, made.sha256, made.cases.count()) == ("safety", suite.sha256, suite.cases.count())
    suite.refresh_from_db()
    assert suite.purpose == "domain"


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"name": " "}, "This field is required"),
        ({"name": "…"}, "A name needs a letter or a digit"),
        ({"purpose": "fun"}, "Select a valid choice"),
    ],
)
def test_bad_input_is_said_and_what_was_typed_stays(
    client_as: Login, suite: Suite, told: dict[str, str], said: str
) -> None:
    shown = text(client_as(Role.TRAINER).post(address(suite), SAME | {"description": "Typed."} | told))
    assert said in shown
    assert "Typed." in shown
    assert not Event.objects.filter(verb="describe").exists()


def test_it_needs_a_trainer(client_as: Login, suite: Suite) -> None:
    assert client_as(Role.REVIEWER).get(address(suite)).status_code == 403
