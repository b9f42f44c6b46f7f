"""`afs comparison board`: up to eight versions on one suite, all against the first."""

from __future__ import annotations

import argparse
from pathlib import Path

from afsweb.core.jobs.waiting import follow
from afsweb.core.models import EventSource
from afsweb.core.templatetags.afs import signed
from afsweb.terminal import Verbs, print_table, say, write_out
from evals_app.board.board import MOST, Board, Column, make_board
from evals_app.board.choosing import board_url
from evals_app.commands.finding import find_pair, find_suite
from evals_app.errors import TooManyVersions
from evals_app.exports import EXPORTS, export
from evals_app.runs.launch import launch_comparison
from evals_app.templatetags.evals import p_value


def add_verb(verbs: Verbs) -> None:
    """Register it."""
    board = verbs.add_parser("board", help="up to eight versions on one suite, all against the first")
    board.add_argument("baseline", help="a version, such as veran or veran:2, or an evaluation's id")
    board.add_argument("candidates", nargs="+", metavar="candidate", help="the same")
    board.add_argument("--suite", help="slug or slug:number; without it the one that each candidate answered last")
    board.add_argument("--wait", action="store_true", help="until what is missing is computed")
    board.add_argument("--form", choices=tuple(EXPORTS), help="write this file instead of the verdicts")
    board.add_argument("--output", type=Path, help="the file to write; standard output unless given")
    board.set_defaults(run=board_command)


def board_command(arguments: argparse.Namespace) -> int:
    if len(arguments.candidates) >= MOST:
        raise TooManyVersions(most=MOST)
    board = _find(arguments)
    jobs = [launch_comparison(board.baseline, one.run, None, EventSource.CLI).job for one in board.missing]
    failed = [job for job in jobs if arguments.wait and not follow(job)]
    board = make_board(board.baseline, [column.run for column in board.columns])
    if arguments.form:
        write_out(export(board, arguments.form).encode(), arguments.output)
    else:
        print_table(_line(column) for column in board.columns)
        say(board_url(board.runs))
    return 1 if failed else 0


def _find(arguments: argparse.Namespace) -> Board:
    suite = find_suite(arguments.suite) if arguments.suite else None
    pairs = [find_pair(arguments.baseline, candidate, suite) for candidate in arguments.candidates]
    return make_board(pairs[0][0], [candidate for _, candidate in pairs])


def _line(column: Column) -> tuple[str, ...]:
    if column.refusal:
        return str(column.run.version), "not comparable", column.refusal
    if column.report is None:
        state = column.comparison.shown_state.label if column.comparison else "not compared yet"
        return str(column.run.version), state, ""
    if column.found is None:
        return str(column.run.version), "no case was answered by both", ""
    paired = column.found.paired
    figures = f"{signed(paired.difference)}, {signed(paired.low)} to {signed(paired.high)}, after Holm "
    return str(column.run.version), column.words, f"{figures}{p_value(column.p_holm)}"
