"""A NUL character in an address, which no database column takes, is never a 500."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from afsweb.core.models import Role, User

PATHS = [
    "/samples/?q=%00",
    "/search/?q=a%00b",
    "/jobs/?kind=%00",
    "/runs/?state=%00",
    "/runs/launch/?recipe=%00&snapshot=%00",
    "/recipes/new/?from=%00",
    "/sources/?state=%00&domain=%00",
    "/evaluations/?state=%00",
    "/campaigns/?before=%00",
]


@pytest.mark.parametrize("path", PATHS)
def test_a_nul_is_no_error_of_ours(client_as: Callable[[Role | User], Client], path: str) -> None:
    assert client_as(Role.TRAINER).get(path).status_code in (200, 302, 400, 404)
