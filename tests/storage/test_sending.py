"""What a machine sends to the hub takes its place there when the whole was verified, and nothing is sent twice."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import httpx
import pytest

from afsweb.storage import ArtifactDamaged, ArtifactMissing, Manifest, PlaceRefuses, StoredFile, send, store, verify
from afsweb.storage.hub import Hub
from afsweb.storage.parts import digest_of, parts_of
from afsweb.storage.store import FILES, place_of
from tests.links import Fault, Plan, link
from tests.storage.conftest import SMALL_PART
from tests.storage.test_fetching import Halfway, same, stop_halfway
from tests.storm.disk import ROOM, full_disk

pytestmark = pytest.mark.usefixtures("small_parts", "hub_store")


@pytest.fixture
def sent(made: Path, there: Path) -> Manifest:
    """What the other machine made and has in its own store."""
    return store(made, there)


def test_the_hub_has_it_whole(hub: Hub, sent: Manifest, made: Path, there: Path, hub_store: Path) -> None:
    send(sent.sha256, there, hub)
    assert same(verify(hub_store, sent.sha256), made)


def test_what_the_hub_has_is_not_sent(hub: Hub, sent: Manifest, there: Path, port: int, token: str) -> None:
    send(sent.sha256, there, hub)
    with link(port) as way, Hub(way.url, token) as far:
        send(sent.sha256, there, far)
        assert way.up < SMALL_PART


def test_content_that_another_artifact_has_is_not_sent(
    artifact: Any, made: Path, there: Path, port: int, token: str, hub_store: Path
) -> None:
    (made / "more.txt").write_bytes(b"one more file makes it another artifact")
    more = store(made, there)
    with link(port) as way, Hub(way.url, token) as far:
        send(more.sha256, there, far)
        assert way.up < SMALL_PART < artifact.size_bytes
    assert same(verify(hub_store, more.sha256), made)


def test_sending_goes_on_where_it_was_stopped(hub: Hub, sent: Manifest, there: Path, hub_store: Path) -> None:
    told: list[tuple[int, int]] = []
    with pytest.raises(Halfway):
        send(sent.sha256, there, hub, tell=stop_halfway)
    assert not place_of(hub_store, sent.sha256).exists()
    send(sent.sha256, there, hub, tell=lambda *far: told.append(far))
    assert told[0][0] * 2 >= told[0][1]
    verify(hub_store, sent.sha256)


@pytest.mark.parametrize("seed", [3, 4])
def test_thirty_faults_change_nothing(
    sent: Manifest, made: Path, there: Path, port: int, token: str, hub_store: Path, seed: int
) -> None:
    plan, rounds = Plan(seed, faults=30, gap=3 * SMALL_PART, upwards=True), 0
    size = sum(file.size for file in sent.contents)
    with link(port, plan) as way, Hub(way.url, token) as far:
        while len(plan.met) < plan.faults:
            (made / "round").write_text(str(rounds))
            (made / "weights.bin").write_bytes(rounds.to_bytes(4, "big") + (made / "deep" / "again.bin").read_bytes())
            (made / "deep" / "again.bin").write_bytes((made / "weights.bin").read_bytes())
            name = store(made, there).sha256
            send(name, there, far)
            assert same(verify(hub_store, name), made)
            rounds += 1
        headers = 2048 * (rounds * size // SMALL_PART + 8 * rounds + 2 * plan.faults)
        assert way.up - rounds * (size + SMALL_PART) <= plan.faults * SMALL_PART + headers
    assert set(plan.met) == set(Fault)


def test_what_is_damaged_here_is_not_accepted_there(hub: Hub, sent: Manifest, there: Path, hub_store: Path) -> None:
    path = place_of(there, sent.sha256) / FILES / "deep" / "again.bin"
    path.write_bytes(path.read_bytes()[:-1] + b"X")
    with pytest.raises(ArtifactDamaged):
        send(sent.sha256, there, hub)
    assert not place_of(hub_store, sent.sha256).exists()


def test_what_is_not_here_cannot_be_sent(hub: Hub, there: Path) -> None:
    with pytest.raises(ArtifactMissing):
        send("0" * 64, there, hub)


def test_a_full_disk_of_the_hub_is_said_and_what_came_is_kept(
    hub: Hub, sent: Manifest, there: Path, hub_store: Path
) -> None:
    with full_disk(), pytest.raises(PlaceRefuses, match="Free some space"):
        send(sent.sha256, there, hub)
    assert not place_of(hub_store, sent.sha256).exists()
    send(sent.sha256, there, hub)
    verify(hub_store, sent.sha256)


def test_a_part_that_fits_only_in_part_is_not_taken_for_here(
    hub: Hub, there: Path, hub_store: Path, tmp_path: Path
) -> None:
    (tmp_path / "one part").mkdir()
    (tmp_path / "one part" / "file").write_bytes(b"x" * (ROOM + 100))
    name = store(tmp_path / "one part", there).sha256
    with full_disk(), pytest.raises(PlaceRefuses, match="Free some space"):
        send(name, there, hub)
    send(name, there, hub)
    verify(hub_store, name)


def test_over_the_quota_is_said_before_anything_is_sent(
    hub: Hub, sent: Manifest, there: Path, hub_store: Path, settings: Any
) -> None:
    settings.ARTIFACT_QUOTA_BYTES = sent.size - 1
    with pytest.raises(PlaceRefuses, match=r"do not fit: .* of the .* for stored files are used"):
        send(sent.sha256, there, hub)
    assert not hub_store.exists() or not place_of(hub_store, sent.sha256).exists()


HOSTILE = [
    StoredFile("/etc/cron.d/x", 1, "0" * 64),
    StoredFile("../x", 1, "0" * 64),
    StoredFile("a/../../x", 1, "0" * 64),
    StoredFile("a//b", 1, "0" * 64),
    StoredFile("", 1, "0" * 64),
    StoredFile("x", -1, "0" * 64),
    StoredFile("x", 1, "../../x"),
]


@pytest.mark.parametrize("file", HOSTILE, ids=lambda file: f"{file.path}-{file.size}-{file.sha256[:6]}")
def test_a_list_that_leaves_its_folder_is_refused(hub: Hub, file: StoredFile, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    answer = hub.client.put(f"/files/{Manifest((file,)).sha256}/", content=Manifest((file,)).data)
    assert answer.status_code == 400
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"\xff", b'{"files":[]}', b'{"files":[1]}', b"[" * 100_000])
def test_what_is_no_list_is_refused(hub: Hub, data: bytes) -> None:
    answer = hub.client.put(f"/files/{hashlib.sha256(data).hexdigest()}/", content=data)
    assert answer.status_code == 400


def begin(hub: Hub, sent: Manifest) -> None:
    assert hub.begin(sent) == {file.sha256: set() for file in sent.contents}


def put(hub: Hub, sent: Manifest, data: bytes, **headers: str) -> httpx.Response:
    part = next(parts_of(sent.contents[-1]))
    told = {"Content-Range": part.content_range, "Content-Digest": digest_of(data)}
    given = told | {name.replace("_", "-"): value for name, value in headers.items()}
    return hub.client.put(f"/files/{sent.sha256}/{part.file.path}", content=data, headers=given)


def test_a_part_that_is_not_its_digest_is_refused(hub: Hub, sent: Manifest, made: Path) -> None:
    begin(hub, sent)
    data = (made / sent.contents[-1].path).read_bytes()[:SMALL_PART]
    for answer in (
        put(hub, sent, data, Content_Digest=digest_of(data + b"x")),
        put(hub, sent, data[:-1]),
        put(hub, sent, data + b"x"),
        put(hub, sent, data, Content_Digest="md5=:AA==:"),
    ):
        assert (answer.status_code, answer.headers["X-Problem"]) == (400, "again")
    assert put(hub, sent, data).status_code == 204
    assert put(hub, sent, data).status_code == 204  # twice is once


def test_a_part_of_nothing_that_was_begun_is_refused(hub: Hub, sent: Manifest, made: Path) -> None:
    data = (made / sent.contents[-1].path).read_bytes()[:SMALL_PART]
    assert put(hub, sent, data).headers["X-Problem"] == "missing"
    begin(hub, sent)
    for content_range in ("bytes 0-4/5", "bytes 5-9/1280007", "nonsense", ""):
        assert put(hub, sent, data, Content_Range=content_range).headers["X-Problem"] == "missing"


def test_it_is_not_finished_before_all_is_there(hub: Hub, sent: Manifest, hub_store: Path) -> None:
    assert hub.client.post(f"/files/{sent.sha256}/").headers["X-Problem"] == "missing"
    begin(hub, sent)
    assert hub.client.post(f"/files/{sent.sha256}/").status_code == 409
    assert not place_of(hub_store, sent.sha256).exists()
