"""Workers of hosts that joined are lost in every way, with the clocks scaled down: the forty kills in short.

The whole of it, with the product's own clocks, is `python -m tests.benchmarks.kills`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.acceptance.conftest import FAST_CLOCKS
from tests.fleet.fleet import Fleet, NoOuterAddress, fleet, outer_address
from tests.fleet.kills import Way, lose_workers
from tests.fleet.onlooker import Onlooker

HOSTS = {"studio": {"a": "default"}, "attic": {"a": "default"}}


@pytest.fixture(scope="module")
def house() -> Iterator[Fleet]:
    try:
        outer_address()
    except NoOuterAddress as error:
        pytest.skip(str(error))
    with fleet(HOSTS, FAST_CLOCKS) as house:
        yield house


@pytest.fixture(scope="module")
def onlooker(house: Fleet) -> Iterator[Onlooker]:
    onlooker = Onlooker(house.hub)
    yield onlooker
    onlooker.close()


@pytest.mark.parametrize("way", list(Way))
def test_a_lost_worker_is_shown_its_job_moves_and_nothing_comes_late(
    house: Fleet, onlooker: Onlooker, way: Way
) -> None:
    (loss,) = lose_workers(house, onlooker, way, ["studio"])
    assert loss.shown_s is not None and loss.elsewhere_s is not None
    assert loss.wrong == []
