"""`afs eval list`, `show`, `run`, `stop`, `limit`, `resume`, `rescore`: evaluations. Other verbs have own files."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

from django.db import transaction

from afsweb.core.jobs.actions import stop_work
from afsweb.core.jobs.text import storable
from afsweb.core.jobs.waiting import follow
from afsweb.core.models import Endpoint, EventSource, WorkState
from afsweb.llm.answering import Sampling
from afsweb.terminal import Verbs, add_limit, add_noun, dollars, print_table, say, share, whole
from evals_app.abilities.held_out import measure
from evals_app.commands import held_out, logs, personas, planning
from evals_app.commands.finding import WHICH, find_eval, find_suite, find_version
from evals_app.commands.saying import facts, say_forecast, say_run, spread
from evals_app.errors import NobodyToAsk
from evals_app.models import EvalRun, Suite
from evals_app.results.scores import by_category, case_scores, estimate_scores
from evals_app.rows import run_rows
from evals_app.runs.forecast import forecast
from evals_app.runs.launch import go_on, launch_eval, rescore_eval, set_limits
from evals_app.runs.lengths import LONG, SHORT, usual_tokens
from evals_app.runs.next_steps import next_steps
from evals_app.simulate.audit import stop_table
from training_app.models import ModelVersion


def add_commands(nouns: Verbs) -> Verbs:
    """Register `afs eval`; its verbs, for the files that add some."""
    verbs = add_noun(nouns, "eval", "evaluations")
    listing = verbs.add_parser("list", help="the newest evaluations")
    listing.add_argument("--suite", default="", help="of this suite only, by its slug")
    listing.add_argument("--state", default="", choices=WorkState.values)
    add_limit(listing)
    listing.set_defaults(run=list_evals)
    _add_run(verbs)
    personas.add_verb(verbs)
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
    limit = verbs.add_parser("limit", help="other limits for one that ended; without any, it has none")
    limit.add_argument("eval", help=WHICH)
    _add_limits(limit)
    limit.set_defaults(run=limit_eval)
    held_out.add_verb(verbs)
    logs.add_verbs(verbs)
    return verbs


def _add_limits(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--token-limit", type=whole(1, 10**12), help="tokens in all at most, both ways")
    verb.add_argument("--cost-limit", type=dollars, help="US dollars in all at most")


def _add_run(verbs: Verbs) -> None:
    run = verbs.add_parser("run", help="let versions answer a suite")
    # Neither is required, and yet options may stand between them: argparse fills “?” and “*” too early for that.
    run.add_argument("suite", help="its slug, for the newest version, or slug:number").required = False
    run.add_argument("versions", nargs="+", metavar="version", help="such as veran or veran:2").required = False
    run.add_argument("--personas", type=Path, metavar="FILE", help="conversations of these instead of a suite")
    run.add_argument(
        "--endpoint",
        type=personas.named,
        action="append",
        default=[],
        metavar="NAME=URL",
        help="a server that answers, such as tuned=http://127.0.0.1:8081/v1; it gets a version; may be given again",
    )
    run.add_argument("--simulator", metavar="NAME", help="the endpoint that plays the user; as last time unless given")
    run.add_argument("--judge", metavar="NAME", help="the endpoint that judges; as last time unless given")
    run.add_argument("--repeats", type=whole(1, 20), default=1)
    run.add_argument("--max-new-tokens", type=whole(1, 8192), help=f"{SHORT} for lines, {LONG} for code and texts")
    run.add_argument("--temperature", type=share(0, 2), default=0.0)
    run.add_argument("--seed", type=whole(0, 2**31), default=0)
    run.add_argument(
        "--reuse", action="store_true", help="take what another evaluation was answered to the same request"
    )
    _add_limits(run)
    run.add_argument(
        "--held-out", action="store_true", help="measure the loss on what each one's snapshot holds out, too"
    )
    run.add_argument("--estimate", action="store_true", help="say what it would take; nothing is asked")
    run.add_argument("--wait", action="store_true", help="until all have answered, then print the scores")
    run.set_defaults(run=run_command)


def run_command(arguments: argparse.Namespace) -> int:
    suite, versions = _what_and_who(arguments)
    if arguments.estimate:
        for version in versions:
            say(say_forecast(forecast(suite, version, arguments.repeats)))
        return 0
    helpers = {what: _helper(arguments, suite, what) for what in ("simulator", "judge")}
    with transaction.atomic():
        runs = [_launch(suite, version, arguments, helpers) for version in versions]
        for version in versions if arguments.held_out else ():
            if version.run_id is not None:
                measure(version, None, None, EventSource.CLI)
    return max(say_launched(run, wait=arguments.wait) for run in runs)


def _launch(
    suite: Suite, version: ModelVersion, arguments: argparse.Namespace, helpers: Mapping[str, Endpoint | None]
) -> EvalRun:
    most = arguments.max_new_tokens or usual_tokens(suite)
    return launch_eval(
        suite,
        version,
        None,
        sampling=Sampling(arguments.temperature, most, arguments.seed),
        repeats=arguments.repeats,
        may_reuse=arguments.reuse,
        token_limit=arguments.token_limit,
        cost_limit=arguments.cost_limit,
        source=EventSource.CLI,
        **helpers,
    )


def _what_and_who(arguments: argparse.Namespace) -> tuple[Suite, list[ModelVersion]]:
    """The suite and the versions. With --personas no suite is named, so the first word is a version too."""
    names = list(arguments.versions or [])
    if arguments.personas and arguments.suite:
        names.insert(0, arguments.suite)
    if not (arguments.personas or arguments.suite) or not (names or arguments.endpoint):
        raise NobodyToAsk
    suite = personas.read_suite(arguments.personas) if arguments.personas else find_suite(arguments.suite)
    return suite, [*map(find_version, names), *map(personas.version_of, arguments.endpoint)]


def _helper(arguments: argparse.Namespace, suite: Suite, what: str) -> Endpoint | None:
    named = getattr(arguments, what)
    return personas.find_endpoint(named) if named else personas.as_last_time(suite, what)


def limit_eval(arguments: argparse.Namespace) -> None:
    run = find_eval(arguments.eval)
    limits = {"token_limit": arguments.token_limit, "cost_limit": arguments.cost_limit}
    set_limits(run, None, **limits, source=EventSource.CLI)
    said = [f"{name.replace('_', ' ')} {value:,}" for name, value in limits.items() if value is not None]
    say(f"{run}: {' and '.join(said) or 'no limit'}, from when it goes on")


def say_launched(run: EvalRun, *, wait: bool) -> int:
    """Wait for the run's job if asked; say how the run stands; the command's exit status."""
    ended_well = not wait or follow(run.job)
    run.refresh_from_db()
    say(say_run(run))
    return 0 if ended_well else 1


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
    print_table([*facts(run), ("score", spread(estimate_scores(scores)))])
    print_table((f"  {one.name}", spread(one.estimate), f"{one.unparsed} unparsed") for one in by_category(scores))
    for one in stop_table(run) if run.simulator_id else []:
        ended = ", ".join(f"{count} {reason}" for reason, count in one.counts.most_common())
        say(f"{one.run.version}: {ended or 'nothing ended yet'}")
    for step in next_steps(run, scores):
        say(f"next: {step.seen}")


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
