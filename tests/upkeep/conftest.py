"""What tests of the upkeep start from: folders of their own, the hub, and a way to run a job of a kind now."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.models import Host, Job
from tests.datasets.conftest import domain, folders, import_bytes, import_lines, samples
from tests.rows import run_job

RunKind = Callable[..., Job]
__all__ = ["domain", "folders", "import_bytes", "import_lines", "samples"]


@pytest.fixture
def hub(db: None) -> Host:
    return Host.objects.create(name="hub")


@pytest.fixture
def run_kind(hub: Host) -> RunKind:
    """`run_kind("upkeep.check")`: a job of that kind, done on the hub as a worker does it."""

    def run(kind: str, host: Host | None = None, **params: Any) -> Job:
        job = enqueue(kind, params, title=kind)
        run_job(job, host or hub)
        return job

    return run


@pytest.fixture
def mirror_dir(settings: Any, tmp_path: Path) -> Path:
    settings.MIRROR_DIR = tmp_path / "mirror"
    settings.MIRROR_DIR.mkdir()
    return tmp_path / "mirror"


@pytest.fixture
def backup_dir(settings: Any, tmp_path: Path) -> Path:
    settings.MODEL_BACKUP_DIR = tmp_path / "backup"
    settings.MODEL_BACKUP_DIR.mkdir()
    return tmp_path / "backup"
