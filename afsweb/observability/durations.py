"""How long requests took, by view: a histogram that all processes of the web server share."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import psutil

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""prometheus_client's own name: where each process keeps its counts, in files that any of them adds up."""


def share_counts(home: Path) -> None:
    """Let the processes that this one forks share their counts. To be called before prometheus_client is imported."""
    root = home / "metrics"
    running = {str(pid) for pid in psutil.pids()}
    for old in root.glob("*"):
        if old.name not in running:
            shutil.rmtree(old, ignore_errors=True)
    folder = root / str(os.getpid())
    folder.mkdir(parents=True, exist_ok=True)
    os.environ[FOLDER] = str(folder)
