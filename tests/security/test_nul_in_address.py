"""A NUL character in an address is refused with a page that says so, never a 500."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from afsweb.core.models import Role, User


@pytest.mark.parametrize("path", ["/samples/?q=%00", "/search/?q=a%00b", "/jobs/?kind=%00", "/runs/?%00=1"])
def test_a_nul_is_a_bad_request(client_as: Callable[[Role | User], Client], path: str) -> None:
    assert client_as(Role.VIEWER).get(path).status_code == 400


def test_other_odd_characters_are_not(client_as: Callable[[Role | User], Client]) -> None:
    assert client_as(Role.VIEWER).get("/search/?q=%F0%9F%8E%AE%27%22%5C").status_code == 200
