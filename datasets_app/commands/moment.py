"""`afs sample export --as-of`: a dataset as it was at a moment."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from datasets_app.commands.finding import find_domain
from datasets_app.commands.writing import write_lines
from datasets_app.errors import DatasetError
from datasets_app.history.moment import lines_at

NARROW = frozenset({"domain", "state"})


class MomentNeedsDomain(DatasetError):
    """As of a moment a whole domain is written: give --domain, and besides it --state alone."""


def export_moment(arguments: argparse.Namespace, query: dict[str, str]) -> None:
    """Write a domain as it was at the moment, as lines of JSON. Raises MomentNeedsDomain."""
    if "domain" not in query or set(query) - NARROW:
        raise MomentNeedsDomain
    lines = lines_at(find_domain(arguments.domain), arguments.as_of, arguments.state or "")
    write_lines(lines, arguments.output)


def moment(text: str) -> datetime:
    """An argument that is a moment."""
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no moment, such as 2026-11-26T14:00") from None
    return told if told.tzinfo else told.replace(tzinfo=UTC)
