"""The fleet itself: hosts with folders of their own that reach the hub over their links alone."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from afsweb.services.processes import is_free
from tests.fleet import probe
from tests.fleet.fleet import Fleet, NoOuterAddress, fleet, outer_address
from tests.fleet.place import wait_for

pytestmark = pytest.mark.acceptance
HOSTS = {"studio": {"a": "default"}, "attic": {"a": "gpu"}}


@pytest.fixture(scope="module")
def house() -> Iterator[Fleet]:
    try:
        outer_address()
    except NoOuterAddress as error:
        pytest.skip(str(error))
    with fleet(HOSTS) as house:
        yield house


def test_hosts_have_folders_and_settings_of_their_own(house: Fleet) -> None:
    homes = {house.hub.place.home.root, *(host.place.home.root for host in house.hosts.values())}
    assert len(homes) == 3
    for host in house.hosts.values():
        given = json.loads((host.place.home.root / "host.json").read_text())
        assert given["AFS_HOST_NAME"] == host.name
        ports = house.hub.ports()
        assert f"@{host.links.address}:{ports['postgres']}/" in given["DATABASE_URL"]
        assert f"@{host.links.address}:{ports['valkey']}/" in given["REDIS_URL"]
        assert given["AFS_HUB_URL"] == f"http://{host.links.address}:{ports['web']}"


def test_a_job_is_done_over_the_links_and_waits_while_they_are_cut(house: Fleet) -> None:
    studio = house.hosts["studio"]
    job = house.hub.call(probe.make_job, "studio", 5, 0.1)
    wait_for(lambda: house.hub.call(probe.look, job).state == "succeeded", "the job", told=house.tails)
    assert house.hub.call(probe.look, job).host == "studio"
    assert all(studio.links.all[name].up for name in ("postgres", "valkey", "web"))
    studio.links.cut()
    job = house.hub.call(probe.make_job, "studio", 5, 0.1)
    wait_for(lambda: "does not answer" in studio.place.said("a"), "the worker's word", told=house.tails)
    assert house.hub.call(probe.look, job) == probe.Standing("queued", "", "", 0, 0)
    studio.links.restore()
    wait_for(lambda: house.hub.call(probe.look, job).state == "succeeded", "the job", told=house.tails)


def test_what_the_hub_loses_its_supervisor_starts_anew_on_the_same_ports(house: Fleet) -> None:
    ports = house.hub.ports()
    for name in ("web", "valkey", "postgres"):
        house.hub.wait_for_another(name, house.hub.kill(name))
    wait_for(lambda: not any(is_free(outer_address(), port) for port in ports.values()), "the servers")
    house.hub.kill("supervisor")
    house.hub.start()
    assert house.hub.ports() == ports
    assert house.hub.pids().keys() == {"supervisor", "postgres", "valkey", "web", "worker-short", "worker-long"}


def test_the_programs_of_a_host_are_known_by_name(house: Fleet) -> None:
    attic = house.hosts["attic"]
    pid = attic.kill_worker("a")
    assert attic.pids() == {}
    attic.start()
    assert attic.pids().keys() == {"a"} and attic.pids()["a"] != pid
