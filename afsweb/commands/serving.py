"""Start, look at and stop what one checkout runs: `afs up`, `afs demo`, `afs status`, `afs stop`. No Django."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import time
from datetime import timedelta

from afsweb.services.errors import HomeJoined, NotRunning
from afsweb.services.home import Home
from afsweb.services.pidfile import recorded, stop_leftovers
from afsweb.services.processes import stop
from afsweb.services.supervisor import Supervisor

NAMES = ("up", "demo", "status", "stop")
DEMO = (sys.executable, "-m", "afsweb.demo")
STOP_PATIENCE = 15.0  # seconds; a supervisor needs less than 5


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    up = subparsers.add_parser("up", help="start everything and serve until Ctrl-C")
    up.set_defaults(run=lambda _: supervise(Supervisor(Home.here())))
    demo = subparsers.add_parser("demo", help="start everything and drive the whole loop once")
    demo.add_argument("--once", action="store_true", help="stop when the loop is done; 0 when every stage ended well")
    demo.set_defaults(run=lambda arguments: supervise(Supervisor(Home.here(), guest=DEMO, once=arguments.once)))
    subparsers.add_parser("status", help="say what runs").set_defaults(run=show_status)
    subparsers.add_parser("stop", help="stop what runs").set_defaults(run=stop_running)


def supervise(supervisor: Supervisor) -> int:
    """Serve. A wrong setting is refused here, before anything starts: reading the settings raises `SettingError`."""
    if hub := supervisor.home.joined():
        raise HomeJoined(home=supervisor.home.root, hub=hub.get("AFS_HUB_URL", "an address that it forgot"))
    supervisor.home.prepare()
    os.environ.update(supervisor.home.keys())
    importlib.import_module("afsweb.settings")
    return supervisor.run()


def show_status(_: argparse.Namespace) -> int:
    """Print each running program; exit status 1 when none runs."""
    home = Home.here()
    running = recorded(home)
    if not running:
        raise NotRunning(home=home.root)
    print(f"{home.state().get('AFS_ADDRESS', 'no address')}  ({home.root})")
    for name, (process, _signal) in running.items():
        since = timedelta(seconds=round(time.time() - process.create_time()))
        print(f"  {name:14} process {process.pid:<8} for {since}")
    return 0


def stop_running(_: argparse.Namespace) -> int:
    """Ask the supervisor to stop everything, or stop what a killed one left; then say so."""
    home = Home.here()
    running = recorded(home)
    if not running:
        raise NotRunning(home=home.root)
    if "supervisor" in running:
        stop(*running["supervisor"], patience=STOP_PATIENCE)
    stop_leftovers(home)
    print("stopped")
    return 0
