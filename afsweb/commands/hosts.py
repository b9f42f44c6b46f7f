"""Machines from the terminal: `afs host list`, `show`, `drain`, `activate`, `invite`, `revoke`, `setup`."""

from __future__ import annotations

import argparse
import os
from typing import Any

from django.template.defaultfilters import filesizeformat

from afsweb.core.history import history_of
from afsweb.core.jobs.actions import Actor
from afsweb.core.jobs.attendance import Attendance, attendance
from afsweb.core.jobs.hosts import change_state, with_silence
from afsweb.core.jobs.listing import JobFilter, finished, running, waiting
from afsweb.core.joining.invites import invite
from afsweb.core.joining.join import revoke
from afsweb.core.models import EventSource, Host, HostState
from afsweb.core.naming import find_named
from afsweb.core.templatetags.afs import duration
from afsweb.core.versions import version_of_database, why_no_jobs
from afsweb.doctor.finding import Finding
from afsweb.doctor.gpus import judge_gpu
from afsweb.refusal import Refusal
from afsweb.services.home import Home
from afsweb.services.trainers.backends import BACKENDS
from afsweb.services.trainers.building import LOCK, build_trainer
from afsweb.terminal import Verbs, add_noun, add_yes, confirm, say

SHOWN = 10  # finished jobs of one machine


class HostIsRevoked(Refusal):
    """“{host}” is revoked, so its state cannot be changed: `afs host invite {host}` lets it join anew."""


def add_commands(subparsers: Verbs) -> None:
    verbs = add_noun(subparsers, "host", "machines that do jobs")
    verbs.add_parser("list", help="every machine that ever took jobs").set_defaults(run=list_command)
    for name, run, text in (
        ("show", show_command, "one machine, and its jobs"),
        ("drain", drain_command, "let it take no more jobs; what runs goes on"),
        ("activate", activate_command, "let it take jobs again"),
    ):
        verb = verbs.add_parser(name, help=text)
        verb.add_argument("host", help="its name")
        verb.set_defaults(run=run)
    _add_joining(verbs)


def _add_joining(verbs: Verbs) -> None:
    inviting = verbs.add_parser("invite", help="make a token that lets one machine join, within an hour")
    inviting.add_argument("name", help="what it will be called")
    inviting.add_argument("--keys", action="store_true", help="it may use provider keys, for jobs with paid endpoints")
    inviting.set_defaults(run=invite_command)
    setting_up = verbs.add_parser("setup", help="build this machine's interpreter for trainings, from exact versions")
    setting_up.add_argument("--backend", choices=list(BACKENDS), required=True)
    setting_up.add_argument("--python", default="", help="the Python 3.11 to make it of; found unless given")
    setting_up.set_defaults(run=setup_command)
    revoking = verbs.add_parser("revoke", help="shut it out: its access is gone, its jobs are given back")
    revoking.add_argument("host", help="its name")
    add_yes(revoking)
    revoking.set_defaults(run=revoke_command)


def list_command(_: argparse.Namespace) -> None:
    hosts = list(with_silence(Host.objects.order_by("name")))
    workers = attendance([host.name for host in hosts])
    for host in hosts:
        told = _workers(workers.get(host.name, []))
        say(f"{host.name:24} {_state(host):24} takes {', '.join(host.queues) or 'nothing'}{told}")


def show_command(arguments: argparse.Namespace) -> None:
    host = find_named(with_silence(Host.objects.all()), arguments.host)
    told = _workers(attendance([host.name]).get(host.name, []))
    say(f"{host}: {_state(host)}\ntakes {', '.join(host.queues) or 'nothing'}; GPU slots: {host.gpu_slots}{told}")
    say(f"disk free {filesizeformat(host.disk_free_bytes)}, version {host.code_version}, {host.platform}")
    if why := why_no_jobs(host, version_of_database()):
        say(f"takes no jobs: {why}")
    for finding in [*map(judge_gpu, host.gpus), *(Finding(**fault) for fault in host.faults)]:
        say(f"  {finding.check}: {finding.text} {finding.fix}".rstrip())
    narrow = JobFilter(host=host.name)
    for what, jobs in (
        ("runs", running(narrow)),
        ("waits for it", waiting(narrow)),
        ("done", finished(narrow, "").rows[:SHOWN]),
    ):
        for job in jobs:
            say(f"  {what}: {job.pk}  {job.get_state_display()}  {job.title}")
    for event in history_of(host)[:SHOWN]:
        changed = f"{event.before.get('state')} to {event.after.get('state')}"
        say(f"  {event.at:%Y-%m-%d %H:%M}  {event.verb}: {changed} by {event.actor or event.get_source_display()}")


def drain_command(arguments: argparse.Namespace) -> None:
    host = _change(arguments, HostState.DRAINING)
    say(f"{host} takes no more jobs; what runs on it goes on")


def activate_command(arguments: argparse.Namespace) -> None:
    say(f"{_change(arguments, HostState.ACTIVE)} takes jobs")


def invite_command(arguments: argparse.Namespace) -> None:
    token = invite(arguments.name, Actor(None, EventSource.CLI), may_use_keys=arguments.keys)
    hub = os.environ.get("AFS_ADDRESS", "http://HUB:8000")
    say(f"On that machine, within an hour, with the address by which it reaches this one:\n  afs join {hub} {token}")


def setup_command(arguments: argparse.Namespace) -> None:
    python = build_trainer(Home.here(), BACKENDS[arguments.backend], say, python=arguments.python)
    say(f"trainings on this machine use {python}; what is in it stands in {python.parents[1] / LOCK}")
    say("start its workers again, so that they know")


def revoke_command(arguments: argparse.Namespace) -> None:
    host = find_named(Host.objects.all(), arguments.host)
    confirm(f"Shut {host} out? Its access is gone at once, and its jobs go back to the line.", yes=arguments.yes)
    say(f"{host} is shut out; jobs given back: {revoke(host, Actor(None, EventSource.CLI))}")


def _change(arguments: argparse.Namespace, state: HostState) -> Host:
    host = find_named(Host.objects.all(), arguments.host)
    change_state(host, state, Actor(None, EventSource.CLI))
    host.refresh_from_db()
    if host.state != state:
        raise HostIsRevoked(host=host.name)
    return host


def _workers(workers: list[Attendance]) -> str:
    told = [f"{one.label} (lost {duration(one.silence)} ago)" if one.is_lost else one.label for one in workers]
    return f"; workers: {', '.join(told)}" if told else ""


def _state(host: Any) -> str:
    heard = f"seen {duration(host.silence)} ago" if host.seen_at else "never seen"
    return f"{host.get_state_display()}, {heard}" + (", silent" if host.is_silent and host.seen_at else "")
