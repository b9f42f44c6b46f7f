"""The processes of a real web server count together, whichever is asked, and answer where nothing can be counted."""

from __future__ import annotations

import os
import urllib.request
from collections.abc import Generator
from pathlib import Path

import httpx
import psutil
import pytest

from afsweb.observability.requests import METHODS
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


@pytest.fixture
def server(transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[WebServer]:
    monkeypatch.setenv("AFS_METRICS_TOKEN", TOKEN)
    monkeypatch.setenv("AFS_HOME", str(tmp_path))
    server = WebServer(database_url(), tmp_path / "web.log")
    yield server
    server.kill()


def test_any_process_tells_what_all_of_them_did(server: WebServer, tmp_path: Path) -> None:
    left = tmp_path / "metrics" / "4194304999"
    left.mkdir(parents=True)
    server.start()
    for _ in range(ASKED):
        urllib.request.urlopen(f"{server.url}/health/live", timeout=60).close()
    told = [line for _ in range(8) for line in scrape(server).splitlines() if line.startswith(LINE)]
    assert told == [f"{LINE} {ASKED:.1f}"] * 8
    assert not left.exists()
    assert os.environ.get("PROMETHEUS_MULTIPROC_DIR") is None


@pytest.mark.skipif(not hasattr(psutil.Process, "rlimit"), reason="this system limits no other process")
def test_where_no_file_can_grow_requests_are_answered_uncounted(server: WebServer) -> None:
    server.start()
    assert server.process
    for process in psutil.Process(server.process.pid).children():
        process.rlimit(psutil.RLIMIT_FSIZE, (0, psutil.RLIM_INFINITY))
    paths = ("/health/live", "/login/", "/metrics", "/nowhere")  # more views and methods than a new file has room for
    asked = [(method, path) for _ in range(4) for path in paths for method in METHODS]
    with httpx.Client(base_url=server.url, timeout=60) as client:
        statuses = {client.request(*one).status_code for one in asked}
        assert max(statuses) < 500


@pytest.mark.parametrize("is_empty", [False, True])
def test_what_a_process_on_a_full_disk_left_is_passed_over(server: WebServer, tmp_path: Path, is_empty: bool) -> None:
    server.start()
    (folder,) = (tmp_path / "metrics").iterdir()
    (folder / "histogram_4194304998.db").write_bytes(b"" if is_empty else bytes(1 << 16))
    urllib.request.urlopen(f"{server.url}/health/live", timeout=60).close()
    assert f"{LINE} 1.0" in scrape(server)
