"""`afs user`: add people, give them a role or a new one-time password; the first start makes one admin."""

from __future__ import annotations

import pytest

from afsweb.cli import main
from afsweb.commands.users import ensure_admin, greet_admin
from afsweb.core.models import Event, Role, User

pytestmark = pytest.mark.django_db


def printed_password(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out.split()[-1]


def test_create_prints_a_password_for_one_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["user", "create", "zelda", "--role", "trainer"]) == 0
    zelda = User.objects.get(username="zelda")
    assert zelda.check_password(printed_password(capsys))
    assert zelda.role == Role.TRAINER
    assert zelda.must_change_password
    event = Event.objects.get()
    assert (event.verb, event.source, event.after) == ("create", "cli", {"username": "zelda", "role": "trainer"})


@pytest.mark.parametrize("name", ["a-viewer", "two words", "x" * 151])
def test_create_refuses_a_taken_or_impossible_name(viewer: User, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["user", "create", name]) == 1
    assert capsys.readouterr().err.startswith("afs: ")
    assert User.objects.count() == 1


def test_create_refuses_an_unknown_role(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["user", "create", "zelda", "--role", "king"])
    assert refused.value.code == 2
    assert "invalid choice: 'king'" in capsys.readouterr().err
    assert not User.objects.exists()


def test_password_replaces_the_old_one(viewer: User, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["user", "password", viewer.username]) == 0
    viewer.refresh_from_db()
    assert viewer.check_password(printed_password(capsys))
    assert viewer.must_change_password


def test_role_changes_what_a_person_may_do(viewer: User) -> None:
    assert main(["user", "role", viewer.username, "admin"]) == 0
    viewer.refresh_from_db()
    assert viewer.is_superuser and viewer.is_staff


def test_last_admin_keeps_the_role(admin_user: User, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["user", "role", "a-admin", "viewer"]) == 1
    assert "a-admin is the last active admin" in capsys.readouterr().err
    admin_user.refresh_from_db()
    assert admin_user.role == Role.ADMIN


@pytest.mark.parametrize("command", [["password", "nobody"], ["role", "nobody", "admin"]])
def test_unknown_person_is_refused(db: None, command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["user", *command]) == 1
    assert "Nobody is named “nobody”" in capsys.readouterr().err


def test_first_admin_is_made_once(capsys: pytest.CaptureFixture[str]) -> None:
    name, password = ensure_admin()
    assert name == "admin"
    assert password is not None and User.objects.get().check_password(password)
    assert ensure_admin() == ("admin", None)
    greet_admin()
    assert "`afs user password admin`" in capsys.readouterr().out


def test_first_admin_takes_no_name_that_is_in_use() -> None:
    User.objects.create(username="admin", role=Role.VIEWER)
    name, password = ensure_admin()
    assert name.startswith("admin-") and password


def test_first_admin_says_nothing_once_the_password_is_chosen(
    admin_user: User, capsys: pytest.CaptureFixture[str]
) -> None:
    greet_admin()
    assert capsys.readouterr().out == ""
