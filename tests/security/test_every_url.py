"""Every address, walked as five kinds of people with every method, held to url_table.py. Nothing may answer 5xx."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.contrib import admin
from django.test import Client

from afsweb.core.models import Role
from tests.security.addresses import Address, addresses
from tests.security.url_table import ADMIN_TABLE, TABLE, AdminRow, Row

METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")
KINDS = (None, *Role)
DONE = {200, 204, 286, 302, 400, 404, 409, 422}

pytestmark = pytest.mark.django_db


@pytest.fixture
def client_of(client_as: Callable[..., Client]) -> Callable[[Role | None], Client]:
    """`client_of(role)`: a new client of that kind of person (None: anonymous), for which a 500 is an answer."""

    def make(kind: Role | None) -> Client:
        client = client_as(kind) if kind else Client()
        client.raise_request_exception = False
        return client

    return make


def ours() -> list[Address]:
    return [address for address in addresses() if not address.group]


def test_every_address_is_declared() -> None:
    assert {address.name for address in ours()} - set(TABLE) == set()


def test_nothing_is_declared_that_does_not_exist() -> None:
    assert set(TABLE) - {address.name for address in ours()} == set()


def test_every_model_of_the_admin_is_declared() -> None:
    registered = {f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry}
    assert registered == set(ADMIN_TABLE)


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_each_kind_may_do_what_is_declared(kind: Role | None, client_of: Callable[..., Client]) -> None:
    wrong = [
        f"{method} {address.name}: {status}, expected {sorted(expected)}"
        for address in ours()
        for method, status in answers(client_of, kind, address)
        if status not in (expected := expected_of(TABLE[address.name], kind, method))
    ]
    assert not wrong, "\n".join(wrong)


def answers(client_of: Callable[..., Client], kind: Role | None, address: Address) -> Iterator[tuple[str, int]]:
    """The status of each method, each by a new session (one of them logs out)."""
    client = client_of(kind)
    for method in METHODS:
        yield method, client.generic(method, address.url()).status_code
        if address.name == "log_out" and method == "POST":
            client = client_of(kind)


def expected_of(row: Row, kind: Role | None, method: str) -> set[int]:
    if method not in row.methods:
        return {405}
    if row.for_hosts:
        return {401}
    if kind in row.refused:
        return {403}
    if row.role is None:
        return DONE | {row.answer}
    if kind is None:
        return {302}
    return DONE if kind.rank >= row.role.rank else {403}


def test_anonymous_people_are_sent_to_the_log_in(client: Client) -> None:
    for address in ours():
        row = TABLE[address.name]
        if row.role:
            response = client.generic(row.methods[0], address.url())
            assert response["Location"].startswith("/login/?next="), address.name


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_admin_opens_what_is_declared(kind: Role | None, client_of: Callable[..., Client]) -> None:
    client = client_of(kind)
    wrong = []
    for address in addresses():
        label, _, verb = address.name.removeprefix("admin:").rpartition("_")
        if address.group != "admin" or address.name == "admin:logout":
            continue
        for method in METHODS:
            status = client.generic(method, address.url()).status_code
            expected = expected_in_admin(ADMIN_TABLE.get(label), verb, kind, method)
            if status not in expected:
                wrong.append(f"{method} {address.name}: {status}, expected {sorted(expected)}")
    assert not wrong, "\n".join(wrong)


def expected_in_admin(row: AdminRow | None, verb: str, kind: Role | None, method: str) -> set[int]:
    """Viewers and strangers are sent away; for the others each model's row says; what is no model's never breaks."""
    if method not in ("GET", "HEAD", "POST"):
        return {405}
    if kind is None or kind == Role.VIEWER:
        return {302, 403, 404, 405}
    if row is None:
        return DONE | {403, 405}
    change = row.change if method == "POST" else row.view
    roles = {"changelist": row.view, "change": change, "add": row.add, "delete": row.delete}
    if verb not in roles:  # the history of nothing is an address of nothing for everyone
        return {302, 403}
    role = roles[verb]
    return {200, 302} if role is not None and kind.rank >= role.rank else {403}


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_queue_pages_are_for_admins(kind: Role | None, client_of: Callable[..., Client]) -> None:
    client = client_of(kind)
    allowed = {None: {302}, Role.ADMIN: DONE | {405}}.get(kind, {403})
    wrong = [
        f"{method} {address.name}: {status}"
        for address in addresses()
        if address.group == "django_rq"
        for method in METHODS
        if (status := client.generic(method, address.url()).status_code)
        not in (allowed if method in ("GET", "POST") else {405})
    ]
    assert not wrong, "\n".join(wrong)


def test_every_post_needs_the_token(client_as: Callable[..., Client]) -> None:
    session = client_as(Role.ADMIN).cookies["sessionid"].value
    strict = Client(enforce_csrf_checks=True)
    strict.cookies["sessionid"] = session
    people = [address for address in addresses() if not getattr(TABLE.get(address.name), "for_hosts", False)]
    taken = [address.name for address in people if strict.post(address.url()).status_code not in (403, 405)]
    assert taken == []
