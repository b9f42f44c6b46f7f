"""`afs user`: everything the page of people can. Creating, roles and passwords: tests/services."""

from __future__ import annotations

import pytest

from afsweb.core.models import Event, User
from tests.commands.conftest import Afs

pytestmark = pytest.mark.django_db


def test_a_person_is_let_in_no_longer_and_then_again(afs: Afs, reviewer: User) -> None:
    assert "can no longer log in" in afs("user", "deactivate", "a-reviewer").out
    reviewer.refresh_from_db()
    assert not reviewer.is_active
    assert "may not log in" in afs("user", "list").out
    assert "can log in again" in afs("user", "activate", "a-reviewer").out
    reviewer.refresh_from_db()
    assert reviewer.is_active
    assert list(Event.objects.order_by("pk").values_list("verb", "source")) == [
        ("switch off", "cli"),
        ("switch on", "cli"),
    ]


def test_the_last_admin_stays(afs: Afs, admin_user: User) -> None:
    said = afs("user", "deactivate", "a-admin")
    assert (said.status, "a-admin is the last active admin" in said.err) == (1, True)
    admin_user.refresh_from_db()
    assert admin_user.is_active


def test_a_person_is_added_with_a_name_and_shown(afs: Afs, db: None) -> None:
    afs("user", "create", "zelda", "--role", "trainer", "--first-name", "Zelda", "--email", "z@example.org")
    said = afs("user", "show", "zelda").out
    assert said.startswith("zelda: trainer, may log in")
    assert "Zelda  z@example.org" in said
    assert "create by command line" in said


def test_an_impossible_address_is_refused(afs: Afs, db: None) -> None:
    said = afs("user", "create", "zelda", "--email", "nonsense")
    assert (said.status, "valid email" in said.err) == (1, True)
    assert not User.objects.exists()


@pytest.mark.parametrize("verb", ["show", "deactivate", "activate"])
@pytest.mark.parametrize("name", ["nobody", "\udcff"])
def test_an_unknown_person_is_a_sentence(afs: Afs, db: None, verb: str, name: str) -> None:
    said = afs("user", verb, name)
    assert (said.status, "Nobody is named" in said.err) == (1, True)
