"""A session is read together with its person, and lets in nobody whom Django would not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import SESSION_KEY
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse

from afsweb.core.models import Session, User
from tests.conftest import PASSWORD, ClientAs

PAGE = "/profile/"


@pytest.fixture
def entered(client: Client, viewer: User) -> Client:
    client.post("/login/", {"username": viewer.username, "password": PASSWORD})
    assert client.get(PAGE).status_code == 200
    return client


def is_in(client: Client) -> bool:
    return client.get(PAGE).status_code == 200


def test_the_session_and_its_person_are_one_statement(entered: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1) as captured:
        entered.get("/login/")
    assert "core_session" in captured.captured_queries[0]["sql"]
    assert "core_user" in captured.captured_queries[0]["sql"]


def test_it_names_its_person(entered: Client, viewer: User) -> None:
    assert Session.objects.get().user == viewer
    entered.post(reverse("log_out"))
    assert not viewer.sessions.exists()


def test_another_persons_log_in_takes_it_over_whole(entered: Client, viewer: User, reviewer: User) -> None:
    entered.post("/login/", {"username": reviewer.username, "password": PASSWORD})
    assert [one.user for one in Session.objects.all()] == [reviewer]
    assert reviewer.username in entered.get(PAGE).content.decode()


def test_a_session_of_before_a_new_password_is_over(entered: Client, viewer: User) -> None:
    viewer.set_password("another one, long enough")
    viewer.save()
    assert not is_in(entered)
    assert not Session.objects.exists()


def test_a_session_from_before_a_new_key_goes_on_under_it(entered: Client, settings: Any) -> None:
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "a new key of this installation"
    # What is signed with the old key can still be read, and is written anew.
    assert is_in(entered)
    settings.SECRET_KEY_FALLBACKS = []
    assert is_in(entered)


def test_a_person_who_was_switched_off_is_out(entered: Client) -> None:
    User.objects.update(is_active=False)
    assert not is_in(entered)


def test_a_person_who_was_deleted_is_out(entered: Client, viewer: User) -> None:
    viewer.delete()
    assert not is_in(entered)


def test_a_session_that_ran_out_is_over(entered: Client) -> None:
    Session.objects.update(expire_date=Now() - timedelta(seconds=1))
    assert not is_in(entered)


def test_the_column_alone_lets_nobody_in(entered: Client, reviewer: User) -> None:
    """It is a way to read the person, not to say who that is: what is signed decides."""
    Session.objects.update(user=reviewer)
    page = entered.get(PAGE).content.decode()
    assert reviewer.username not in page
    assert "a-viewer" in page


def test_what_is_signed_without_a_person_lets_nobody_in(client: Client, viewer: User) -> None:
    session = client.session
    session["told"] = "something"
    session.save()
    Session.objects.update(user=viewer)
    assert client.get(PAGE)["Location"].startswith("/login/")


def test_a_backend_that_is_gone_lets_nobody_in(entered: Client) -> None:
    session = entered.session
    session["_auth_user_backend"] = "somewhere.Else"
    session.save()
    assert not is_in(entered)


def test_sessions_of_two_browsers_are_two(client_as: ClientAs, viewer: User) -> None:
    one, other = client_as(viewer), client_as(viewer)
    one.post(reverse("log_out"))
    assert other.get(PAGE).status_code == 200
    assert SESSION_KEY not in one.session
