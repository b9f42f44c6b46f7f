"""`afs eval list`, `show`, `run`, `stop`, `resume`, `rescore`: evaluations."""

from __future__ import annotations

import argparse

from django.db import transaction

from afsweb.core.jobs.actions import stop_work
from afsweb.core.jobs.text import storable
from afsweb.core.jobs.waiting import follow
from afsweb.core.models import EventSource, WorkState
from afsweb.llm.answering import Sampling
from afsweb.terminal import Verbs, add_limit, add_noun, print_table, say, share, whole
from evals_app.answers import tally
from evals_app.commands import planning
from evals_app.commands.finding import WHICH, find_eval, find_suite, find_version
from evals_app.hashes import shown_hashes
from evals_app.launch import go_on, launch_eval, rescore_eval
from evals_app.models import EvalRun
from evals_app.next_steps import next_steps
from evals_app.rows import run_rows
from evals_app.scores import by_category, case_scores, estimate_scores
from evals_app.stats import Estimate


def add_commands(nouns: Verbs) -> None:
    """Register `afs eval`."""
    verbs = add_noun(nouns, "eval", "evaluations")
    listing = verbs.add_parser("list", help="the newest evaluations")
    listing.add_argument("--suite", default="", help="of this suite only, by its slug")
    listing.add_argument("--state", default="", choices=WorkState.values)
    add_limit(listing)
    listing.set_defaults(run=list_evals)
    _add_run(verbs)
    planning.add_verb(verbs)
    for name, run, text in (
        ("show", show_eval, "where an evaluation stands, its score by category, and what to do next"),
        ("stop", stop_eval, "stop at the next answer; the answers so far stay"),
        ("resume", resume, "ask what has no answer yet, and what failed"),
        ("rescore", rescore, "score the kept answers again; no model is asked"),
    ):
        verb = verbs.add_parser(name, help=text)
        verb.add_argument("eval", help=WHICH)
        if name in ("resume", "rescore"):
            verb.add_argument("--wait", action="store_true", help="until it is done, then print the score")
        verb.set_defaults(run=run)


def _add_run(verbs: Verbs) -> None:
    run = verbs.add_parser("run", help="let versions answer a suite")
    run.add_argument("suite", help="its slug, for the newest version, or slug:number")
    run.add_argument("versions", nargs="+", metavar="version", help="such as veran or veran:2")
    run.add_argument("--repeats", type=whole(1, 20), default=1)
    run.add_argument("--max-new-tokens", type=whole(1, 8192), default=64)
    run.add_argument("--temperature", type=share(0, 2), default=0.0)
    run.add_argument("--seed", type=whole(0, 2**31), default=0)
    run.add_argument("--wait", action="store_true", help="until all have answered, then print the scores")
    run.set_defaults(run=run_command)


def run_command(arguments: argparse.Namespace) -> int:
    suite = find_suite(arguments.suite)
    versions = [find_version(name) for name in arguments.versions]
    sampling = Sampling(arguments.temperature, arguments.max_new_tokens, arguments.seed)
    with transaction.atomic():
        runs = [
            launch_eval(suite, v, None, sampling=sampling, repeats=arguments.repeats, source=EventSource.CLI)
            for v in versions
        ]
    return max(say_launched(run, wait=arguments.wait) for run in runs)


def say_launched(run: EvalRun, *, wait: bool) -> int:
    """Wait for the run's job if asked; say how the run stands; the command's exit status."""
    ended_well = not wait or follow(run.job)
    run.refresh_from_db()
    say(say_run(run))
    return 0 if ended_well else 1


def say_run(run: EvalRun) -> str:
    """One line: the score, or why there is none."""
    said = run.shown_error or run.shown_state.label
    if run.state == WorkState.SUCCEEDED and run.score is not None and run.low is not None and run.high is not None:
        said = f"{run.score:.3f}  95 % interval {run.low:.3f} to {run.high:.3f}"
    return f"{run}: {said}  {run.get_absolute_url()}"


def list_evals(arguments: argparse.Namespace) -> None:
    runs = run_rows()
    if arguments.suite:
        runs = runs.filter(suite__slug=storable(arguments.suite))
    if arguments.state:
        runs = runs.filter(state=arguments.state)
    rows = [
        (run.uuid, run.shown_state.label, "—" if run.score is None else f"{run.score:.3f}", run)
        for run in runs.order_by("-pk")[: arguments.limit]
    ]
    print_table(rows, none="no such evaluation")


def show_eval(arguments: argparse.Namespace) -> None:
    run = find_eval(arguments.eval)
    scores = case_scores(run) if run.state == WorkState.SUCCEEDED else []
    print_table([*_facts(run), ("score", _spread(estimate_scores(scores)))])
    print_table((f"  {one.name}", _spread(one.estimate), f"{one.unparsed} unparsed") for one in by_category(scores))
    for step in next_steps(run, scores):
        say(f"next: {step.seen}")


def _facts(run: EvalRun) -> list[tuple[str, object]]:
    count, drawn = tally(run), run.sampling
    return [
        ("evaluation", f"{run}  {run.get_absolute_url()}"),
        ("state", f"{run.shown_state.label}, {count.done:,} of {count.total:,} answers"),
        *([("error", run.shown_error)] if run.shown_error else []),
        (
            "answers",
            f"{count.right:,} right, {count.wrong:,} wrong, {count.unparsed:,} unparsed, {count.failed:,} failed",
        ),
        (
            "drawn",
            f"at temperature {drawn['temperature']}, {drawn['max_new_tokens']} tokens at most, seed {drawn['seed']}",
        ),
        *([("repeats", run.repeats)] if run.repeats > 1 else []),
        ("answered by", run.version.endpoint or "its weights on this machine"),
        *((hash_.label.lower(), hash_.value or hash_.reason) for hash_ in shown_hashes(run)),
        ("launched", f"{run.created_at:%Y-%m-%d %H:%M}{f' by {run.created_by}' if run.created_by else ''}"),
    ]


def _spread(found: Estimate | None) -> str:
    if found is None:
        return "—"
    return (
        f"{found.value:.3f}, {found.low:.3f} to {found.high:.3f} over {found.clusters:,} facts in {found.cases:,} cases"
    )


def stop_eval(arguments: argparse.Namespace) -> None:
    run = find_eval(arguments.eval)
    stop_work(run, None, EventSource.CLI)
    say(f"{run}: it stops at its next answer; the answers so far stay")


def resume(arguments: argparse.Namespace) -> int:
    run = find_eval(arguments.eval)
    go_on(run, None, EventSource.CLI)
    run.refresh_from_db()
    return say_launched(run, wait=arguments.wait)


def rescore(arguments: argparse.Namespace) -> int:
    run = find_eval(arguments.eval)
    job = rescore_eval(run, None, EventSource.CLI)
    if not arguments.wait:
        say(f"{run}: its kept answers are being scored again  {job.get_absolute_url()}")
        return 0
    ended_well = follow(job)
    run.refresh_from_db()
    say(say_run(run))
    return 0 if ended_well else 1
