"""The whole loop over a hub and two machines that joined it: one is killed in training, one in evaluation.

From the import on, the hub itself takes no jobs: everything runs on machines with folders of their own, whose files
travel by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from afsweb.storage import verify
from tests.acceptance.conftest import FAST_CLOCKS
from tests.fleet import loop, probe
from tests.fleet.fleet import Fleet, NoOuterAddress, fleet, outer_address
from tests.fleet.place import wait_for
from tests.fleet.worker_host import WorkerHost

HOSTS = {
    "studio": {"gpu": "gpu", "rest": "default,generate,eval"},
    "attic": {"gpu": "gpu", "rest": "default,generate,eval"},
}
pytestmark = pytest.mark.trainer


@pytest.fixture(scope="module")
def house() -> Iterator[Fleet]:
    if not Path(settings.TRAINER_PYTHON).exists():
        pytest.skip(f"no trainer interpreter at {settings.TRAINER_PYTHON}: run make setup, or set AFS_TRAINER_PYTHON")
    try:
        outer_address()
    except NoOuterAddress as error:
        pytest.skip(str(error))
    with fleet(HOSTS, FAST_CLOCKS) as house:
        yield house


def follow(house: Fleet, jobs: list[str]) -> None:
    """Wait until all have succeeded."""
    wait_for(lambda: house.hub.call(loop.ended, jobs), "the end of a stage", 240, house.tails)


def files_of(host: WorkerHost) -> Path:
    """The artifact store of the machine."""
    return host.place.home.root / "artifacts"


def prepare(house: Fleet) -> None:
    """Samples come in, are examined, judged and frozen; the base model is built."""
    follow(house, house.hub.call(loop.bring_in))
    house.hub.call(probe.let_work, *HOSTS)
    follow(house, house.hub.call(loop.examinations))
    follow(house, house.hub.call(loop.judge))
    assert house.hub.call(loop.deciders) == {"person", "gate"}
    follow(house, house.hub.call(loop.freeze_and_build))


def train_through_a_kill(house: Fleet) -> None:
    """The machine is killed once a checkpoint is sealed, and switched on again."""
    studio = house.hosts["studio"]
    job = house.hub.call(loop.train, "studio")
    wait_for(lambda: house.hub.call(loop.trained).checkpoints, "the first checkpoint", told=house.tails)
    studio.lose_power()
    assert house.hub.call(loop.trained).state == "running"
    studio.links.restore()
    studio.start()
    follow(house, [job])


def evaluate_through_a_kill(house: Fleet) -> list[str]:
    """The machine that asks the trained version is killed in the middle, for good; the keys of both jobs."""
    jobs = house.hub.call(loop.evaluate)
    wait_for(lambda: house.hub.call(loop.evaluated, jobs[1]).kept, "the first answers", told=house.tails)
    host = house.hub.call(probe.look, jobs[1]).host
    house.hosts[host].lose_power()
    then = house.hub.call(loop.evaluated, jobs[1])
    assert 0 < then.kept < then.needed
    follow(house, jobs)
    assert house.hub.call(probe.look, jobs[1]).host not in (host, "")
    return jobs


def test_the_loop_ends_well_over_three_hosts_though_two_are_killed(house: Fleet) -> None:
    prepare(house)
    train_through_a_kill(house)
    check_training(house)
    jobs = evaluate_through_a_kill(house)
    for job in jobs:
        end = house.hub.call(loop.evaluated, job)
        assert (end.state, end.kept) == ("succeeded", end.needed) and end.score is not None
    assert house.hub.call(loop.evaluated, jobs[1]).attempt == 2
    follow(house, [house.hub.call(loop.compare, jobs)])
    assert house.hub.call(loop.report_is_whole)


def check_training(house: Fleet) -> None:
    """No step is missing, it went on from a checkpoint, and all files are whole wherever they are said to be."""
    run = house.hub.call(loop.trained)
    assert (run.state, run.step, run.attempt) == ("succeeded", loop.STEPS, 2)
    assert run.steps == list(range(1, loop.STEPS + 1))
    assert run.checkpoints == list(range(loop.SAVE_EVERY, loop.STEPS + 1, loop.SAVE_EVERY))
    went_on = [int(step) for line in run.log for step in re.findall(r"goes on from step (\d+)", line)]
    assert len(went_on) == 1 and went_on[0] >= loop.SAVE_EVERY
    for sha256 in (run.adapter, run.snapshot, run.base):
        assert house.hub.call(loop.whole_on_hub, sha256)
        assert verify(files_of(house.hosts["studio"]), sha256)
        assert "studio" in house.hub.call(loop.holders, sha256)
