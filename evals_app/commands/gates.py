"""`afs promote`, `afs eval gate`, `gates`, `compare`: what decides, with exit statuses for scripts."""

from __future__ import annotations

import argparse
import json

from afsweb.core.acting import acting, add_as
from afsweb.core.finding import find_called
from afsweb.core.jobs.text import storable
from afsweb.core.jobs.waiting import follow
from afsweb.core.models import EventSource, Role, WorkState
from afsweb.terminal import Verbs, print_table, say, words
from evals_app.commands.comparing import say_comparison
from evals_app.commands.finding import find_pair, find_suite, find_version
from evals_app.compare.report import report_of
from evals_app.errors import EvalError, NoGate, NotComparable, NotEvaluated, RunNotFinished, SameRun
from evals_app.gate.evaluating import current_gate, evaluate_gate
from evals_app.gate.making import make_defaults
from evals_app.gate.promoting import sign
from evals_app.gate.report import State
from evals_app.gate.rules import Rules
from evals_app.runs.launch import launch_comparison
from evals_app.stats import Verdict
from training_app.models import Expert
from training_app.rows import expert_rows

STATUS: dict[State, int] = {"passed": 0, "failed": 1, "unknown": 2}
BETTER, REGRESSED, CANNOT_TELL = 0, 1, 2
WHICH = "such as veran or veran:2"


def add_commands(nouns: Verbs) -> None:
    """Register `afs promote`."""
    promoting = nouns.add_parser("promote", help="sign: a version that passed its gate becomes current")
    promoting.add_argument("expert", help="such as veran")
    promoting.add_argument("version", help=WHICH)
    promoting.add_argument(
        "--override", type=words(300), metavar="REASON", help="though the gate did not pass; admins only"
    )
    add_as(promoting, Role.TRAINER)
    promoting.set_defaults(run=promote_command)


def add_verbs(verbs: Verbs) -> None:
    """Register `afs eval gate`, `gates` and `compare`."""
    rules = verbs.add_parser("gates", help="the rules of every expert's gate in short, or of one")
    rules.add_argument("expert", nargs="?", help="such as veran")
    rules.add_argument("--defaults", action="store_true", help="first give those without a gate the one it comes with")
    rules.set_defaults(run=gates_command)
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


def gates_command(arguments: argparse.Namespace) -> None:
    made = make_defaults(None, EventSource.CLI) if arguments.defaults else []
    for gate in made:
        say(f"made {gate}")
    if arguments.expert:
        _show_gate(_expert(arguments.expert))
    else:
        print_table([(expert.slug, *_rules_in_short(expert)) for expert in expert_rows()], none="there is no expert")


def _rules_in_short(expert: Expert) -> tuple[str, str]:
    gate = current_gate(expert)
    if gate is None:
        return "no gate", "`afs eval gates --defaults` gives the four experts theirs"
    rules = Rules.model_validate(gate.rules)
    return f"gate {gate.number}", f"{rules.primary} better by {rules.improvement:.2f}, {len(rules.bars)} bars"


def _show_gate(expert: Expert) -> None:
    gate = current_gate(expert)
    if gate is None:
        raise NoGate(expert=expert)
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
