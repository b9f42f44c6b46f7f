"""rsync may bring files sooner; what it brought counts once it is verified, and what it did not comes as ever."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from afsweb.storage import Manifest, Part, fetch, store
from afsweb.storage.places import Place
from afsweb.storage.store import place_of
from tests.storage.test_fetching import same

pytestmark = pytest.mark.usefixtures("small_parts")


class Counted(Place):
    """A shared folder that counts the parts it gives."""

    given = 0

    def read(self, sha256: str, parts: Sequence[Part]) -> Iterator[bytes]:
        for data in super().read(sha256, parts):
            self.given += 1
            yield data


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "own"


@pytest.fixture
def manifest(made: Path, own: Path) -> Manifest:
    return store(made, own)


@pytest.fixture
def source(own: Path) -> Counted:
    return Counted(f"file://{own}")


@pytest.fixture
def nearer(tmp_path: Path) -> Path:
    """A store that rsync reaches; it is the same program and protocol over SSH."""
    if shutil.which("rsync") is None:
        pytest.skip("no rsync on this machine: install it")
    return tmp_path / "nearer"


def test_what_rsync_brings_is_taken(manifest: Manifest, source: Counted, made: Path, there: Path, nearer: Path) -> None:
    store(made, nearer)
    assert same(fetch(manifest.sha256, source, there, rsync_from=str(nearer)), made)
    assert source.given == 0


def test_what_rsync_brings_damaged_is_fetched_from_the_source(
    manifest: Manifest, source: Counted, made: Path, there: Path, nearer: Path
) -> None:
    store(made, nearer)
    path = place_of(nearer, manifest.sha256) / "files" / "deep" / "again.bin"
    path.write_bytes(path.read_bytes()[:-1] + b"X")
    assert same(fetch(manifest.sha256, source, there, rsync_from=str(nearer)), made)
    assert source.given == 20


def test_where_rsync_finds_nothing_all_comes_from_the_source(
    manifest: Manifest, source: Counted, made: Path, there: Path, nearer: Path
) -> None:
    assert same(fetch(manifest.sha256, source, there, rsync_from=str(nearer)), made)
    assert source.given == 21


def test_without_rsync_all_comes_from_the_source(
    manifest: Manifest, source: Counted, made: Path, there: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    assert same(fetch(manifest.sha256, source, there, rsync_from="nobody@nowhere:/x"), made)
    assert source.given == 21
