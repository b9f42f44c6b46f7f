"""The processes of a real web server count together, whichever is asked; what an earlier server left is gone."""

from __future__ import annotations

import os
import urllib.request
from pathlib import Path

import pytest

from tests.acceptance.conftest import database_url
from tests.reviewing.webserver import WebServer

TOKEN = "a-token-of-the-tests"
LINE = 'afs_request_seconds_count{method="GET",status="2xx",view="show_live"}'
ASKED = 30


def scrape(server: WebServer) -> str:
    request = urllib.request.Request(f"{server.url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        text: str = answer.read().decode()
    return text


def test_any_process_tells_what_all_of_them_did(
    transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFS_METRICS_TOKEN", TOKEN)
    monkeypatch.setenv("AFS_HOME", str(tmp_path))
    left = tmp_path / "metrics" / "4194304999"
    left.mkdir(parents=True)
    server = WebServer(database_url(), tmp_path / "web.log")
    server.start()
    try:
        for _ in range(ASKED):
            urllib.request.urlopen(f"{server.url}/health/live", timeout=60).close()
        told = [line for _ in range(8) for line in scrape(server).splitlines() if line.startswith(LINE)]
    finally:
        server.kill()
    assert told == [f"{LINE} {ASKED:.1f}"] * 8
    assert not left.exists()
    assert os.environ.get("PROMETHEUS_MULTIPROC_DIR") is None
