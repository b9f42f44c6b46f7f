"""A hub with an artifact, reached by a machine with its token, and a second store for that machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from afsweb.core.artifacts import store_artifact
from afsweb.core.host_tokens import give_token
from afsweb.core.models import Artifact, ArtifactKind, Host
from afsweb.storage import parts
from afsweb.storage.hub import Hub

SMALL_PART = 64 << 10


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> int:
    """Parts of 64 KiB, so that a file of a few MB has many."""
    monkeypatch.setattr(parts, "PART", SMALL_PART)
    return SMALL_PART


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A folder: a file of a few parts, the same again under another name, a small one, an empty one."""
    folder = tmp_path / "made"
    (folder / "deep").mkdir(parents=True)
    weights = bytes(range(256)) * 5000 + b"the end"
    (folder / "weights.bin").write_bytes(weights)
    (folder / "deep" / "again.bin").write_bytes(weights)
    (folder / "a name with spaces & é.txt").write_bytes(b"small")
    (folder / "empty").write_bytes(b"")
    return folder


@pytest.fixture
def hub_store(settings: Any, tmp_path: Path) -> Path:
    settings.ARTIFACT_DIR = tmp_path / "hub"
    return tmp_path / "hub"


@pytest.fixture
def artifact(hub_store: Path, made: Path, transactional_db: None) -> Artifact:
    return store_artifact(ArtifactKind.BASE_MODEL, "tiny base", made)


@pytest.fixture
def token(transactional_db: None) -> str:
    return give_token(Host.objects.create(name="studio"))


@pytest.fixture
def hub(live_server: Any, token: str) -> Iterator[Hub]:
    with Hub(live_server.url, token) as hub:
        yield hub


@pytest.fixture
def port(live_server: Any) -> int:
    return urlsplit(live_server.url).port or 0


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """The other machine's store."""
    return tmp_path / "there"
