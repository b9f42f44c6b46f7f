"""A person's own settings: the theme, the order of reviews, and keys that cannot get in each other's way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from afsweb.core.keys import ACTIONS, DEFAULT_KEYS, key_of
from afsweb.core.models import Event, User

PAGE = "/profile/settings/"


@pytest.fixture
def client(client_as: Callable[..., Client], reviewer: User) -> Client:
    return client_as(reviewer)


def save(client: Client, **changes: str) -> Any:
    fields = {f"key-{name}": key for name, key in DEFAULT_KEYS.items()} | {"theme": "system", "review_order": ""}
    return client.post(PAGE, fields | {name.replace("key_", "key-"): value for name, value in changes.items()})


def errors(response: Any) -> dict[str, str]:
    return {name: " ".join(said) for name, said in response.context["form"].errors.items()}


def test_the_defaults_can_be_had_together_and_are_kept_as_nothing(client: Client, reviewer: User) -> None:
    assert save(client)["Location"] == PAGE
    reviewer.refresh_from_db()
    assert reviewer.keys == {}


def test_a_key_of_ones_own_is_kept_recorded_and_on_every_label(client: Client, reviewer: User) -> None:
    save(client, key_accept="w", key_help="h")
    reviewer.refresh_from_db()
    assert reviewer.keys == {"accept": "w", "help": "h"}
    assert Event.objects.get(verb="edit settings").after == {"fields": ["key-accept", "key-help"]}
    page = client.get("/profile/").content.decode()
    assert 'data-help="h"' in page and "Keys <small>h</small>" in page


def test_capitals_are_the_same_key(client: Client, reviewer: User) -> None:
    save(client, key_accept="W")
    reviewer.refresh_from_db()
    assert reviewer.keys == {"accept": "w"}


def test_two_keys_can_change_places(client: Client, reviewer: User) -> None:
    save(client, key_accept="x", key_reject="a")
    reviewer.refresh_from_db()
    assert (key_of("accept", reviewer), key_of("reject", reviewer)) == ("x", "a")


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"key_skip": "a"}, {"key-skip": "“a” is the key of “accept” as well"}),
        ({"key_skip": "j"}, {"key-next": "“j” is the key of “skip: show me another one” as well"}),
        ({"key_accept": ""}, {"key-accept": "Choose a key for “accept”"}),
        ({"key_accept": " "}, {"key-accept": "The browser needs this key"}),
        ({"key_accept": "'"}, {"key-accept": "The browser needs this key"}),
        ({"key_accept": "\t"}, {"key-accept": "The browser needs this key"}),
        ({"key_accept": "Enter"}, {"key-accept": "“enter” is more than one sign"}),
        ({"key_accept": "7"}, {"key-accept": "1 to 9 are the reasons"}),
        ({"key_help": "l"}, {"key-help": "“l” does something else on other pages"}),
    ],
)
def test_keys_that_cannot_work_are_refused_and_nothing_is_saved(
    client: Client, reviewer: User, changes: dict[str, str], words: dict[str, str]
) -> None:
    found = errors(save(client, theme="dark", **changes))
    assert found.keys() == words.keys()
    assert all(found[name].startswith(said) for name, said in words.items())
    reviewer.refresh_from_db()
    assert (reviewer.keys, reviewer.theme) == ({}, "system")


def test_a_refused_form_says_so_and_keeps_what_was_typed(client: Client) -> None:
    page = save(client, key_skip="a", key_flag="w").content.decode()
    assert "Nothing is saved yet" in page and 'value="w"' in page


def test_back_to_the_defaults(client: Client, reviewer: User) -> None:
    User.objects.update(keys={"accept": "w"})
    assert "Back to the default keys" in client.get(PAGE).content.decode()
    client.post(f"{PAGE}keys/")
    reviewer.refresh_from_db()
    assert reviewer.keys == {}
    assert Event.objects.get(verb="reset keys").before == {"keys": {"accept": "w"}}
    assert "Back to the default keys" not in client.get(PAGE).content.decode()


def test_theme_and_order_are_saved(client: Client, reviewer: User) -> None:
    save(client, theme="dark", review_order="newest")
    reviewer.refresh_from_db()
    assert (reviewer.theme, reviewer.review_order) == ("dark", "newest")


@pytest.mark.parametrize("field, value", [("theme", "pink"), ("review_order", "by colour")])
def test_unknown_choices_are_refused(client: Client, reviewer: User, field: str, value: str) -> None:
    response = client.post(PAGE, {f"key-{name}": key for name, key in DEFAULT_KEYS.items()} | {field: value})
    assert field in errors(response)


def test_keys_are_each_persons_own(client: Client, client_as: Callable[..., Client], trainer: User) -> None:
    save(client, key_help="h")
    assert 'data-help="?"' in client_as(trainer).get("/profile/").content.decode()


def test_no_two_actions_have_one_name() -> None:
    assert len(DEFAULT_KEYS) == len(ACTIONS) == len(set(DEFAULT_KEYS.values()))
