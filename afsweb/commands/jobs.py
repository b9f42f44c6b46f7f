"""Jobs from the terminal: `afs job list`, `show`, `log`, `stop`, `retry`, `move`, `prioritise`, `pin`."""

from __future__ import annotations

import argparse
from typing import Any
from uuid import UUID

from afsweb.core.finding import find_row
from afsweb.core.history import history_of
from afsweb.core.jobs.actions import HIGHEST, Actor, Move, cancel, move, pin, prioritise, retry
from afsweb.core.jobs.listing import JobFilter, with_times
from afsweb.core.models import EventSource, Host, Job, JobState
from afsweb.core.templatetags.afs import duration
from afsweb.terminal import Verbs, add_limit, add_noun, clip, say

TERMINAL = Actor(None, EventSource.CLI)
SHOWN = 20


def add_commands(subparsers: Verbs) -> None:
    verbs = add_noun(subparsers, "job", "what runs and waits")
    listing = verbs.add_parser("list", help="the newest jobs")
    listing.add_argument("--state", choices=JobState.values, default="")
    listing.add_argument("--queue", default="", help="such as gpu")
    listing.add_argument("--kind", default="", help="such as training.train")
    listing.add_argument("--host", default="", help="that did it, or that it waits for")
    add_limit(listing, SHOWN)
    listing.set_defaults(run=list_command)
    for name, run, text in (
        ("show", show_command, "how it is, what came of it, who did what with it"),
        ("log", log_command, "print what a job wrote"),
        ("stop", stop_command, "cancel a waiting job, ask a running one to stop"),
        ("retry", retry_command, "put a failed or cancelled job in the line again"),
    ):
        _named(verbs.add_parser(name, help=text)).set_defaults(run=run)
    _add_line(verbs)


def _add_line(verbs: Verbs) -> None:
    moving = _named(verbs.add_parser("move", help="change a waiting job's place in the line"))
    moving.add_argument("to", choices=[to.value for to in Move])
    moving.set_defaults(run=move_command)
    priority = _named(verbs.add_parser("prioritise", help="give a waiting job another priority"))
    priority.add_argument("priority", help=f"from -{HIGHEST} to {HIGHEST}, higher first")
    priority.set_defaults(run=prioritise_command)
    pinning = _named(verbs.add_parser("pin", help="let one host alone do a waiting job, or every host"))
    pinning.add_argument("host", nargs="?", help="its name; every host unless given")
    pinning.set_defaults(run=pin_command)


def _named(verb: argparse.ArgumentParser) -> argparse.ArgumentParser:
    verb.add_argument("job", type=UUID, help="its id, as in the address of its page")
    return verb


def list_command(arguments: argparse.Namespace) -> None:
    narrow = JobFilter.of({name: getattr(arguments, name) for name in ("state", "queue", "kind", "host")})
    for job in narrow.apply(Job.objects.all()).order_by("-created_at")[: arguments.limit]:
        say(f"{job.pk}  {job.get_state_display():10} {_progress(job):12} {job.title}")


def show_command(arguments: argparse.Namespace) -> None:
    job: Any = find_row(with_times(Job.objects.all()), str(arguments.job), pk=arguments.job)
    state = "lost: another worker takes it over" if job.is_lost else job.get_state_display()
    say(
        f"{job.title}\n{state}, {_progress(job)} done, attempt {job.attempt} of {job.max_attempts}  {job.note}".rstrip()
    )
    say(f"kind {job.kind}, queue {job.queue}, priority {job.priority}, host {job.host or job.pinned_host or 'any'}")
    say(f"added {job.created_at:%Y-%m-%d %H:%M:%S} by {job.created_by or 'command line'}")
    say(f"waited {duration(job.waited_for)}, ran {duration(job.ran_for)}")
    for name, value in [*job.params.items(), *((f"result: {name}", value) for name, value in job.result.items())]:
        say(f"  {name}: {value}")
    if job.error:
        say(f"What went wrong: {job.error}")
    for event in history_of(job)[:20]:
        say(f"  {event.at:%Y-%m-%d %H:%M:%S}  {event.verb} by {event.actor or event.get_source_display()}")


def log_command(arguments: argparse.Namespace) -> None:
    for line in _find(arguments).log.all().iterator():
        say(f"{line.at:%Y-%m-%d %H:%M:%S}  {line.text}")


def stop_command(arguments: argparse.Namespace) -> None:
    job = _find(arguments)
    cancel(job, TERMINAL)
    say(f"{job.title}: it stops")


def retry_command(arguments: argparse.Namespace) -> None:
    job = _find(arguments)
    retry(job, TERMINAL)
    say(f"{job.title}: in the line again")


def move_command(arguments: argparse.Namespace) -> None:
    job = _find(arguments)
    move(job, Move(arguments.to), TERMINAL)
    say(f"{job.title}: has another place")


def prioritise_command(arguments: argparse.Namespace) -> None:
    job = _find(arguments)
    prioritise(job, arguments.priority, TERMINAL)
    say(f"{job.title}: has priority {int(arguments.priority)}")


def pin_command(arguments: argparse.Namespace) -> None:
    job = _find(arguments)
    host = find_row(Host.objects.all(), arguments.host, name=arguments.host) if arguments.host else None
    pin(job, host, TERMINAL)
    say(f"{job.title}: {f'waits for {host}' if host else 'may run on every host'}")


def _progress(job: Job) -> str:
    return clip(f"{job.done}/{job.total}" if job.total else str(job.done), 20)


def _find(arguments: argparse.Namespace) -> Job:
    return find_row(Job.objects.all(), str(arguments.job), pk=arguments.job)
