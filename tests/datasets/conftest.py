"""What tests about data start from: a domain, files to import, and a way to run what was enqueued."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from afsweb.core.models import EventSource, Job, JobState
from datasets_app.exchange.sources import Wish, start_import
from datasets_app.exchange.uploads import save_upload
from datasets_app.models import Domain, Sample, Source
from tests import rows

Line = dict[str, Any]
ImportLines = Callable[..., Source]


@pytest.fixture(autouse=True)
def folders(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "uploads"
    settings.ARTIFACT_DIR = tmp_path / "artifacts"
    settings.WORK_DIR = tmp_path / "work"


@pytest.fixture
def domain(db: None) -> Domain:
    return Domain.objects.get(slug="asm65816")


@pytest.fixture
def import_bytes(domain: Domain) -> ImportLines:
    """`import_bytes(b"...")`: the source after its import job, and only that job, ran."""

    def run(content: bytes, *, name: str = "lines.jsonl", keep: bool = False, of: Domain | None = None) -> Source:
        wish = Wish(of or domain, name, "CC0", keep_good_lines=keep)
        source = start_import(wish, save_upload(io.BytesIO(content)), by=None, via=EventSource.CLI)
        assert source.job is not None
        run_job(source.job)
        source.refresh_from_db()
        return source

    return run


@pytest.fixture
def import_lines(import_bytes: ImportLines) -> ImportLines:
    """`import_lines([{...}, ...])`: the same from Python objects."""

    def run(lines: list[Line], **wishes: Any) -> Source:
        return import_bytes("\n".join(json.dumps(line) for line in lines).encode(), **wishes)

    return run


@pytest.fixture
def samples(import_lines: ImportLines) -> list[Sample]:
    """Five imported samples, not yet examined."""
    source = import_lines([line(number) for number in range(5)])
    return list(Sample.objects.filter(source=source).order_by("pk"))


def line(number: int, **more: Any) -> Line:
    """A good line of a file, told apart by its number."""
    names = ("INIDISP", "OBSEL", "OAMADDL", "OAMADDH", "OAMDATA", "BGMODE", "MOSAIC", "BG1SC")
    address = 0x2100 + number % 8
    return {
        "instruction": f"Which register lies at ${address:04X}? Question number {number}.",
        "input": "",
        "output": f"${address:04X} is {names[number % 8]}.",
        "kind": "register_fact",
        "group_id": f"fact-{address:04x}",
    } | more


def run_job(job: Job) -> Job:
    """Run one queued job here, as a worker's child does."""
    rows.run_job(job)
    return job


def run_queue() -> list[Job]:
    """Run queued jobs, those they enqueue too, until none is left."""
    done: list[Job] = []
    while job := Job.objects.filter(state=JobState.QUEUED).order_by("position").first():
        done.append(run_job(job))
    return done


def other_connection() -> psycopg.Connection[tuple[Any, ...]]:
    """A second connection to this database, which waits for no lock longer than a moment."""
    params = connection.get_connection_params()
    asked = {name: params[name] for name in ("host", "port", "dbname", "user", "password") if name in params}
    return psycopg.connect(**asked, autocommit=True, options="-c lock_timeout=200ms")
