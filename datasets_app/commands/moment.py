"""`afs sample export`: a dataset as it was at a moment."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from datasets_app.commands.finding import find_domain
from datasets_app.commands.writing import write_lines
from datasets_app.history.moment import lines_at
from datasets_app.models import SampleState


def add_export(parser: argparse.ArgumentParser) -> None:
    """The arguments of `afs sample export`."""
    parser.add_argument("--domain", required=True, help="such as asm65816")
    parser.add_argument("--as-of", type=moment, required=True, help="such as 2026-11-26T14:00, in UTC unless it says")
    parser.add_argument("--state", choices=SampleState.values, default="", help="those that were in this state only")
    parser.add_argument("--output", type=Path, help="the file to write; standard output unless given")
    parser.set_defaults(run=export_command)


def export_command(arguments: argparse.Namespace) -> None:
    write_lines(lines_at(find_domain(arguments.domain), arguments.as_of, arguments.state), arguments.output)


def moment(text: str) -> datetime:
    """An argument that is a moment."""
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no moment, such as 2026-11-26T14:00") from None
    return told if told.tzinfo else told.replace(tzinfo=UTC)
