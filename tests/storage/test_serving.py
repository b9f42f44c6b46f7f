"""What the hub answers to a machine that asks for files: ranges, names of content, nothing that is no artifact's."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import httpx
import pytest
from django.test import Client

from afsweb.core.models import Artifact
from afsweb.storage.hub import Hub
from afsweb.storage.store import PARTS, place_of

pytestmark = pytest.mark.usefixtures("hub_store")


@pytest.fixture
def weights(artifact: Artifact) -> str:
    return f"/files/{artifact.sha256}/weights.bin"


def digest(data: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(data).digest()).decode()}:"


def test_the_manifest_has_the_name_that_was_asked_for(hub: Hub, artifact: Artifact) -> None:
    answer = hub.client.get(f"/files/{artifact.sha256}/")
    assert hashlib.sha256(answer.content).hexdigest() == artifact.sha256


def test_milestones_are_the_hashes_of_a_file_up_to_each_part(
    hub: Hub, artifact: Artifact, weights: str, hub_store: Path, small_parts: int
) -> None:
    (place_of(hub_store, artifact.sha256) / PARTS).unlink()  # as of content from before they were kept
    whole = hub.client.get(weights).content
    ends = [*range(small_parts, len(whole), small_parts), len(whole)]
    wanted = {hashlib.sha256(whole).hexdigest(): [hashlib.sha256(whole[:end]).hexdigest() for end in ends]}
    for _ in range(2):
        answer = hub.client.get(f"/files/{artifact.sha256}/?milestones")
        assert (answer.json(), answer.headers["Content-Digest"]) == (wanted, digest(answer.content))


def test_a_whole_file_says_what_it_is(hub: Hub, weights: str) -> None:
    answer = hub.client.get(weights)
    assert answer.status_code == 200
    assert answer.headers["ETag"] == f'"{hashlib.sha256(answer.content).hexdigest()}"'
    assert answer.headers["Repr-Digest"] == digest(answer.content)
    assert int(answer.headers["Content-Length"]) == len(answer.content)


def ranged(hub: Hub, url: str, wanted: str, **headers: str) -> httpx.Response:
    return hub.client.get(
        url, headers={"Range": wanted} | {name.replace("_", "-"): value for name, value in headers.items()}
    )


def test_a_range_comes_as_it_was_asked_for(hub: Hub, weights: str) -> None:
    whole = hub.client.get(weights).content
    answer = ranged(hub, weights, "bytes=1000-1999")
    assert (answer.status_code, answer.content) == (206, whole[1000:2000])
    assert answer.headers["Content-Range"] == f"bytes 1000-1999/{len(whole)}"
    assert answer.headers["Repr-Digest"] == digest(whole)
    assert ranged(hub, weights, "bytes=1000-99999999").content == whole[1000:]


def test_a_range_behind_the_end_is_refused(hub: Hub, weights: str) -> None:
    size = len(hub.client.get(weights).content)
    answer = ranged(hub, weights, f"bytes={size}-{size + 1}")
    assert (answer.status_code, answer.headers["Content-Range"]) == (416, f"bytes */{size}")


@pytest.mark.parametrize("wanted", ["bytes=5-4", "bytes=-5", "bytes=0-1,3-4", "lines=1-2", "bytes=a-b"])
def test_ranges_that_are_not_served_give_the_whole(hub: Hub, weights: str, wanted: str) -> None:
    assert ranged(hub, weights, wanted).status_code == 200


def test_a_range_of_other_content_gives_the_whole(hub: Hub, weights: str) -> None:
    etag = hub.client.head(weights).headers.get("ETag") or hub.client.get(weights).headers["ETag"]
    assert ranged(hub, weights, "bytes=0-1", If_Range=etag).status_code == 206
    assert ranged(hub, weights, "bytes=0-1", If_Range='"another"').status_code == 200


@pytest.mark.parametrize("path", ["nothing", "%2e%2e/manifest.json", "deep", "a%00b", "weights.bin/x"])
def test_what_is_no_file_of_it_is_not_there(hub: Hub, artifact: Artifact, path: str) -> None:
    assert hub.client.get(f"/files/{artifact.sha256}/{path}").status_code == 404


@pytest.mark.parametrize("name", ["0" * 64, "x", "0" * 63 + "G", "manifest.json"])
def test_names_of_nothing(hub: Hub, artifact: Artifact, name: str) -> None:
    assert hub.client.get(f"/files/{name}/").status_code == 404
    assert hub.client.get(f"/files/{name}/weights.bin").status_code == 404


def test_people_and_strangers_get_nothing(weights: str, client_as: object, artifact: Artifact) -> None:
    assert Client().get(weights).status_code == 401


def test_a_part_costs_few_queries(token: str, weights: str, client: Client, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(2):  # type: ignore[operator]  # which machine it is, and which file
        assert client.get(weights, headers={"Authorization": f"Bearer {token}"}).status_code == 200
