"""Machines from the terminal: `afs host list`, `show`, `drain`, `activate`."""

from __future__ import annotations

import argparse
from typing import Any

from django.template.defaultfilters import filesizeformat

from afsweb.core.history import history_of
from afsweb.core.jobs.actions import Actor
from afsweb.core.jobs.hosts import change_state, with_silence
from afsweb.core.jobs.listing import JobFilter, finished, running, waiting
from afsweb.core.models import EventSource, Host, HostState
from afsweb.core.naming import find_named
from afsweb.core.templatetags.afs import duration
from afsweb.refusal import Refusal
from afsweb.terminal import Verbs, add_noun, say

SHOWN = 10  # finished jobs of one machine


class HostIsRevoked(Refusal):
    """“{host}” is revoked for good, so its state cannot be changed."""


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


def list_command(_: argparse.Namespace) -> None:
    for host in with_silence(Host.objects.order_by("name")):
        say(f"{host.name:24} {_state(host):24} takes {', '.join(host.queues) or 'nothing'}")


def show_command(arguments: argparse.Namespace) -> None:
    host = find_named(with_silence(Host.objects.all()), arguments.host)
    say(f"{host}: {_state(host)}\ntakes {', '.join(host.queues) or 'nothing'}; GPU slots: {host.gpu_slots}")
    say(f"disk free {filesizeformat(host.disk_free_bytes)}, version {host.code_version}, {host.platform}")
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
        say(f"  {event.at:%Y-%m-%d %H:%M}  {changed} by {event.actor or event.get_source_display()}")


def drain_command(arguments: argparse.Namespace) -> None:
    host = _change(arguments, HostState.DRAINING)
    say(f"{host} takes no more jobs; what runs on it goes on")


def activate_command(arguments: argparse.Namespace) -> None:
    say(f"{_change(arguments, HostState.ACTIVE)} takes jobs")


def _change(arguments: argparse.Namespace, state: HostState) -> Host:
    host = find_named(Host.objects.all(), arguments.host)
    change_state(host, state, Actor(None, EventSource.CLI))
    host.refresh_from_db()
    if host.state != state:
        raise HostIsRevoked(host=host.name)
    return host


def _state(host: Any) -> str:
    heard = f"seen {duration(host.silence)} ago" if host.seen_at else "never seen"
    return f"{host.get_state_display()}, {heard}" + (", silent" if host.is_silent and host.seen_at else "")
