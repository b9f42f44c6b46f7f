"""A statement of the web that takes too long is cut off, and the page says so; what jobs do may take its time."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from afsweb.core.models import Role
from afsweb.services.home import CHECKOUT

ASK = """
import django; django.setup()
from django.db import connection
cursor = connection.cursor(); cursor.execute("SHOW statement_timeout"); print(cursor.fetchone()[0])
"""


@pytest.mark.parametrize("first, seconds", [("import afsweb.wsgi", "30s"), ("", "0")])
def test_the_web_has_a_bound_and_other_programs_have_none(first: str, seconds: str, tmp_path: Path) -> None:
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "afsweb.settings", "AFS_HOME": str(tmp_path)}
    command = [sys.executable, "-c", f"{first}\n{ASK}"]
    said = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == seconds


@pytest.mark.django_db
def test_a_page_that_takes_too_long_says_so_and_is_no_error(
    client_as: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*_: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 50")
            cursor.execute("SELECT pg_sleep(60)")

    monkeypatch.setattr("afsweb.core.views.hosts.with_silence", slow)
    response = client_as(Role.VIEWER).get("/hosts/")
    assert response.status_code == 503
    assert "nothing was changed" in response.content.decode()
