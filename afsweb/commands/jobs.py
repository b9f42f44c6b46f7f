"""Jobs from the terminal: `afs job list`, `stop`, `retry`, `log`."""

from __future__ import annotations

import argparse
from uuid import UUID

from afsweb.core.finding import find_row
from afsweb.core.jobs.actions import Actor, cancel, retry
from afsweb.core.models import EventSource, Job, JobState

TERMINAL = Actor(None, EventSource.CLI)
SHOWN = 20


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verbs = subparsers.add_parser("job", help="what runs and waits").add_subparsers(required=True, metavar="VERB")
    listing = verbs.add_parser("list", help=f"the newest {SHOWN} jobs")
    listing.add_argument("--state", choices=JobState.values)
    listing.set_defaults(run=list_command)
    for name, run, text in (
        ("stop", stop_command, "cancel a waiting job, ask a running one to stop"),
        ("retry", retry_command, "put a failed or cancelled job in the line again"),
        ("log", log_command, "print what a job wrote"),
    ):
        verb = verbs.add_parser(name, help=text)
        verb.add_argument("job", type=UUID, help="its id, as in the address of its page")
        verb.set_defaults(run=run)


def list_command(arguments: argparse.Namespace) -> None:
    jobs = Job.objects.filter(state=arguments.state) if arguments.state else Job.objects.all()
    for job in jobs.order_by("-created_at")[:SHOWN]:
        of = f"/{job.total}" if job.total else ""
        print(f"{job.pk}  {job.get_state_display():10} {job.done}{of:8} {job.title}")


def stop_command(arguments: argparse.Namespace) -> None:
    job = _find(arguments)
    cancel(job, TERMINAL)
    print(f"{job.title}: it stops")


def retry_command(arguments: argparse.Namespace) -> None:
    job = _find(arguments)
    retry(job, TERMINAL)
    print(f"{job.title}: in the line again")


def log_command(arguments: argparse.Namespace) -> None:
    for line in _find(arguments).log.all():
        print(f"{line.at:%Y-%m-%d %H:%M:%S}  {line.text}")


def _find(arguments: argparse.Namespace) -> Job:
    return find_row(Job.objects.all(), str(arguments.job), pk=arguments.job)
