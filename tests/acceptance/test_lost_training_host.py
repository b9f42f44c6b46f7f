"""A machine is lost in training, for good or for a while: another goes on from the checkpoint that it had sent.

The whole of it, with the product's own clocks and the real trainer too, is `python -m tests.benchmarks.lost_hosts`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import trainer_double
from tests.acceptance.conftest import FAST_CLOCKS
from tests.fleet import losing, trainings
from tests.fleet.fleet import Fleet, NoOuterAddress, fleet, outer_address
from tests.fleet.kills import Way
from tests.fleet.onlooker import Onlooker

HOSTS = {"studio": {"gpu": "gpu"}, "attic": {"gpu": "gpu"}}


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trainer_double.install(tmp_path_factory.mktemp("double"))


@pytest.fixture(scope="module")
def house(program: Path) -> Iterator[Fleet]:
    try:
        outer_address()
    except NoOuterAddress as error:
        pytest.skip(str(error))
    with fleet(HOSTS, {**FAST_CLOCKS, "AFS_TRAINER_PYTHON": str(program)}) as house:
        house.hub.call(trainings.prepare, {"step_seconds": losing.STEP_SECONDS})
        yield house


@pytest.fixture(scope="module")
def onlooker(house: Fleet) -> Iterator[Onlooker]:
    onlooker = Onlooker(house.hub)
    yield onlooker
    onlooker.close()


@pytest.mark.parametrize(("way", "name"), [(Way.POWER, "studio"), (Way.SILENCE, "attic")])
def test_another_machine_goes_on_and_no_step_is_missing_or_made_twice(
    house: Fleet, onlooker: Onlooker, program: Path, way: Way, name: str
) -> None:
    (lost,) = losing.lose_a_host(house, onlooker, way, name, losing.curve_of_the_double())
    assert lost.wrong == []
    assert not losing.worked_twice(program, lost)
