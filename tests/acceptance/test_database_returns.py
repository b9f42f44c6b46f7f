"""A database that was away for long, and is back, is found again at once: not after as long a time once more."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from tests.acceptance.conftest import database_url
from tests.links import Link, link

ASKING = """
import time
from django.db import DatabaseError, InterfaceError, connection
while True:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        print("answered", flush=True)
    except (DatabaseError, InterfaceError):
        print("away", flush=True)
    connection.close()
    time.sleep(0.1)
"""
ABSENCE = 17.0  # seconds: by itself the pool tries 1, 3, 7, 15 and 31 s after it lost touch
SOON = 8.0  # seconds


@pytest.fixture
def between(transactional_db: None) -> Iterator[Link]:
    with link(urlsplit(os.environ["DATABASE_URL"]).port or 0) as made:
        yield made


@pytest.fixture
def asking(between: Link) -> Iterator[subprocess.Popen[str]]:
    """A program that asks the database again and again, and says whether it was answered."""
    parts = urlsplit(database_url())
    url = parts._replace(netloc=f"{parts.username}:{parts.password}@127.0.0.1:{between.port}").geturl()
    command = [sys.executable, "manage.py", "shell", "-v0", "-c", ASKING]
    env = os.environ | {"DATABASE_URL": url}
    with subprocess.Popen(command, env=env, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


def test_who_asks_is_answered_soon_after_it_is_back(between: Link, asking: subprocess.Popen[str]) -> None:
    assert asking.stdout
    assert asking.stdout.readline() == "answered\n"
    between.cut()
    time.sleep(ABSENCE)
    between.mend()
    back = time.monotonic()
    lines = iter(asking.stdout.readline, "")
    assert "away\n" in lines
    assert "answered\n" in lines
    assert time.monotonic() - back < SOON
