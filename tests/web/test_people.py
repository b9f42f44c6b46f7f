from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from afsweb.accounts import people
from afsweb.accounts.errors import LastAdmin
from afsweb.core.models import Event, Role, User
from tests.conftest import make_user


@pytest.fixture
def client(client_as: Callable[..., Client], admin_user: User) -> Client:
    return client_as(admin_user)


def shown_password(page: bytes) -> str:
    found = re.search(r'id="one-time-password">([a-z0-9-]+)<', page.decode())
    assert found
    return found[1]


def test_new_person_gets_a_password_that_is_shown_once(client: Client, admin_user: User) -> None:
    page = client.post("/people/new/", {"username": "grace", "role": "reviewer", "email": "g@example.org"})
    assert "no-store" in page["Cache-Control"]
    person = User.objects.get(username="grace")
    assert person.check_password(shown_password(page.content))
    assert (person.role, person.is_staff, person.must_change_password) == (Role.REVIEWER, True, True)
    event = Event.objects.get(verb="create")
    assert (event.actor, event.after) == (admin_user, {"username": "grace", "role": "reviewer"})
    assert shown_password(page.content) not in client.get(f"/people/{person.uuid}/").content.decode()


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"username": "a-admin", "role": "viewer"}, "username"),
        ({"username": "", "role": "viewer"}, "username"),
        ({"username": "no spaces", "role": "viewer"}, "username"),
        ({"username": "grace", "role": "emperor"}, "role"),
        ({"username": "grace", "role": "viewer", "email": "x"}, "email"),
    ],
)
def test_impossible_person_is_refused(client: Client, fields: dict[str, str], wrong: str) -> None:
    page = client.post("/people/new/", fields)
    assert set(page.context["form"].errors) == {wrong}
    assert User.objects.count() == 1


def test_role_is_changed_and_recorded(client: Client, viewer: User) -> None:
    client.post(f"/people/{viewer.uuid}/role/", {"role": "trainer"})
    viewer.refresh_from_db()
    assert (viewer.role, viewer.is_staff, viewer.is_superuser) == (Role.TRAINER, True, False)
    event = Event.objects.get(verb="change role")
    assert (event.before, event.after) == ({"role": "viewer"}, {"role": "trainer"})
    assert "change role" in client.get(f"/people/{viewer.uuid}/").content.decode()


def test_role_that_does_not_exist_changes_nothing(client: Client, viewer: User) -> None:
    page = client.post(f"/people/{viewer.uuid}/role/", {"role": "emperor"}, follow=True)
    assert "There is no such role." in page.content.decode()
    viewer.refresh_from_db()
    assert viewer.role == Role.VIEWER


def test_same_role_again_writes_no_history(client: Client, viewer: User) -> None:
    client.post(f"/people/{viewer.uuid}/role/", {"role": "viewer"})
    assert not Event.objects.filter(verb="change role").exists()


def test_switched_off_person_is_logged_out_and_can_come_back(
    client: Client, client_as: Callable[..., Client], viewer: User
) -> None:
    theirs = client_as(viewer)
    client.post(f"/people/{viewer.uuid}/deactivate/")
    assert theirs.get("/profile/").status_code == 302
    client.post(f"/people/{viewer.uuid}/activate/")
    viewer.refresh_from_db()
    assert viewer.is_active
    assert list(Event.objects.order_by("pk").values_list("verb", flat=True)) == ["switch off", "switch on"]


def test_new_password_ends_the_sessions(client: Client, client_as: Callable[..., Client], viewer: User) -> None:
    theirs = client_as(viewer)
    page = client.post(f"/people/{viewer.uuid}/password/")
    viewer.refresh_from_db()
    assert viewer.check_password(shown_password(page.content))
    assert viewer.must_change_password
    assert theirs.get("/profile/").status_code == 302


def test_own_password_is_not_reset_here(client: Client, admin_user: User) -> None:
    assert client.post(f"/people/{admin_user.uuid}/password/").status_code == 403


@pytest.mark.parametrize(("action", "fields"), [("role", {"role": "viewer"}), ("deactivate", {})])
def test_last_admin_stays(client: Client, admin_user: User, action: str, fields: dict[str, str]) -> None:
    User.objects.create(username="gone", role=Role.ADMIN, is_active=False)
    page = client.post(f"/people/{admin_user.uuid}/{action}/", fields, follow=True)
    assert "a-admin is the last active admin" in page.content.decode()
    admin_user.refresh_from_db()
    assert (admin_user.role, admin_user.is_active) == (Role.ADMIN, True)
    assert not Event.objects.exists()


def test_admin_can_go_when_another_stays(client: Client, admin_user: User) -> None:
    User.objects.create(username="other", role=Role.ADMIN)
    client.post(f"/people/{admin_user.uuid}/role/", {"role": "trainer"})
    admin_user.refresh_from_db()
    assert admin_user.role == Role.TRAINER


@pytest.mark.django_db(transaction=True)
def test_two_admins_who_remove_each_other_leave_one() -> None:
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection

    one, other = make_user(Role.ADMIN), User.objects.create(username="other", role=Role.ADMIN)

    def remove(person: User) -> str:
        try:
            people.switch_off(person, by=None)
            return "done"
        except LastAdmin:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(remove, (one, other))) == ["done", "refused"]
    assert User.objects.filter(is_active=True, role=Role.ADMIN).count() == 1


def test_list_costs_the_same_for_many(client: Client, django_assert_max_num_queries: Callable[..., Any]) -> None:
    User.objects.bulk_create(User(username=f"person-{i}") for i in range(60))
    with django_assert_max_num_queries(6):
        page = client.get("/people/").content.decode()
    assert page.count("/people/") > 50
    assert "Older" in page


def test_one_time_passwords_differ() -> None:
    made = {people.make_password() for _ in range(200)}
    assert len(made) == 200
    assert all(re.fullmatch(r"[a-z2-9]{5}(-[a-z2-9]{5}){3}", password) for password in made)
