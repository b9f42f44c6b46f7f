"""`afs eval failed`, `leaks`, `afs suite leaks`, `again`: from an evaluation back into work."""

from __future__ import annotations

import argparse

from afsweb.core.models import EventSource
from afsweb.terminal import Verbs, print_table, say, whole
from evals_app.commands.finding import WHICH, find_eval, find_suite
from evals_app.commands.saying import say_run, spread
from evals_app.contamination.clean import clean_scores, seen_by
from evals_app.contamination.keeping import kept, leaks_of, look_soon, snapshots_of
from evals_app.loop.again import MOST, ask_again, changed_goldens, made_from_goldens
from evals_app.loop.failed import failed_scores, plan_samples
from evals_app.results.scores import case_scores

SNAPSHOTS = 100


def add_eval_verbs(verbs: Verbs) -> None:
    """Register `afs eval failed` and `afs eval leaks`."""
    failed = verbs.add_parser("failed", help="the cases that were answered wrong")
    failed.add_argument("eval", help=WHICH)
    failed.add_argument("--plan", action="store_true", help="say what to generate about them, as commands")
    failed.set_defaults(run=failed_command)
    leaks = verbs.add_parser("leaks", help="the score with and without what the version saw in training")
    leaks.add_argument("eval", help=WHICH)
    leaks.set_defaults(run=leaks_command)


def add_suite_verbs(verbs: Verbs) -> None:
    """Register `afs suite leaks` and `afs suite again`."""
    leaks = verbs.add_parser("leaks", help="which training snapshots hold which of its cases")
    leaks.add_argument("suite", help="its slug, for the newest version, or slug:number")
    leaks.add_argument("--look", action="store_true", help="have jobs look through those that nobody looked through")
    leaks.set_defaults(run=suite_leaks)
    again = verbs.add_parser("again", help="let the last versions answer its newest version, as they were asked before")
    again.add_argument("suite", help="its slug")
    again.add_argument("--last", type=whole(1, MOST), default=3, help="how many versions")
    again.set_defaults(run=again_command)


def failed_command(arguments: argparse.Namespace) -> None:
    run = find_eval(arguments.eval)
    if not arguments.plan:
        rows = [(case.key, case.category, case.cluster) for case in failed_scores(run)]
        print_table(rows, none="every answered case is right")
        return
    plan = plan_samples(run)
    for request in plan.requests:
        say(f"# {len(request.cases):,} failed cases")
        say(request.command)
    if plan.unplaced:
        say(f"# {len(plan.unplaced):,} cases that no generator of {run.suite.domain} writes about")
    if not plan.failed:
        say("every answered case is right")


def leaks_command(arguments: argparse.Namespace) -> None:
    run = find_eval(arguments.eval)
    seen = seen_by(run)
    scores = clean_scores(case_scores(run), seen)
    if not seen.snapshots:
        say(f"{run.version} was not trained here, so nobody can say what it saw")
        return
    for snapshot in seen.open:
        say(f"nobody has looked through {snapshot} yet: `afs suite leaks {run.suite.slug} --look`")
    print_table([("all", spread(scores.all)), ("clean", spread(scores.clean)), ("dirty", spread(scores.dirty))])
    print_table([(leak.key, leak.how, f"{leak.figure:.2f}", leak.sample) for leak in seen.leaks.values()])


def suite_leaks(arguments: argparse.Namespace) -> None:
    suite = find_suite(arguments.suite)
    snapshots = list(snapshots_of(suite).order_by("-pk")[:SNAPSHOTS])
    found = kept(suite, snapshots)
    rows = []
    for snapshot in snapshots:
        row = found.get(snapshot.pk)
        if row is None and arguments.look:
            look_soon(suite, snapshot, None, EventSource.CLI)
        said = f"{len(leaks_of(row)):,} cases in {row.samples:,} samples" if row else "not looked through"
        rows.append((snapshot, "a job looks now" if row is None and arguments.look else said))
    print_table(rows, none="no version was trained on samples of its domain yet")


def again_command(arguments: argparse.Namespace) -> None:
    suite = find_suite(arguments.suite)
    for changed in changed_goldens(made_from_goldens(suite)):
        say(f"{changed.case.key}: {changed.reason}")
    for run in ask_again(suite, arguments.last, None, EventSource.CLI):
        say(say_run(run))
