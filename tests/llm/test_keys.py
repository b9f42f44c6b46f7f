"""Provider keys are encrypted, masked and replaceable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.test import Client

from afsweb.core.models import Endpoint, Event, Provider, ProviderKey, Role, User
from afsweb.llm.keys import KeyCannotBeRead, KeysCannotBeKept, reveal, save_key
from tests.llm.conftest import SECRET

Login = Callable[[Role | User], Client]
FORM = {"name": "mine", "provider": "gemini", "secret": SECRET}


def test_a_key_is_stored_encrypted_and_can_be_revealed(admin_user: User, field_key: str) -> None:
    key = save_key("mine", Provider.GEMINI, SECRET, by=admin_user)
    assert SECRET.encode() not in bytes(ProviderKey.objects.get().secret)
    assert reveal(key) == SECRET


def test_without_a_field_key_nothing_is_kept(admin_user: User, settings: Any) -> None:
    settings.FIELD_KEY = "no key"
    with pytest.raises(KeysCannotBeKept, match="AFS_FIELD_KEY"):
        save_key("mine", Provider.GEMINI, SECRET, by=admin_user)
    assert not ProviderKey.objects.exists()


def test_another_field_key_cannot_read_it(admin_user: User, field_key: str, settings: Any) -> None:
    key = save_key("mine", Provider.GEMINI, SECRET, by=admin_user)
    settings.FIELD_KEY = Fernet.generate_key().decode()
    with pytest.raises(KeyCannotBeRead, match="another AFS_FIELD_KEY"):
        reveal(key)


def test_the_page_keeps_a_key_and_shows_it_masked(client_as: Login, field_key: str) -> None:
    page = client_as(Role.ADMIN).post("/settings/keys/", FORM, follow=True)
    assert page.status_code == 200
    assert SECRET not in page.content.decode()
    assert SECRET[-4:] in page.content.decode()
    assert SECRET not in str(list(Event.objects.values()))


def test_the_page_says_when_keys_cannot_be_kept(client_as: Login, settings: Any) -> None:
    settings.FIELD_KEY = ""
    page = client_as(Role.ADMIN).post("/settings/keys/", FORM)
    assert page.status_code == 200
    assert "AFS_FIELD_KEY" in page.content.decode()
    assert SECRET not in page.content.decode()


def test_an_empty_key_is_refused(client_as: Login, field_key: str) -> None:
    assert client_as(Role.ADMIN).post("/settings/keys/", {**FORM, "secret": ""}).status_code == 200
    assert not ProviderKey.objects.exists()


def test_a_trainer_may_not_see_keys(client_as: Login) -> None:
    assert client_as(Role.TRAINER).get("/settings/keys/").status_code == 403


def test_a_key_in_use_is_not_forgotten(client_as: Login, gemini: Endpoint) -> None:
    assert gemini.key is not None
    page = client_as(Role.ADMIN).post(f"/settings/keys/{gemini.key.uuid}/delete/", follow=True)
    assert "is used by gemini" in page.content.decode()
    assert ProviderKey.objects.exists()


def test_an_unused_key_is_forgotten(client_as: Login, admin_user: User, field_key: str) -> None:
    key = save_key("old", Provider.GEMINI, SECRET, by=admin_user)
    client_as(admin_user).post(f"/settings/keys/{key.uuid}/delete/")
    assert not ProviderKey.objects.exists()
