"""What commands say about evaluations."""

from __future__ import annotations

from collections.abc import Mapping

from afsweb.core.models import WorkState
from afsweb.core.templatetags.afs import duration
from evals_app.models import EvalRun
from evals_app.results.answers import errors_by_kind, tally
from evals_app.runs.budget import spent_on
from evals_app.runs.forecast import Forecast
from evals_app.runs.hashes import shown_hashes
from evals_app.stats import Estimate


def say_run(run: EvalRun) -> str:
    """One line: the score, or why there is none."""
    said = run.shown_error or run.shown_state.label
    if run.state == WorkState.SUCCEEDED and run.score is not None and run.low is not None and run.high is not None:
        said = f"{run.score:.3f}  95 % interval {run.low:.3f} to {run.high:.3f}"
    return f"{run}: {said}  {run.get_absolute_url()}"


def say_forecast(found: Forecast) -> str:
    """One line: what a launch would take."""
    tokens = "tokens not known" if found.tokens is None else f"{found.tokens:,} tokens"
    time = "time not known" if found.seconds is None else duration(found.seconds)
    cost = "cost not known" if found.cost is None else f"{found.cost:.4f} US dollars"
    told = f"told by {found.told_by:,} earlier answers" if found.told_by else "no earlier answer tells"
    return f"{found.version}: {found.requests:,} requests, {tokens}, {time}, {cost} ({told})"


def facts(run: EvalRun) -> list[tuple[str, object]]:
    """What there is to say about a run, as rows of a table."""
    count, drawn, spent = tally(run), run.sampling, spent_on(run)
    cost = "" if spent.cost is None else f", {spent.cost:.4f} US dollars"
    more = {"waiting for their score": count.unscored, "reused": count.reused, "asked again": count.retries}
    more["missing"] = count.missing
    return [
        ("evaluation", f"{run}  {run.get_absolute_url()}"),
        ("state", f"{run.shown_state.label}, {count.done:,} of {count.total:,} answers"),
        *([("error", run.shown_error)] if run.shown_error else []),
        (
            "answers",
            f"{count.right:,} right, {count.wrong:,} wrong, {count.unparsed:,} unparsed, {count.failed:,} failed"
            + (f", {count.spoilt:,} spoilt by the simulator" if run.simulator_id else ""),
        ),
        *(("besides", f"{value:,} {name}") for name, value in more.items() if value),
        *(("error", f"{times:,} × {kind}") for kind, times in (errors_by_kind(run) if count.failed else ())),
        ("took", f"{spent.input_tokens:,} tokens in, {spent.output_tokens:,} out{cost}"),
        (
            "drawn",
            f"at temperature {_told(drawn, 'temperature')}, {_told(drawn, 'max_new_tokens')} tokens at most,"
            f" seed {_told(drawn, 'seed')}",
        ),
        *([("repeats", run.repeats)] if run.repeats > 1 else []),
        ("answered by", run.version.endpoint or run.version.imported_from or "its weights on this machine"),
        *([("user played by", run.simulator)] if run.simulator else []),
        *([("judged by", run.judge)] if run.judge else []),
        *((hash_.label.lower(), hash_.value or hash_.reason) for hash_ in shown_hashes(run)),
        ("launched", f"{run.created_at:%Y-%m-%d %H:%M}{f' by {run.created_by}' if run.created_by else ''}"),
    ]


def _told(drawn: Mapping[str, object], name: str) -> object:
    """A setting; an imported log may not tell it."""
    return "—" if drawn.get(name) is None else drawn[name]


def spread(found: Estimate | None) -> str:
    """A score with its interval and over what it is."""
    if found is None:
        return "—"
    return (
        f"{found.value:.3f}, {found.low:.3f} to {found.high:.3f} over {found.clusters:,} facts in {found.cases:,} cases"
    )
