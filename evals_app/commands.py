"""`afs suite`, `afs eval`, `afs compare`: evaluation from the terminal."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from afsweb.core.models import EventSource, WorkState

if TYPE_CHECKING:
    from evals_app.models import Comparison, EvalRun, Suite
    from training_app.models import ModelVersion

Command = Callable[[argparse.Namespace], int]
PAUSE = 1.0  # seconds between two looks while waiting


def add_commands(subparsers: Any) -> None:
    """Register this app's sub-commands."""
    _add_suite(subparsers.add_parser("suite", help="sets of questions").add_subparsers(required=True, metavar="VERB"))
    _add_eval(subparsers.add_parser("eval", help="evaluations").add_subparsers(required=True, metavar="VERB"))
    compare = subparsers.add_parser("compare", help="compare two versions on one suite")
    compare.add_argument("baseline", help="a version, such as veran or veran:2, or an evaluation's uuid")
    compare.add_argument("candidate", help="the same")
    compare.add_argument(
        "--suite", help="its slug, or slug:number; without it the one that the candidate answered last"
    )
    compare.add_argument("--wait", action="store_true", help="until it is computed, then print what it says")
    compare.set_defaults(run=told(_compare))


def _add_suite(verbs: Any) -> None:
    make = verbs.add_parser("make", help="make register questions of the 65816 domain, or say which version has them")
    make.add_argument("name")
    make.add_argument("--areas", nargs="+", default=[], metavar="AREA", help="parts of the machine, such as PPU CPU")
    make.add_argument("--registers", default="", help="names or addresses; they go before --areas")
    make.add_argument("--directions", nargs="+", default=["name"], choices=("name", "address"))
    make.add_argument("--seed", type=int, default=0)
    make.set_defaults(run=told(_make_suite))
    verbs.add_parser("list", help="list the suites in use").set_defaults(run=told(_list_suites))


def _add_eval(verbs: Any) -> None:
    run = verbs.add_parser("run", help="let versions answer a suite")
    run.add_argument("suite", help="its slug, or slug:number")
    run.add_argument("versions", nargs="+", metavar="version", help="such as veran or veran:2")
    run.add_argument("--repeats", type=int, default=1)
    run.add_argument("--max-new-tokens", type=int, default=64)
    run.add_argument("--temperature", type=float, default=0.0)
    run.add_argument("--seed", type=int, default=0)
    run.add_argument("--wait", action="store_true", help="until all have answered, then print the scores")
    run.set_defaults(run=told(_run))


def told(command: Command) -> Command:
    """The command with its refusals as one sentence on stderr."""

    def run(arguments: argparse.Namespace) -> int:
        from evals_app.errors import EvalError

        try:
            return command(arguments)
        except EvalError as error:
            raise SystemExit(f"afs: {error}") from None

    return run


def _make_suite(arguments: argparse.Namespace) -> int:
    from django.utils.text import slugify

    from evals_app.forms import default_domain
    from evals_app.register_suite import register_cases, registers_of
    from evals_app.suites import make_suite

    registers = registers_of(arguments.registers, arguments.areas)
    suite = make_suite(
        slugify(arguments.name)[:64],
        name=arguments.name,
        domain=default_domain(),
        scorer="register_claims",
        drafts=register_cases(registers, seed=arguments.seed, directions=arguments.directions),
        source=EventSource.CLI,
    )
    print(f"{suite.slug}:{suite.number}  {suite.cases.count()} cases  {suite.get_absolute_url()}")
    return 0


def _list_suites(_: argparse.Namespace) -> int:
    from evals_app.models import Suite

    for suite in Suite.objects.filter(is_archived=False).order_by("slug", "-number"):
        print(f"{suite.slug}:{suite.number}  {suite.name}, scored by {suite.scorer}")
    return 0


def _run(arguments: argparse.Namespace) -> int:
    from django.db import transaction

    from afsweb.llm.answering import Sampling
    from evals_app.launch import launch_eval

    suite = find_suite(arguments.suite)
    versions = [find_version(name) for name in arguments.versions]
    sampling = Sampling(arguments.temperature, arguments.max_new_tokens, arguments.seed)
    with transaction.atomic():
        runs = [
            launch_eval(suite, v, None, sampling=sampling, repeats=arguments.repeats, source=EventSource.CLI)
            for v in versions
        ]
    for run in runs:
        print(_say_run(_wait(run) if arguments.wait else run), flush=True)
    return int(arguments.wait and any(run.state != "succeeded" for run in runs))


def _compare(arguments: argparse.Namespace) -> int:
    from evals_app.launch import launch_comparison

    suite = find_suite(arguments.suite) if arguments.suite else None
    baseline, candidate = find_runs(arguments.baseline, arguments.candidate, suite)
    comparison = launch_comparison(baseline, candidate, None, source=EventSource.CLI)
    if arguments.wait:
        _wait(comparison)
    print(_say_comparison(comparison))
    return int(arguments.wait and comparison.state != "succeeded")


def find_suite(text: str) -> Suite:
    """The suite `slug:number`, or the newest version of `slug`. Raises NoSuchThing."""
    from evals_app.errors import NoSuchThing
    from evals_app.models import Suite

    found = Suite.objects.filter(**_named(text, "slug")).order_by("-number").first()
    if found is None:
        known = Suite.objects.order_by("slug", "number").values_list("slug", "number")[:20]
        raise NoSuchThing(kind="suite", name=text, known=", ".join(f"{s}:{n}" for s, n in known) or "none yet")
    return found


def find_version(text: str) -> ModelVersion:
    """The version `name:number`, or the newest of `name`. Raises NoSuchThing."""
    from evals_app.errors import NoSuchThing
    from training_app.models import ModelVersion

    found = ModelVersion.objects.filter(**_named(text, "name")).order_by("-number").first()
    if found is None:
        known = ModelVersion.objects.order_by("-pk").values_list("name", "number")[:20]
        raise NoSuchThing(kind="version", name=text, known=", ".join(f"{v}:{n}" for v, n in known) or "none yet")
    return found


def find_runs(baseline: str, candidate: str, suite: Suite | None) -> tuple[EvalRun, EvalRun]:
    """The evaluations that two arguments of `afs compare` mean: the newest finished ones of the same cases.

    Raises NoSuchThing.
    """
    after = _finished(candidate, suite)
    if suite is None:
        suite = after.suite
    return _finished(baseline, suite), after


def _finished(text: str, suite: Suite | None) -> EvalRun:
    from uuid import UUID

    from evals_app.errors import NoSuchThing
    from evals_app.rows import run_rows

    try:
        named = run_rows().filter(uuid=UUID(text))
    except ValueError:
        named = run_rows().filter(version=find_version(text), state=WorkState.SUCCEEDED)
        if suite:
            named = named.filter(suite__sha256=suite.sha256)
    found = named.order_by("-pk").first()
    if found is None:
        raise NoSuchThing(kind="finished evaluation of", name=text, known=f"none on {suite}" if suite else "none")
    return found


def _named(text: str, field: str) -> dict[str, str | int]:
    name, _, number = text.partition(":")
    return {field: name} | ({"number": int(number)} if number.isdecimal() else {})


def _wait(row: Any) -> Any:
    row.refresh_from_db()
    while row.is_active:
        time.sleep(PAUSE)
        row.refresh_from_db()
    return row


def _say_run(run: EvalRun) -> str:
    said = run.shown_error or run.shown_state.label
    if run.score is not None and run.low is not None and run.high is not None:
        said = f"{run.score:.3f}  95 % interval {run.low:.3f} to {run.high:.3f}"
    return f"{run}: {said}  {run.get_absolute_url()}"


def _say_comparison(comparison: Comparison) -> str:
    from evals_app.compare.report import Outcome, Report

    if comparison.state != "succeeded":
        said = comparison.shown_error or comparison.shown_state.label
        return f"{comparison}: {said}  {comparison.get_absolute_url()}"
    report = Report.model_validate(comparison.statistics)
    found = report.difference
    if found is None:
        return f"{comparison}: no case was answered by both  {comparison.get_absolute_url()}"
    interval = f"{found.paired.difference:+.3f}, 95 % interval {found.paired.low:+.3f} to {found.paired.high:+.3f}"
    changed = f"fixed {report.count(Outcome.FIXED)}, broke {report.count(Outcome.BROKE)} of {len(report.cases)} cases"
    return f"{found.words} ({interval}, p {found.paired.p:.4f}); {changed}  {comparison.get_absolute_url()}"
