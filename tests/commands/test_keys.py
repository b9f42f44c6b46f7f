"""`afs key`: a provider's key is read, never an argument, and never shown."""

from __future__ import annotations

import io
import sys
from typing import Any

import pytest

from afsweb.cli import main
from afsweb.core.models import Endpoint, Event, ProviderKey, User
from afsweb.llm.keys import reveal
from tests.commands.conftest import Afs
from tests.llm.conftest import SECRET

pytestmark = pytest.mark.django_db
SET = ("key", "set", "mine", "--provider", "gemini")


def test_a_key_is_read_from_standard_input(afs: Afs, admin_user: User, field_key: str) -> None:
    said = afs(*SET, typed=f"{SECRET}\n")
    assert said.out == "“mine” is kept, encrypted\n"
    key = ProviderKey.objects.get()
    assert (reveal(key), key.created_by) == (SECRET, admin_user)
    event = Event.objects.get()
    assert (event.verb, event.source, event.actor) == ("save", "cli", admin_user)
    assert SECRET not in str(Event.objects.values().get())


def test_at_a_terminal_it_is_asked_for_unseen(
    admin_user: User, field_key: str, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    terminal = io.StringIO()
    terminal.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr(sys, "stdin", terminal)
    monkeypatch.setattr("getpass.getpass", lambda prompt: f" {SECRET} ")
    assert main(list(SET)) == 0
    assert reveal(ProviderKey.objects.get()) == SECRET
    assert SECRET not in "".join(capsys.readouterr())


def test_a_key_is_replaced(afs: Afs, admin_user: User, field_key: str) -> None:
    afs(*SET, typed=SECRET)
    afs(*SET, typed="another key of the tests")
    assert reveal(ProviderKey.objects.get()) == "another key of the tests"


@pytest.mark.parametrize(
    ("typed", "said"), [("", "key: This field is required"), ("short", "key: Ensure this value has at least 8")]
)
def test_what_is_no_key_is_refused(afs: Afs, admin_user: User, field_key: str, typed: str, said: str) -> None:
    ended = afs(*SET, typed=typed)
    assert (ended.status, said in ended.err) == (1, True)
    assert not ProviderKey.objects.exists()


def test_without_a_field_key_nothing_is_kept(afs: Afs, admin_user: User, settings: Any) -> None:
    settings.FIELD_KEY = "no key"
    said = afs(*SET, typed=SECRET)
    assert (said.status, "AFS_FIELD_KEY" in said.err) == (1, True)
    assert SECRET not in said.err


def test_a_key_is_never_an_argument(afs: Afs, admin_user: User) -> None:
    assert afs(*SET, SECRET).status == 2
    assert not ProviderKey.objects.exists()


def test_only_an_admin_keeps_keys(afs: Afs, trainer: User, admin_user: User, field_key: str) -> None:
    said = afs(*SET, "--as", "a-trainer", typed=SECRET)
    assert (said.status, "This needs the role admin" in said.err) == (1, True)
    assert not ProviderKey.objects.exists()


def test_keys_are_listed_masked(afs: Afs, gemini: Endpoint) -> None:
    said = afs("key", "list").out
    assert "mine" in said and "…7Qx4" in said
    assert SECRET not in said


def test_an_unused_key_is_forgotten(afs: Afs, admin_user: User, field_key: str) -> None:
    afs(*SET, typed=SECRET)
    assert afs("key", "delete", "mine").out == "“mine” is forgotten\n"
    assert not ProviderKey.objects.exists()
    assert Event.objects.values_list("verb", "source").order_by("-pk")[0] == ("delete", "cli")


def test_a_key_in_use_is_not_forgotten(afs: Afs, gemini: Endpoint) -> None:
    said = afs("key", "delete", "mine")
    assert (said.status, "“mine” is used by gemini" in said.err) == (1, True)
    assert "There is no provider key “nothing”" in afs("key", "delete", "nothing").err
