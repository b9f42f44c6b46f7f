"""`afs run queue`, `move`, `prioritise`, `pin`, `unpin`, `pause`: the line of trainings."""

from __future__ import annotations

import argparse

from afsweb.core.finding import find_called
from afsweb.core.jobs.actions import Actor, Move
from afsweb.core.models import EventSource, Host, HostState
from afsweb.core.templatetags.afs import duration, number
from afsweb.terminal import Verbs, print_table, say
from training_app.models import TrainingRun
from training_app.pausing import pause_run
from training_app.queue.changing import move_run, pin_run, prioritise_run
from training_app.queue.listing import Place, read_line
from training_app.rows import run_rows

US = Actor(None, EventSource.CLI)


def add_verbs(verbs: Verbs) -> None:
    """Register the verbs of `afs run` about the line."""
    queue = verbs.add_parser("queue", help="what trains, what waits in the order in which it is taken, what is paused")
    queue.set_defaults(run=show_queue)
    move = _named(verbs, "move", "another place in the line for a waiting run")
    move.add_argument("to", choices=[one.value for one in Move])
    move.set_defaults(run=move_command)
    prioritise = _named(verbs, "prioritise", "take a waiting run before all of a lower priority")
    prioritise.add_argument("priority", help="-100 to 100, higher first; runs are launched with 0")
    prioritise.set_defaults(run=prioritise_command)
    pin = _named(verbs, "pin", "let only one host train a waiting run")
    pin.add_argument("host")
    pin.set_defaults(run=pin_command)
    _named(verbs, "unpin", "let every host train a waiting run").set_defaults(run=pin_command, host=None)
    _named(verbs, "pause", "seal a checkpoint, and wait until it is resumed").set_defaults(run=pause_command)


def _named(verbs: Verbs, verb: str, text: str) -> argparse.ArgumentParser:
    parser = verbs.add_parser(verb, help=text)
    parser.add_argument("run_name", metavar="run", help="its name, for the newest of that name, or its id")
    return parser


def show_queue(_: argparse.Namespace) -> None:
    line = read_line()
    trains = [("trains", run, f"step {run.step:,} of {number(run.max_steps)}", run.host) for run in line.running]
    waits = [(f"{place}.", *_waiting(one)) for place, one in enumerate(line.waiting, 1)]
    paused = [("paused", run, f"step {run.step:,} of {number(run.max_steps)}", run.host) for run in line.paused]
    print_table([*trains, *waits, *paused], none="nothing trains or waits")


def _waiting(place: Place) -> tuple[object, str, object]:
    job, priority = place.job, f", priority {place.job.priority}" if place.job.priority else ""
    waited = duration(job.waited_for)  # type: ignore[attr-defined]  # annotated by with_times
    return place.run or job.title, f"waits {waited}{priority}", job.pinned_host or "every host"


def move_command(arguments: argparse.Namespace) -> None:
    run = _find(arguments)
    move_run(run, Move(arguments.to), US)
    say(f"{run}: has another place")


def prioritise_command(arguments: argparse.Namespace) -> None:
    run = _find(arguments)
    prioritise_run(run, arguments.priority, US)
    say(f"{run}: has priority {int(arguments.priority)}")


def pin_command(arguments: argparse.Namespace) -> None:
    run = _find(arguments)
    active = Host.objects.filter(state=HostState.ACTIVE)
    host = find_called(active, arguments.host) if arguments.host else None
    pin_run(run, host, US)
    say(f"{run}: waits for {host}" if host else f"{run}: may run on every host")


def pause_command(arguments: argparse.Namespace) -> None:
    run = _find(arguments)
    pause_run(run, None, EventSource.CLI)
    say(f"{run}: it seals a checkpoint and waits until it is resumed")


def _find(arguments: argparse.Namespace) -> TrainingRun:
    return find_called(run_rows(), arguments.run_name)
