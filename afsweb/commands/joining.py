"""A machine and its hub: `afs join` and `afs doctor`. They work where no database answers."""

from __future__ import annotations

import argparse
import json
import os
from typing import TYPE_CHECKING

from afsweb.services.home import Home
from afsweb.services.joining import join_hub
from afsweb.terminal import say

if TYPE_CHECKING:
    from afsweb.doctor.finding import Finding

NAMES = ("join", "doctor")
SIGNS = {"ok": "ok", "warn": "WARNING", "bad": "FAULT", "skipped": "-"}


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    join = subparsers.add_parser("join", help="let this machine do jobs of a hub")
    join.add_argument("url", help="the hub's address as in a browser, such as http://192.168.1.5:8000")
    join.add_argument("token", help="from the hub's Hosts page; it counts for an hour, once")
    join.set_defaults(run=join_command)
    doctor = subparsers.add_parser("doctor", help="look whether this machine can do jobs; each fault names its fix")
    doctor.add_argument("--json", action="store_true", help="print the findings as JSON")
    doctor.add_argument("--queues", default="", help="what its workers take, with commas between; all unless given")
    doctor.set_defaults(run=doctor_command)


def join_command(arguments: argparse.Namespace) -> int:
    """Join, then look whether the machine can work: what is still in the way is best said now."""
    home = Home.here()
    given = join_hub(home, arguments.url, arguments.token)
    say(f"joined {given['AFS_HUB_URL']} as “{given['AFS_HOST_NAME']}”; the settings are in {home.root}")
    well = tell(look(home, "", deep=False))
    say("start a worker with `afs worker`" if well else "put right what is said above; `afs doctor` looks again")
    return 0


def doctor_command(arguments: argparse.Namespace) -> int:
    """Print what was found; exit status 1 when something keeps the machine from its jobs."""
    from afsweb.doctor.examination import is_well

    findings = look(Home.here(), arguments.queues, deep=True)
    if arguments.json:
        print(json.dumps([finding.to_json() for finding in findings], indent=1))
        return 0 if is_well(findings) else 1
    return 0 if tell(findings) else 1


def look(home: Home, queues: str, *, deep: bool) -> list[Finding]:
    """What the doctor finds on this machine; `deep` loads PyTorch too, which takes seconds."""
    if home.root.exists():
        home.prepare()
        os.environ.update(home.environment())
    from afsweb.cli import set_up_django

    set_up_django()
    from django.conf import settings

    from afsweb.core.machine import this_machine
    from afsweb.doctor.examination import examine

    return examine(this_machine(queues.split(",") if queues else settings.QUEUES), deep=deep)


def tell(findings: list[Finding]) -> bool:
    """Print each finding with its fix; whether the machine can do its jobs."""
    from afsweb.doctor.examination import is_well

    for finding in findings:
        say(f"{SIGNS[finding.level]:8} {finding.check:9} {finding.text}")
        if finding.fix:
            say(f"{'':18} -> {finding.fix}")
    return is_well(findings)
