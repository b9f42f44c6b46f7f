"""What the house does by itself: `afs schedule list`, `show`, `run`, `enable`, `disable`, `usual`."""

from __future__ import annotations

import argparse

from afsweb.core.jobs.actions import Actor
from afsweb.core.jobs.waiting import follow
from afsweb.core.models import EventSource, Schedule
from afsweb.core.naming import find_named
from afsweb.core.schedules import actions
from afsweb.core.schedules.listing import runs_of, schedules, shown
from afsweb.terminal import MISSING, Verbs, add_limit, add_noun, say
from afsweb.upkeep.usual import add_usual_schedules

TERMINAL = Actor(None, EventSource.CLI)
SHOWN = 20


def add_commands(subparsers: Verbs) -> None:
    verbs = add_noun(subparsers, "schedule", "what the house does by itself")
    verbs.add_parser("list", help="when each runs, last and next").set_defaults(run=list_command)
    verbs.add_parser("usual", help="add the usual ones that are not there").set_defaults(run=usual_command)
    show = _named(verbs.add_parser("show", help="one, and its runs"))
    add_limit(show, SHOWN)
    show.set_defaults(run=show_command)
    run = _named(verbs.add_parser("run", help="run it now, and wait for it"))
    run.add_argument("--no-wait", action="store_true", help="leave it to the workers")
    run.set_defaults(run=run_command)
    for name, command, text in (
        ("enable", enable_command, "let it run at its times"),
        ("disable", disable_command, "let it run no more by itself"),
    ):
        _named(verbs.add_parser(name, help=text)).set_defaults(run=command)


def _named(verb: argparse.ArgumentParser) -> argparse.ArgumentParser:
    verb.add_argument("schedule", help="its name")
    return verb


def list_command(_: argparse.Namespace) -> None:
    rows = list(schedules())
    for schedule in rows:
        say(f"{schedule.name:24} {_next(schedule):20} last {_last(schedule):24} {shown(schedule).times}")
    if not rows:
        say("There are none. `afs schedule usual` adds the usual ones.")


def show_command(arguments: argparse.Namespace) -> None:
    schedule = _find(arguments)
    say(f"{schedule.name}: {schedule.purpose}\n{shown(schedule).times} ({schedule.cron}), next {_next(schedule)}")
    say(f"kind {schedule.kind}, params {schedule.params}, on {schedule.host or 'any machine'}")
    for run in runs_of(schedule).order_by("-pk")[: arguments.limit]:
        state = run.job.get_state_display() if run.job else "left out"
        told = (run.job.error or run.job.note) if run.job else run.note
        say(f"  {run.due_at or run.at:%Y-%m-%d %H:%M}  {state:10} {told}".rstrip())


def run_command(arguments: argparse.Namespace) -> int:
    job = actions.run_now(_find(arguments), TERMINAL)
    if arguments.no_wait:
        say(f"{job.title}: in the line  {job.get_absolute_url()}")
        return 0
    ended_well = follow(job)
    say(f"{job.title}: {job.get_state_display()}  {job.note}".rstrip())
    return 0 if ended_well else 1


def enable_command(arguments: argparse.Namespace) -> None:
    schedule = _find(arguments)
    actions.enable(schedule, TERMINAL)
    schedule.refresh_from_db()
    say(f"{schedule.name}: next {_next(schedule)}")


def disable_command(arguments: argparse.Namespace) -> None:
    schedule = _find(arguments)
    actions.disable(schedule, TERMINAL)
    say(f"{schedule.name}: runs no more by itself")


def usual_command(_: argparse.Namespace) -> None:
    added = add_usual_schedules()
    say(f"added: {', '.join(added)}" if added else "all of them are there")


def _find(arguments: argparse.Namespace) -> Schedule:
    return find_named(schedules(), arguments.schedule)


def _next(schedule: Schedule) -> str:
    return f"{schedule.next_at:%Y-%m-%d %H:%M} UTC" if schedule.next_at else "off"


def _last(schedule: Schedule) -> str:
    job = schedule.last_job
    return f"{job.get_state_display()} {job.created_at:%m-%d %H:%M}" if job else MISSING
