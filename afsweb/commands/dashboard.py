"""`afs dashboard`: what waits for a person, what runs, where the loop stands, what the last comparison said."""

from __future__ import annotations

import argparse

from afsweb.core.acting import acting, add_as
from afsweb.core.models import Role, User
from afsweb.dashboard.waiting import LastComparison, Running, Step, last_comparison, stations, waits_for, what_runs
from afsweb.navigation import open_jobs, pending_samples
from afsweb.terminal import Verbs, clip, say


def add_commands(subparsers: Verbs) -> None:
    verb = subparsers.add_parser("dashboard", help="what waits, what runs, where the loop stands")
    add_as(verb, Role.VIEWER)
    verb.set_defaults(run=dashboard_command)


def dashboard_command(arguments: argparse.Namespace) -> None:
    """Print what the dashboard shows, in its order. Raises what `acting` raises."""
    comparison = last_comparison()
    _say_waiting(acting(arguments, Role.VIEWER))
    _say_running(what_runs(open_jobs()))
    say("where the loop stands")
    for step in stations(comparison):
        say(f"  {step.label:12}  {_where(step)}")
    if comparison:
        _say_comparison(comparison)


def _say_waiting(user: User) -> None:
    say(f"what waits for {user.get_username()}")
    for one in waits_for(user, pending_samples()):
        say(f"  {one.count} {one.what}  {one.url}")


def _say_running(running: Running) -> None:
    say("what runs" if running.is_live else "nothing runs and nothing waits")
    for job in running.jobs:
        done = f"{job.done:,} of {job.total:,}" if job.total else job.note
        say(f"  {clip(job.title, 80)}  {done}  {job.get_absolute_url()}")
    if running.others:
        say(f"  {running.others} more wait")


def _where(step: Step) -> str:
    if step.row is None or step.state is None:
        return step.empty
    return f"{step.state.label:10}  {clip(str(step.row), 80)}  {step.row.get_absolute_url()}"


def _say_comparison(found: LastComparison) -> None:
    report = found.report
    say(f"what the last comparison said: {report.baseline.version} against {report.candidate.version}")
    if report.difference:
        paired = report.difference.paired
        interval = f"{paired.difference:+.2f}, 95 % interval {paired.low:+.2f} to {paired.high:+.2f}"
        say(f"  {report.difference.words}: {interval}, over {paired.clusters} facts in {paired.cases} cases")
    else:
        say("  the two have no answered case in common")
    say(f"  {found.fixed} fixed, {found.broke} broke  {found.row.get_absolute_url()}")
