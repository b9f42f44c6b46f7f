"""`afs eval plan`: what an evaluation will be able to tell, and what it will take."""

from __future__ import annotations

import argparse

from afsweb.core.templatetags.afs import duration
from afsweb.terminal import Verbs, print_table, say, share, whole
from evals_app.commands.finding import find_suite, find_version
from evals_app.plan.plan import Plan, make_plan
from evals_app.stats import LEAST
from evals_app.templatetags.evals import dollars


def add_verb(verbs: Verbs) -> None:
    """Register it."""
    plan = verbs.add_parser("plan", help="what an evaluation will be able to tell, and what it will take")
    plan.add_argument("suite", help="its slug, for the newest version, or slug:number")
    plan.add_argument("--version", help="such as veran or veran:2: for the price and the pace")
    plan.add_argument("--facts", type=whole(2, 100_000), help="or personas; the suite's own unless given")
    plan.add_argument("--repeats", type=whole(1, 20), default=1)
    plan.add_argument("--effect", type=share(0.001, 1), default=LEAST, help="the true improvement to be found")
    plan.add_argument(
        "--deviation", type=share(0.001, 1), help="of the facts' differences; else of earlier comparisons"
    )
    plan.set_defaults(run=plan_command)


def plan_command(arguments: argparse.Namespace) -> None:
    told = {name: getattr(arguments, name) for name in ("facts", "repeats", "effect", "deviation")}
    version = find_version(arguments.version) if arguments.version else None
    plan = make_plan(find_suite(arguments.suite), version, **told)
    print_table(_facts(plan))
    for effect, (usual, high) in plan.needed:
        say(f"  to find {effect:.2f}: {_count(usual)} facts 80 % of times, {_count(high)} 90 %")
    for true, chance in plan.passing:
        say(f"  truly better by {true:.2f}: the gate ({plan.least:.2f} or more, p < 0.05) passes {chance:.1%} of times")


def _facts(plan: Plan) -> list[tuple[str, object]]:
    known = plan.earlier.comparisons
    source = f"{known} earlier comparisons: {plan.earlier.value:.3f}" if known else "no earlier comparison, assumed"
    return [
        ("suite", f"{plan.suite.slug}:{plan.suite.number}, {plan.facts:,} facts in {plan.cases:,} cases"),
        ("deviation", f"{plan.deviation:.3f} ({source})"),
        ("finds", f"{plan.detectable:.3f} or more 4 times in 5; a true {plan.effect:.2f} {plan.chance:.0%} of times"),
        ("answers", f"{plan.answers:,} for one version"),
        ("takes", f"{duration(plan.seconds)}, {dollars(plan.dollars)}"),
    ]


def _count(facts: int | None) -> str:
    return "over 100,000" if facts is None else f"{facts:,}"
