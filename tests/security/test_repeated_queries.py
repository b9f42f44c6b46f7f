"""No page asks the same question about each of its rows: every page, opened with several rows of every kind."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client

from afsweb.core.models import Host, User
from tests.repeats import repeats, shape_of
from tests.security.addresses import Address, addresses
from tests.security.many_rows import COUNT, add_many
from tests.security.rows import arguments, make_rows
from tests.security.url_table import GET, TABLE

MOST = COUNT - 2
"""A few may be alike by what they ask for (a list, its neighbour, its cap); one for each row may not."""

pytestmark = pytest.mark.django_db


def pages() -> list[Address]:
    """What opens by GET: pages of ours, and the lists of the admin."""
    ours = [one for one in addresses() if not one.group and GET in TABLE[one.name].methods]
    admin = [one for one in addresses() if one.group == "admin" and one.name.endswith("_changelist")]
    return [one for one in [*ours, *admin] if one.name != "log_in"]


def test_no_page_repeats_a_query_for_each_row(client_as: Callable[..., Client], admin_user: User) -> None:
    rows = make_rows(admin_user)
    add_many(admin_user)
    client = client_as(admin_user)
    wrong = []
    for address in pages():
        row = rows.get(TABLE[address.name].about) if not address.group else None
        url = address.url(arguments(address.name, row, list(address.pattern.pattern.converters)))
        with repeats() as found:
            client.get(url)
        wrong += [f"{address.name}: {line}" for line in found.over(MOST)]
    assert not wrong, "\n".join(wrong)


def test_a_query_in_a_loop_is_found() -> None:
    for number in range(COUNT):
        Host.objects.create(name=f"host {number}")
    with repeats() as found:
        for number in range(COUNT):
            Host.objects.filter(pk=number, name__in=["a"] * (number + 1)).first()
    (line,) = found.over(MOST)
    assert line.startswith(f"{COUNT} x SELECT")


def test_different_questions_are_not_one() -> None:
    with repeats() as found, connection.cursor() as cursor:
        for column in ("name", "state", "platform", "queues", "gpus", "uuid"):
            cursor.execute(f"SELECT {column} FROM core_host WHERE id = %s", [1])
    assert found.over(1) == []


@pytest.mark.parametrize(
    "one, other",
    [
        ("WHERE id IN (%s)", "WHERE id IN (%s, %s, %s)"),
        ("LIMIT 21", "LIMIT 5"),
        ("a = %s AND b = 7", "a = %s AND b = 8"),
    ],
)
def test_values_make_no_other_shape(one: str, other: str) -> None:
    assert shape_of(one) == shape_of(other)
