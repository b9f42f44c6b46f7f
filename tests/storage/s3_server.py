"""A real S3 server on this machine: moto's, which needs other versions than ours and so an interpreter of its own."""

from __future__ import annotations

import os
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from afsweb.services.processes import free_port

BUCKET = "artifacts"


def find_moto() -> str | None:
    """The program moto_server that MOTO_SERVER names. Not just any on the path: 5.2.1 ends Arrow's uploads wrongly."""
    return os.environ.get("MOTO_SERVER")


@contextmanager
def s3_server(program: str, log: Path) -> Iterator[str]:
    """Its address, with an empty bucket."""
    port = free_port()
    with log.open("wb") as out:
        process = subprocess.Popen([program, "-H", "127.0.0.1", "-p", str(port)], stdout=out, stderr=out)
    url = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + 60
        while not _answers(url):
            assert process.poll() is None and time.monotonic() < until, log.read_text()
            time.sleep(0.1)
        urllib.request.urlopen(urllib.request.Request(f"{url}/{BUCKET}", method="PUT")).close()
        yield url
    finally:
        process.kill()
        process.wait()


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(f"{url}/moto-api/", timeout=2).close()
    except OSError:
        return False
    return True
