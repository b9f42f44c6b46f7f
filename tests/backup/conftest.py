"""What tests of backups start from: an install with something of everything, and an empty one beside it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from cryptography.fernet import Fernet
from psycopg.conninfo import make_conninfo

from afsweb.backup.making import Install, make_backup
from afsweb.core.artifacts import store_artifact
from afsweb.core.backups.keeping import conninfo, this_install
from afsweb.core.models import Artifact, ArtifactKind, Endpoint, EventSource, Provider, User
from afsweb.llm.keys import save_key
from datasets_app.exchange.sources import Wish, start_import
from datasets_app.exchange.uploads import save_upload
from datasets_app.models import Decision, Domain
from datasets_app.review.decisions import decide
from datasets_app.snapshots.building import Plan, start_snapshot
from datasets_app.snapshots.choosing import Selection
from tests.review.making import make_samples_of, make_source, version
from tests.rows import run_job

SECRET = "AIza-a-canary-key-of-the-backups-3Kd8"


@pytest.fixture
def places(settings: Any, tmp_path: Path) -> Path:
    """Folders of this test alone, and a key of its own."""
    settings.ARTIFACT_DIR, settings.MEDIA_ROOT = tmp_path / "artifacts", tmp_path / "uploads"
    settings.WORK_DIR, settings.BACKUP_DIR = tmp_path / "work", tmp_path / "backups"
    settings.FIELD_KEY = Fernet.generate_key().decode()
    return tmp_path


@pytest.fixture
def artifact(transactional_db: None, places: Path) -> Artifact:
    return add_artifact(places, "weights")


@pytest.fixture
def install(transactional_db: None, places: Path, artifact: Artifact, admin_user: User) -> Install:
    """Samples with decisions, a snapshot with its files, an artifact, a provider's key, a file that waits."""
    samples = make_samples_of(make_source(), 6)
    for sample in samples[:4]:
        decide(admin_user, version(sample), Decision.ACCEPT, revision=sample.revision)
    snapshot = start_snapshot(Plan("first", Selection()), by=admin_user)
    assert snapshot.job is not None
    run_job(snapshot.job)
    key = save_key("mine", Provider.GEMINI, SECRET, by=admin_user)
    Endpoint.objects.create(name="gemini", provider=Provider.GEMINI, model="m", key=key, base_weights=artifact)
    line = b'{"instruction": "What is at $2100?", "output": "INIDISP."}\n'
    wish = Wish(Domain.objects.get(slug="asm65816"), "later.jsonl")
    start_import(wish, save_upload(io.BytesIO(line)), by=None, via=EventSource.CLI)
    return this_install()


@pytest.fixture
def backup(install: Install, places: Path) -> Path:
    """A backup of it."""
    return make_backup(install, places / "backups")


@pytest.fixture
def empty(install: Install, tmp_path: Path) -> Iterator[Install]:
    """An install of nothing: a database beside that of the tests, and folders that are not there yet."""
    with psycopg.connect(conninfo(), autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS restored")
        connection.execute("CREATE DATABASE restored")
    there = tmp_path / "there"
    there.mkdir()
    yield replace(
        install,
        conninfo=make_conninfo(conninfo(), dbname="restored"),
        artifacts=there / "artifacts",
        uploads=there / "uploads",
    )
    with psycopg.connect(conninfo(), autocommit=True) as connection:
        connection.execute("DROP DATABASE restored WITH (FORCE)")


def add_artifact(places: Path, name: str, content: bytes = b"12345") -> Artifact:
    """A stored folder of one file and one below it."""
    folder = places / f"made-{name}"
    (folder / "deep").mkdir(parents=True)
    (folder / "weights.safetensors").write_bytes(content + name.encode())
    (folder / "deep" / "config.json").write_text("{}")
    return store_artifact(ArtifactKind.BASE_MODEL, name, folder)
