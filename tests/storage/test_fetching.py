"""What a machine fetches from the hub is whole and verified, or it is not there."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from afsweb.core.models import Artifact
from afsweb.storage import PlaceDamaged, PlaceLacks, PlaceRefuses, PlaceSilent, fetch, verify
from afsweb.storage.hub import Hub
from afsweb.storage.store import ARRIVING, FILES, place_of
from tests.links import Fault, Plan, link
from tests.storage.conftest import SMALL_PART

pytestmark = pytest.mark.usefixtures("small_parts")


class Halfway(Exception):
    """The machine was stopped when it had half."""


def stop_halfway(done: int, total: int) -> None:
    if done * 2 >= total:
        raise Halfway


def same(one: Path, other: Path) -> bool:
    files = [path.relative_to(one) for path in sorted(one.rglob("*")) if path.is_file()]
    assert files == [path.relative_to(other) for path in sorted(other.rglob("*")) if path.is_file()]
    return all((one / path).read_bytes() == (other / path).read_bytes() for path in files)


def test_all_files_come_each_content_once(hub: Hub, artifact: Artifact, made: Path, there: Path, port: int) -> None:
    with link(port) as way, Hub(way.url, hub.client.headers["Authorization"].removeprefix("Bearer ")) as far:
        folder = fetch(artifact.sha256, far, there)
        assert way.down < artifact.size_bytes  # the content that has two names came once
    assert folder == verify(there, artifact.sha256) and same(folder, made)
    assert not list((there / ARRIVING).glob(f"{artifact.sha256}/*"))


def test_what_is_there_is_not_fetched(hub: Hub, artifact: Artifact, there: Path) -> None:
    fetch(artifact.sha256, hub, there)
    with Hub("http://127.0.0.1:1", "nobody answers here") as nobody:
        assert fetch(artifact.sha256, nobody, there) == verify(there, artifact.sha256)


def test_a_damaged_copy_is_mended(hub: Hub, artifact: Artifact, made: Path, there: Path) -> None:
    folder = fetch(artifact.sha256, hub, there)
    (folder / "weights.bin").write_bytes(b"other")
    assert same(fetch(artifact.sha256, hub, there), made)


def test_a_fetch_goes_on_where_it_was_stopped(hub: Hub, artifact: Artifact, made: Path, there: Path) -> None:
    told: list[tuple[int, int]] = []
    with pytest.raises(Halfway):
        fetch(artifact.sha256, hub, there, tell=stop_halfway)
    assert not place_of(there, artifact.sha256).exists()
    assert same(fetch(artifact.sha256, hub, there, tell=lambda *far: told.append(far)), made)
    assert told[0][0] * 2 >= told[0][1] and told[-1] == (told[0][1], told[0][1])


def test_what_was_damaged_aside_meanwhile_is_fetched_again(
    hub: Hub, artifact: Artifact, made: Path, there: Path
) -> None:
    with pytest.raises(Halfway):
        fetch(artifact.sha256, hub, there, tell=stop_halfway)
    aside = next((there / ARRIVING / artifact.sha256 / FILES).rglob("*.bin"))
    aside.write_bytes(b"X" + aside.read_bytes()[1:])
    assert same(fetch(artifact.sha256, hub, there), made)


def test_files_damaged_on_the_hub_are_never_accepted(
    hub: Hub, artifact: Artifact, hub_store: Path, there: Path
) -> None:
    path = verify(hub_store, artifact.sha256) / "deep" / "again.bin"
    path.write_bytes(path.read_bytes()[:-1] + b"X")
    with pytest.raises(PlaceDamaged, match=r"bin.*Verify it there"):
        fetch(artifact.sha256, hub, there)
    assert not place_of(there, artifact.sha256).exists()


def test_what_has_no_row_is_not_served(hub: Hub, artifact: Artifact, hub_store: Path, there: Path) -> None:
    Artifact.objects.all().delete()
    assert place_of(hub_store, artifact.sha256).exists()
    with pytest.raises(PlaceLacks, match="has no files of"):
        fetch(artifact.sha256, hub, there)


def test_a_machine_with_no_token_gets_nothing(live_server: object, artifact: Artifact, there: Path, hub: Hub) -> None:
    with Hub(hub.name, "afs-host-guess") as stranger, pytest.raises(PlaceRefuses, match="Join it anew"):
        fetch(artifact.sha256, stranger, there)


def test_a_hub_that_does_not_answer_is_said(there: Path) -> None:
    with Hub("http://127.0.0.1:1", "") as hub, pytest.raises(PlaceSilent, match="What has arrived is kept"):
        fetch("0" * 64, hub, there, patience=0.2)


def test_content_that_lies_in_another_artifact_is_not_fetched(
    hub: Hub, artifact: Artifact, made: Path, there: Path, port: int, token: str
) -> None:
    near: Callable[[str], Path | None] = {
        file["sha256"]: made / file["path"] for file in artifact.manifest["files"] if file["path"] != "empty"
    }.get
    with link(port) as way, Hub(way.url, token) as far:
        assert same(fetch(artifact.sha256, far, there, beside=near), made)
        assert way.down < SMALL_PART


@pytest.mark.parametrize("seed", [1, 2])
def test_sixty_faults_change_nothing(
    artifact: Artifact, made: Path, there: Path, port: int, token: str, seed: int
) -> None:
    plan, size, fetches = Plan(seed, faults=30, gap=3 * SMALL_PART), 0, 0
    with link(port, plan) as way, Hub(way.url, token) as far:
        while len(plan.met) < plan.faults:
            root = there / str(fetches)
            assert same(fetch(artifact.sha256, far, root), made)
            fetches += 1
            size += sum({file["sha256"]: file["size"] for file in artifact.manifest["files"]}.values())
        headers = 1024 * (size // SMALL_PART + 8 * fetches + 2 * plan.faults)
        assert way.down - size <= plan.faults * SMALL_PART + headers
    assert set(plan.met) == set(Fault)


def test_a_link_that_is_cut_for_a_while_is_waited_for(
    artifact: Artifact, made: Path, there: Path, port: int, token: str
) -> None:
    cuts: list[float] = []

    def cut_once(done: int, total: int) -> None:
        if done * 2 >= total and not cuts:
            way.cut()
            cuts.append(done)
            threading.Timer(1.0, way.mend).start()

    with link(port) as way, Hub(way.url, token) as far:
        assert same(fetch(artifact.sha256, far, there, tell=cut_once), made)
    assert cuts
