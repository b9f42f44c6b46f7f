"""`afs compare`: two versions on one suite."""

from __future__ import annotations

import argparse

from afsweb.core.jobs.waiting import follow
from afsweb.core.models import EventSource, WorkState
from afsweb.core.templatetags.afs import signed
from afsweb.terminal import Verbs, say
from evals_app.commands.finding import find_pair, find_suite
from evals_app.compare.report import Outcome, report_of
from evals_app.models import Comparison
from evals_app.runs.launch import launch_comparison
from evals_app.templatetags.evals import range_of


def add_commands(nouns: Verbs) -> None:
    """Register `afs compare`."""
    compare = nouns.add_parser("compare", help="compare two versions on one suite")
    compare.add_argument("baseline", help="a version, such as veran or veran:2, or an evaluation's id")
    compare.add_argument("candidate", help="the same")
    compare.add_argument("--suite", help="slug or slug:number; without it the one that the candidate answered last")
    compare.add_argument("--wait", action="store_true", help="until it is computed, then print what it says")
    compare.set_defaults(run=compare_command)


def compare_command(arguments: argparse.Namespace) -> int:
    suite = find_suite(arguments.suite) if arguments.suite else None
    baseline, candidate = find_pair(arguments.baseline, arguments.candidate, suite)
    comparison = launch_comparison(baseline, candidate, None, source=EventSource.CLI)
    return say_launched(comparison, wait=arguments.wait)


def say_launched(comparison: Comparison, *, wait: bool) -> int:
    """Wait for the comparison if asked and it is not there yet; say what it says; the command's exit status."""
    ended_well = not wait or not comparison.is_active or follow(comparison.job)
    comparison.refresh_from_db()
    say(say_comparison(comparison))
    return 0 if ended_well else 1


def say_comparison(comparison: Comparison) -> str:
    """One line: the verdict with its figures, or why there is none."""
    if comparison.state != WorkState.SUCCEEDED:
        said = comparison.shown_error or comparison.shown_state.label
        return f"{comparison}: {said}  {comparison.get_absolute_url()}"
    report = report_of(comparison)
    found = report.difference
    if found is None:
        return f"{comparison}: no case was answered by both  {comparison.get_absolute_url()}"
    interval = f"{signed(found.paired.difference, 3)}, 95 % interval {range_of(found.paired)}"
    changed = f"fixed {report.count(Outcome.FIXED)}, broke {report.count(Outcome.BROKE)} of {len(report.cases)} cases"
    return f"{found.words} ({interval}, p {found.paired.p:.4f}); {changed}  {comparison.get_absolute_url()}"
