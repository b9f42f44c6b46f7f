"""`afs gate`, `afs promote`, `afs eval gate`, `afs eval compare`: what decides, with exit statuses for other programs."""

from __future__ import annotations

import argparse
import json

from afsweb.core.acting import acting, add_as
from afsweb.core.finding import find_called
from afsweb.core.jobs.text import storable
from afsweb.core.jobs.waiting import follow
from afsweb.core.models import EventSource, Role, WorkState
from afsweb.terminal import Verbs, add_noun, print_table, say, words
from evals_app.commands.comparing import say_comparison
from evals_app.commands.finding import find_pair, find_suite, find_version
from evals_app.compare.report import report_of
from evals_app.errors import EvalError, NoGate, NotComparable, NotEvaluated, RunNotFinished, SameRun
from evals_app.gate.evaluating import current_gate, evaluate_gate
from evals_app.gate.making import make_defaults
from evals_app.gate.promoting import sign
from evals_app.gate.report import State
from evals_app.gate.rules import Rules
from evals_app.launch import launch_comparison
from evals_app.stats import Verdict
from training_app.models import Expert
from training_app.rows import expert_rows

STATUS: dict[State, int] = {"passed": 0, "failed": 1, "unknown": 2}
BETTER, REGRESSED, CANNOT_TELL = 0, 1, 2
WHICH = "such as veran or veran:2"


def add_commands(nouns: Verbs) -> None:
    """Register `afs gate` and `afs promote`."""
    verbs = add_noun(nouns, "gate", "what a version must show before it becomes an expert's current one")
    verbs.add_parser("list", help="the experts' rules").set_defaults(run=list_gates)
    show = verbs.add_parser("show", help="the rules of an expert")
    show.add_argument("expert", help="such as veran")
    show.set_defaults(run=show_gate)
    verbs.add_parser("defaults", help="give experts without rules those they come with").set_defaults(run=defaults)
    promoting = nouns.add_parser("promote", help="sign: a version that passed its gate becomes current")
    promoting.add_argument("expert", help="such as veran")
    promoting.add_argument("version", help=WHICH)
    promoting.add_argument("--override", type=words(300), metavar="REASON", help="though the gate did not pass; admins only")
    add_as(promoting, Role.TRAINER)
    promoting.set_defaults(run=promote_command)


def add_verbs(verbs: Verbs) -> None:
    """Register `afs eval gate` and `afs eval compare`."""
    gate = verbs.add_parser("gate", help="hold a version against a gate; exits 0 passed, 1 failed, 2 cannot be known")
    gate.add_argument("expert", help="such as veran")
    gate.add_argument("version", help=WHICH)
    gate.add_argument("--json", action="store_true", help="the whole report")
    gate.set_defaults(run=gate_command)
    compare = verbs.add_parser("compare", help="compare and wait; exits 0 not worse, 1 regressed, 2 cannot be compared")
    compare.add_argument("baseline", help=f"a version, {WHICH}, or an evaluation's id")
    compare.add_argument("candidate", help="the same")
    compare.add_argument("--suite", help="slug or slug:number; without it the one that the candidate answered last")
    compare.set_defaults(run=compare_command)


def list_gates(_: argparse.Namespace) -> None:
    print_table([(expert.slug, *_rules_in_short(expert)) for expert in expert_rows()], none="there is no expert")


def _rules_in_short(expert: Expert) -> tuple[str, str]:
    gate = current_gate(expert)
    if gate is None:
        return "no gate", "`afs gate defaults` gives the four experts theirs"
    rules = Rules.model_validate(gate.rules)
    return f"gate {gate.number}", f"{rules.primary} better by {rules.improvement:.2f}, {len(rules.bars)} bars"


def show_gate(arguments: argparse.Namespace) -> None:
    expert = _expert(arguments.expert)
    gate = current_gate(expert)
    if gate is None:
        raise NoGate(expert=expert, slug=expert.slug)
    rules = Rules.model_validate(gate.rules)
    print_table(
        [
            ("gate", f"{gate.number} of {expert}, {gate.created_at:%Y-%m-%d %H:%M}"),
            ("decides", f"{rules.primary}, better by {rules.improvement:.2f} or more, p < 0.05"),
            ("against", rules.baseline or "the current version, or the base as it is"),
            *(("bar", bar) for bar in rules.bars),
            ("safety", rules.safety),
            ("general", rules.general),
            ("judged by people", rules.judged),
        ]
    )


def defaults(_: argparse.Namespace) -> None:
    made = make_defaults(None, EventSource.CLI)
    print_table([(gate.expert.slug, f"gate {gate.number}") for gate in made], none="every expert has a gate already")


def gate_command(arguments: argparse.Namespace) -> int:
    report = evaluate_gate(_expert(arguments.expert), find_version(arguments.version))
    if arguments.json:
        say(json.dumps(report.model_dump(mode="json") | {"state": report.state}, ensure_ascii=False, indent=1))
        return STATUS[report.state]
    print_table([(finding.state_words, finding.title, finding.words) for finding in report.findings])
    say(f"{report.version} against {report.baseline or 'nothing'} by gate {report.gate}: {report.state_words}")
    return STATUS[report.state]


def promote_command(arguments: argparse.Namespace) -> None:
    reason = storable(arguments.override or "")
    by = acting(arguments, Role.ADMIN if reason else Role.TRAINER)
    expert, version = _expert(arguments.expert), find_version(arguments.version)
    promotion = sign(expert, version, by, reason=reason, source=EventSource.CLI)
    how = "passed its gate" if promotion.gate_passed else f"gate overridden: {promotion.override_reason}"
    say(f"{version} is {expert}'s current version, signed by {by}: {how}  {expert.get_absolute_url()}")


def compare_command(arguments: argparse.Namespace) -> int:
    try:
        suite = find_suite(arguments.suite) if arguments.suite else None
        baseline, candidate = find_pair(arguments.baseline, arguments.candidate, suite)
        comparison = launch_comparison(baseline, candidate, None, source=EventSource.CLI)
    except (NotComparable, NotEvaluated, RunNotFinished, SameRun) as error:
        raise CannotCompare(reason=error) from error
    if comparison.is_active:
        follow(comparison.job)
        comparison.refresh_from_db()
    say(say_comparison(comparison))
    if comparison.state != WorkState.SUCCEEDED or report_of(comparison).difference is None:
        return CANNOT_TELL
    found = report_of(comparison).difference
    return REGRESSED if found and found.verdict == Verdict.REGRESSED else BETTER


class CannotCompare(EvalError):
    """{reason}"""

    status = CANNOT_TELL


def _expert(called: str) -> Expert:
    return find_called(expert_rows(), called, "slug")
