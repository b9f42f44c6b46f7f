"""`afs judge list`, `ask`, `pairs`: who judges, whether that can be believed, and asking one."""

from __future__ import annotations

import argparse

from afsweb.core.finding import find_called
from afsweb.core.jobs.waiting import follow
from afsweb.core.models import Endpoint, EventSource, Job
from afsweb.core.templatetags.afs import decimals, percent
from afsweb.terminal import Verbs, add_limit, add_noun, print_table, say
from evals_app.commands.finding import WHICH, find_comparison, find_eval
from evals_app.judging.doubts import doubts, unknowns
from evals_app.judging.facts import facts_of, newest_checks
from evals_app.judging.pairs import ask_about_pairs
from evals_app.judging.rubrics import find_rubric
from evals_app.judging.second import ask_second


def add_commands(nouns: Verbs) -> None:
    """Register `afs judge`."""
    verbs = add_noun(nouns, "judge", "who judges answers, and whether that can be believed")
    listing = verbs.add_parser("list", help="each judge under each rubric: agreement, flips, length, drift, doubts")
    add_limit(listing, 20)
    listing.set_defaults(run=list_judges)
    ask = verbs.add_parser("ask", help="what another judge thinks of an evaluation's answers, beside their score")
    ask.add_argument("eval", help=WHICH)
    pairs = verbs.add_parser(
        "pairs", help="which of two evaluations' answers a judge holds for better, both ways round"
    )
    pairs.add_argument("comparison", help="its id, or a version: the newest of it")
    for verb, run, needed in ((ask, ask_command, False), (pairs, pairs_command, True)):
        verb.add_argument("--judge", required=True, help="an endpoint, by its name or id")
        verb.add_argument("--rubric", required=needed, help="slug or slug:number; without it the cases' own")
        verb.add_argument("--wait", action="store_true", help="until the judge has answered")
        verb.set_defaults(run=run)


def list_judges(arguments: argparse.Namespace) -> None:
    checks = list(newest_checks().order_by("-pk")[: arguments.limit])
    for facts in facts_of(checks):
        say(f"{facts.check.judge} ({facts.check.model}) by {facts.check.rubric}")
        kappa, length, flips, drift = facts.kappa, facts.length, facts.flips, facts.drift
        print_table(
            [
                ("  answers", f"{facts.opinions:,} in {facts.runs:,} runs, {facts.unread:,} replies not read"),
                ("  agreement", f"kappa {decimals(kappa.value)}, n {kappa.n:,}" if kappa else None),
                ("  flips", f"{percent(flips.flipped.share)} of {flips.pairs:,}" if flips and flips.flipped else None),
                ("  length", f"correlation {decimals(length.value)}, n {length.n:,}" if length else None),
                ("  moved", f"{decimals(drift.change)} over {drift.anchors:,} anchors" if drift else None),
            ]
        )
        for sentence in doubts(facts):
            say(f"  doubt: {sentence}")
        for sentence in unknowns(facts):
            say(f"  not known: {sentence}")
    if not checks:
        say("no judge yet: `afs eval run SUITE VERSION --judge NAME` asks one")


def ask_command(arguments: argparse.Namespace) -> int:
    rubric = find_rubric(arguments.rubric) if arguments.rubric else None
    run, judge = find_eval(arguments.eval), find_judge(arguments.judge)
    return say_asked(ask_second(run, judge, None, rubric, EventSource.CLI), wait=arguments.wait)


def pairs_command(arguments: argparse.Namespace) -> int:
    comparison, judge = find_comparison(arguments.comparison), find_judge(arguments.judge)
    job = ask_about_pairs(comparison, judge, find_rubric(arguments.rubric), None, EventSource.CLI)
    return say_asked(job, wait=arguments.wait)


def find_judge(called: str) -> Endpoint:
    """The endpoint of that name or id. Raises NoSuchRow."""
    return find_called(Endpoint.objects.all(), called)


def say_asked(job: Job, *, wait: bool) -> int:
    """Wait for the job if asked; say how it stands; the command's exit status."""
    ended_well = not wait or follow(job)
    job.refresh_from_db()
    say(f"{job.title}: {job.get_state_display()}  {job.get_absolute_url()}")
    return 0 if ended_well else 1
