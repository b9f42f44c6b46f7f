"""What the answers of a run took: tokens, time, money."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import numpy as np

from afsweb.core.models import EndpointPrice
from evals_app.compare.report import Usage
from evals_app.models import EvalRun, ResultState
from training_app.models import ModelVersion

CAME = (ResultState.ANSWERED, ResultState.SCORED, ResultState.UNPARSED)
SLOW = 95


def usage_of(run: EvalRun) -> Usage:
    """Of the answers that came. Two queries."""
    rows = run.results.filter(state__in=CAME)
    told = list(rows.values_list("input_tokens", "output_tokens", "milliseconds"))
    asked, answered, times = ([row[column] for row in told] for column in range(3))
    milliseconds = [time for time in times if time is not None]
    tokens = _total(asked), _total(answered)
    return Usage(
        input_tokens=tokens[0],
        output_tokens=tokens[1],
        median_ms=float(np.median(milliseconds)) if milliseconds else None,
        slow_ms=float(np.percentile(milliseconds, SLOW)) if milliseconds else None,
        dollars=cost(price_of(run), *tokens),
    )


def price_of(run: EvalRun) -> EndpointPrice | None:
    """What the version's endpoint cost on the day of the run; None for local weights and where nobody entered one."""
    return price_on(run.version, run.created_at.date())


def price_on(version: ModelVersion, day: date) -> EndpointPrice | None:
    """What the version's endpoint costs on that day. One query where it has an endpoint."""
    if version.endpoint_id is None:
        return None
    return EndpointPrice.objects.filter(endpoint=version.endpoint_id, since__lte=day).order_by("-since").first()


def cost(price: EndpointPrice | None, asked: float | None, answered: float | None) -> float | None:
    """US dollars for so many input and output tokens; None where the price or a count is not known."""
    if price is None or asked is None or answered is None:
        return None
    return (asked * float(price.input_per_million) + answered * float(price.output_per_million)) / 1e6


def _total(counts: Iterable[int | None]) -> int | None:
    """None where any answer does not tell: a part of them is no total."""
    known = list(counts)
    return None if not known or None in known else sum(count for count in known if count is not None)
