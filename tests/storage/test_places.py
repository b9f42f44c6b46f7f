"""Other places, a shared folder, real SFTP and S3 servers: verified when a copy goes there and when it is fetched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from afsweb.storage import (
    ArtifactMissing,
    Manifest,
    PlaceDamaged,
    PlaceLacks,
    PlaceSilent,
    PlaceUnknown,
    fetch,
    store,
)
from afsweb.storage.places import Place
from afsweb.storage.store import place_of
from tests.storage.s3_server import BUCKET, find_moto, s3_server
from tests.storage.sftp_server import sftp_server
from tests.storage.test_fetching import Halfway, same, stop_halfway

pytestmark = pytest.mark.usefixtures("small_parts")
KINDS = ("file", "sftp", "s3")


@pytest.fixture(scope="module")
def ssh_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ssh")


@pytest.fixture(scope="module")
def ssh_port(ssh_home: Path) -> Iterator[int]:
    with sftp_server(ssh_home) as port:
        yield port


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """The folder that lies behind each kind of place."""
    (tmp_path / "shared").mkdir()
    return tmp_path / "shared"


@pytest.fixture(scope="module")
def s3_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    program = find_moto()
    if program is None:
        pytest.skip("no S3 server here: install moto[server] in an interpreter of its own, name it in MOTO_SERVER")
    with s3_server(program, tmp_path_factory.mktemp("s3") / "log") as url:
        yield url


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, shared: Path, monkeypatch: pytest.MonkeyPatch, ssh_home: Path) -> Place:
    monkeypatch.setenv("HOME", str(ssh_home))
    if request.param == "file":
        return Place(f"file://{shared}")
    if request.param == "sftp":
        return Place(f"sftp://root@127.0.0.1:{request.getfixturevalue('ssh_port')}{shared}")
    monkeypatch.setenv("AWS_ENDPOINT_URL", request.getfixturevalue("s3_url"))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    return Place(f"s3://{BUCKET}/{shared.parent.name}?region=us-east-1")


def damage(place: Place, manifest: Manifest, path: str, change: Callable[[bytes], bytes]) -> None:
    """Change one file where it lies, behind the back of everybody."""
    where = place._path(manifest.sha256, "files", path)
    place.files.pipe_file(where, change(place.files.cat_file(where)))


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "own"


@pytest.fixture
def manifest(made: Path, own: Path) -> Manifest:
    return store(made, own)


def test_a_copy_has_the_layout_of_a_store(place: Place, manifest: Manifest, own: Path) -> None:
    place.copy(manifest.sha256, own)
    assert {path.rpartition("/")[2] for path in place.files.find(place._path(manifest.sha256))} == {
        "manifest.json",
        "parts.json",
        *(file.path.rpartition("/")[2] for file in manifest.files),
    }
    place.copy(manifest.sha256, own)  # twice is once


def test_it_is_fetched_from_there(place: Place, manifest: Manifest, own: Path, there: Path, made: Path) -> None:
    place.copy(manifest.sha256, own)
    assert same(fetch(manifest.sha256, place, there), made)


def test_a_fetch_goes_on_where_it_was_stopped(
    place: Place, manifest: Manifest, own: Path, there: Path, made: Path
) -> None:
    place.copy(manifest.sha256, own)
    told: list[tuple[int, int]] = []
    with pytest.raises(Halfway):
        fetch(manifest.sha256, place, there, tell=stop_halfway)
    assert same(fetch(manifest.sha256, place, there, tell=lambda *far: told.append(far)), made)
    assert told[0][0] * 2 >= told[0][1]


def test_a_copy_that_was_broken_off_is_not_there_and_is_mended(
    place: Place, manifest: Manifest, own: Path, there: Path, made: Path
) -> None:
    with pytest.raises(Halfway):
        place.copy(manifest.sha256, own, stop_halfway)
    with pytest.raises(PlaceLacks):
        fetch(manifest.sha256, place, there)
    damage(place, manifest, "deep/again.bin", lambda data: b"X" + data[1:])
    place.copy(manifest.sha256, own)
    assert same(fetch(manifest.sha256, place, there), made)


@pytest.mark.parametrize("how", ["flip", "cut"])
def test_what_was_damaged_there_is_never_accepted(
    place: Place, manifest: Manifest, own: Path, there: Path, how: str
) -> None:
    place.copy(manifest.sha256, own)
    ending = 9 if how == "cut" else 1
    damage(place, manifest, "deep/again.bin", lambda data: data[:-ending] + (b"" if how == "cut" else b"X"))
    with pytest.raises((PlaceDamaged, PlaceSilent)):
        fetch(manifest.sha256, place, there, patience=0.2)
    assert not place_of(there, manifest.sha256).exists()


def test_what_is_not_there_is_said(place: Place, manifest: Manifest, own: Path, there: Path) -> None:
    with pytest.raises(PlaceLacks, match="has no files of"):
        fetch(manifest.sha256, place, there)
    with pytest.raises(ArtifactMissing):
        place.copy("0" * 64, own)


@pytest.mark.parametrize("url", ["", "a folder", "nonsense://x", "C:\\share"])
def test_what_is_no_place_is_said(url: str) -> None:
    with pytest.raises(PlaceUnknown, match="names no place for files"):
        Place(url)


def test_a_server_that_does_not_answer_is_said(there: Path, monkeypatch: pytest.MonkeyPatch, ssh_home: Path) -> None:
    monkeypatch.setenv("HOME", str(ssh_home))
    with pytest.raises((PlaceUnknown, PlaceSilent)):
        fetch("0" * 64, Place("sftp://root@127.0.0.1:1/x"), there, patience=0.2)
