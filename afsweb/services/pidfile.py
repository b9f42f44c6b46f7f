"""Which processes a supervisor started, written down so that the next one can end them if it was killed.

A process is known by its number, its start time and its command line together: numbers alone are given out again.
"""

from __future__ import annotations

import json
import signal
from collections.abc import Sequence
from pathlib import Path

import psutil

from afsweb.services.home import Home, write_private
from afsweb.services.processes import stop_all

SLACK = 2.0  # seconds; Linux derives start times from the boot time, which moves a little with the clock


def write_pid(home: Home, name: str, pid: int, command: Sequence[str], stop_signal: signal.Signals) -> None:
    """Write down the process `pid`, which runs `command` under `name`; one that is gone already needs no record.

    The command is the one asked for: right after its start a process may not show it yet.
    """
    try:
        created = psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        return
    facts = {"pid": pid, "created": created, "command": list(command), "signal": stop_signal}
    write_private(home.pids / f"{name}.json", json.dumps(facts))


def forget_pid(home: Home, name: str) -> None:
    (home.pids / f"{name}.json").unlink(missing_ok=True)


def recorded(home: Home) -> dict[str, tuple[psutil.Process, signal.Signals]]:
    """The processes written down here that still run, with the signal that asks each to stop, by name."""
    found = {path.stem: _find(path) for path in sorted(home.pids.glob("*.json"))}
    return {name: entry for name, entry in found.items() if entry}


def stop_leftovers(home: Home, *, patience: float = 5) -> list[str]:
    """Stop what a killed supervisor left running and forget it; return the names of what still ran."""
    left = recorded(home)
    stop_all(list(left.values()), patience=patience)
    for path in home.pids.glob("*.json"):
        path.unlink(missing_ok=True)
    home.forget_state()
    return list(left)


def _find(path: Path) -> tuple[psutil.Process, signal.Signals] | None:
    try:
        facts = json.loads(path.read_text())
        process = psutil.Process(facts["pid"])
        same = abs(process.create_time() - facts["created"]) < SLACK and process.cmdline() == facts["command"]
        return (process, signal.Signals(facts["signal"])) if same else None
    except (OSError, ValueError, KeyError, TypeError, psutil.Error):
        return None
