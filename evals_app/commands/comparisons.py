"""`afs comparison list`, `show`, `recompute`, `note`, `board`, `export`: what came of comparing two versions."""

from __future__ import annotations

import argparse
from pathlib import Path

from afsweb.core.models import EventSource, WorkState
from afsweb.core.templatetags.afs import signed
from afsweb.terminal import Verbs, add_limit, add_noun, print_table, say, write_out
from evals_app.board.board import board_of
from evals_app.board.cases import TABS, first_answers, show_cases
from evals_app.commands import boards
from evals_app.commands.cases import said
from evals_app.commands.comparing import say_comparison, say_launched
from evals_app.commands.finding import WHICH, find_comparison
from evals_app.compare.report import Difference, Report, Side, report_of
from evals_app.exports import EXPORTS, export
from evals_app.models import Comparison
from evals_app.rows import listed_comparisons
from evals_app.runs.launch import compute_again, edit_note
from evals_app.templatetags.evals import range_of


def add_commands(nouns: Verbs) -> None:
    """Register `afs comparison`."""
    verbs = add_noun(nouns, "comparison", "what came of comparing two versions")
    listing = verbs.add_parser("list", help="the newest comparisons with their verdicts")
    add_limit(listing)
    listing.set_defaults(run=list_comparisons)
    show = verbs.add_parser("show", help="scores, difference and verdict, by category too; with --cases, answers")
    show.add_argument("comparison", help=WHICH)
    show.add_argument("--cases", choices=tuple(TABS), help="the cases that are so, worst first, with both answers")
    show.set_defaults(run=show_comparison)
    again = verbs.add_parser("recompute", help="compute it anew, after an attempt failed or answers were rescored")
    again.add_argument("comparison", help=WHICH)
    again.add_argument("--wait", action="store_true", help="until it is computed, then print what it says")
    again.set_defaults(run=recompute)
    note = verbs.add_parser("note", help="keep what people say about it; an empty text takes it away")
    note.add_argument("comparison", help=WHICH)
    note.add_argument("text")
    note.set_defaults(run=note_command)
    boards.add_verb(verbs)
    out = verbs.add_parser("export", help="its numbers, to the last digit")
    out.add_argument("comparison", help=WHICH)
    out.add_argument("form", choices=tuple(EXPORTS), help="report.json has everything")
    out.add_argument("--output", type=Path, help="the file to write; standard output unless given")
    out.set_defaults(run=export_command)


def list_comparisons(arguments: argparse.Namespace) -> None:
    rows = [(one.uuid, one, _verdict(one)) for one in listed_comparisons().order_by("-pk")[: arguments.limit]]
    print_table(rows, none="no comparison yet: `afs compare BASELINE CANDIDATE` makes one")


def _verdict(comparison: Comparison) -> str:
    """Of a row of `listed_comparisons`."""
    if comparison.state != WorkState.SUCCEEDED:
        return comparison.shown_state.label
    found: dict[str, str] | None = comparison.said  # type: ignore[attr-defined]
    return found["words"] if found else "no case was answered by both"


def show_comparison(arguments: argparse.Namespace) -> None:
    comparison = find_comparison(arguments.comparison)
    report = report_of(comparison)
    say(say_comparison(comparison))
    print_table([_side("baseline", report.baseline), _side("candidate", report.candidate)])
    checks = ", ".join(f"{check.name} {check.state}" for check in report.checks)
    say(f"compared on: {checks}")
    print_table(_categories(report))
    if report.without_leaked:
        say(f"without the cases that stand in training data: {_figures(report.without_leaked)}")
    if report.noise_floor is not None:
        below = " The difference lies below it: no news." if report.is_noise else ""
        say(f"noise floor: {report.noise_floor:.3f}.{below}")
    if comparison.note:
        say(f"note: {comparison.note}")
    if report.confusion["candidate"].collapse:
        say(report.confusion["candidate"].collapse)
    if arguments.cases:
        _print_cases(comparison, arguments.cases)


def _side(name: str, side: Side) -> tuple[str, ...]:
    score = f"{side.score.value:.3f}, {side.score.low:.3f} to {side.score.high:.3f}" if side.score else "—"
    asked = side.answers + side.failed
    told = f"{side.right:,} cases right, {side.unparsed:,} unparsed, {side.failed:,} failed of {asked:,}"
    leaked = f"{len(side.leaks.cases):,} leaked" if side.leaks.samples is not None else "not trained here"
    return name, side.version, score, f"{told}, {leaked}"


def _categories(report: Report) -> list[tuple[str, ...]]:
    return [
        (
            f"  {one.name}",
            f"{one.cases:,} cases",
            _figures(one.difference) if one.difference else "no case was answered by both",
            "" if one.p_adjusted is None else f"p {one.p_adjusted:.4f} (BH)",
        )
        for one in report.categories
    ]


def _figures(difference: Difference) -> str:
    paired = difference.paired
    return f"{difference.words} ({signed(paired.difference, 3)}, {range_of(paired)})"


def _print_cases(comparison: Comparison, tab: str) -> None:
    page = show_cases(board_of(comparison), tab, "")
    say(f"{page.total:,} cases {TABS[tab].lower()}" + (f", the first {len(page.rows)}" if page.following else ""))
    runs = [comparison.baseline, comparison.candidate]
    answers = first_answers(runs, [shown.case.key for shown in page.rows])
    for shown in page.rows:
        change = next((one.change for one in shown.row.changes if one), None)
        print_table(
            [
                (f"  {shown.case.key}", "" if change is None else signed(change, 3)),
                *(
                    (f"    {side}", said(answers.get((run.pk, shown.case.key))))
                    for side, run in zip(("baseline", "candidate"), runs, strict=True)
                ),
            ]
        )


def recompute(arguments: argparse.Namespace) -> int:
    comparison = find_comparison(arguments.comparison)
    compute_again(comparison, None, EventSource.CLI)
    comparison.refresh_from_db()
    return say_launched(comparison, wait=arguments.wait)


def export_command(arguments: argparse.Namespace) -> None:
    comparison = find_comparison(arguments.comparison)
    write_out(export(board_of(comparison), arguments.form).encode(), arguments.output)


def note_command(arguments: argparse.Namespace) -> None:
    comparison = find_comparison(arguments.comparison)
    edit_note(comparison, arguments.text, None, EventSource.CLI)
    say(f"{comparison}: {'the note is kept' if arguments.text.strip() else 'it has no note now'}")
