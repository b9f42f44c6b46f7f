"""How many samples a filter leaves: exactly, at least, or about, but always at once."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet

from datasets_app.models import Sample
from datasets_app.search.conditions import expected_rows

CAP = 10_000
QUERY_CANCELED = "57014"  # PostgreSQL, appendix A: error codes
PATIENCE_MS = 200
"""How long counting may take. A page is to know within 250 ms, whatever the filter."""


@dataclass(frozen=True)
class Count:
    """A number of samples; `is_capped`: there are more. `is_estimate`: counting took too long, the planner guesses."""

    number: int
    is_capped: bool = False
    is_estimate: bool = False

    def __str__(self) -> str:
        said = "more than " if self.is_capped else "about " if self.is_estimate else ""
        return f"{said}{self.number:,} {'sample' if self.number == 1 else 'samples'}"


def count_samples(samples: QuerySet[Sample]) -> Count:
    """How many these are, CAP at most; the planner's estimate where PATIENCE_MS do not suffice to count so far."""
    first = samples.order_by().values("pk")[: CAP + 1]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {PATIENCE_MS}")
            number = first.count()
            cursor.execute("SET LOCAL statement_timeout = DEFAULT")
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) != QUERY_CANCELED:
            raise
        (expected,) = expected_rows(samples)
        return Count(expected, is_estimate=True)
    return Count(min(number, CAP), is_capped=number > CAP)
