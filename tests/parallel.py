"""A pytest plugin: which tests share a process when several run at once (`pytest -n 2`), and in which order.

Every process has servers of its own (servers.py), so what two of them share is the machine alone.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

ALONE = ("tests/acceptance/", "tests/fleet/")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that empty the tables come after all that count on the migrations' rows, also where few processes run them.

    Tests that kill whole houses against the clock begin early: the last of them does not run while another process has
    nothing left to do.
    """
    items.sort(key=turn)


def turn(item: pytest.Item) -> int:
    """0: inside a transaction; 1: whole houses; 2: empties the tables; 3: without a database."""
    if item.nodeid.startswith(ALONE):
        return 1
    mark = item.get_closest_marker("django_db")
    if mark is not None:
        return 2 if mark.kwargs.get("transaction") else 0
    return 0 if "db" in getattr(item, "fixturenames", ()) else 3


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: Any, log: Any) -> Any:
    """A process takes a file's tests of one turn together, and one process takes all whole houses.

    Made here, because its class is not importable where pytest-xdist is not asked for.
    """
    from xdist.scheduler import LoadScopeScheduling

    class ByFileAndTurn(LoadScopeScheduling):  # type: ignore[misc]
        scopes: dict[str, str]

        def schedule(self) -> None:
            self.scopes = scopes_of(next(iter(self.registered_collections.values())))
            super().schedule()

        def _split_scope(self, nodeid: str) -> str:
            return self.scopes[nodeid]

    config.option.loadscopereorder = False
    return ByFileAndTurn(config, log)


def scopes_of(nodeids: list[str]) -> dict[str, str]:
    """What runs together: a stretch of one file's tests in a row, and all whole houses. Nodes in the order of turns."""
    scopes, number, before = {}, 0, ""
    for nodeid in nodeids:
        file = nodeid.partition("::")[0]
        number += file != before
        before = file
        scopes[nodeid] = "whole houses" if nodeid.startswith(ALONE) else f"{number} {file}"
    return scopes


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What a test logged may hold half a character, which no report could carry from one process to the other."""
    report = yield
    report.sections = [(name, text.encode(errors="replace").decode()) for name, text in report.sections]
    return report
