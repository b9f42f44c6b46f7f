"""How fast a query's samples are changed and put back, by each action, beside a bare UPDATE of the same rows.

Run: python -m tests.benchmarks.bulk
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from tests.benchmarks.filling import fill_samples
from tests.benchmarks.harness import Bar, hub, report, rows
from tests.benchmarks.review import reviewer

SECONDS = 10
"""Of an action on 100,000 samples, and of its undo."""
VERBS = ("accept", "reject", "tag", "assign", "golden")
ARGUMENTS: dict[str, dict[str, Any]] = {
    "reject": {"reject_reason": "wrong_fact"},
    "tag": {"tag": "bench"},
}
Standing = tuple[Any, ...]


def main() -> None:
    """Fill, measure, and print one line."""
    with hub():
        fill_samples(rows())
        figures, bars = measure(reviewer(), {})
    report("bulk", {"rows": rows()} | figures, bars)


def measure(user: Any, query: dict[str, str]) -> tuple[dict[str, float], dict[str, Bar]]:
    """Each action on the samples that `query` asks for, which are all pending, and its undo; then the control."""
    from datasets_app.search.filters import SampleFilter

    wanted = SampleFilter(query).wanted()
    figures: dict[str, float] = {}
    bars: dict[str, Bar] = {}
    for verb in VERBS:
        some, more = measure_one(verb, user, wanted)
        figures |= some
        bars |= more
    _, control = timed(partial(bare_update, wanted))
    return figures | {"control_s": control}, bars


def measure_one(verb: str, user: Any, wanted: dict[str, Any]) -> tuple[dict[str, float], dict[str, Bar]]:
    """Preview, do and undo, by what the page or the job's child does."""
    before = standings()
    action, preview = timed(partial(previewed, verb, user, wanted))
    _, do = timed(partial(do_all, action, user))
    changed = sum(was != now for was, now in zip(before, standings(), strict=True))
    _, undo = timed(partial(undo_all, action, user))
    differ = sum(was != now for was, now in zip(before, standings(), strict=True))
    per_100k = 100_000 / action.previewed
    figures = {"samples": action.previewed, "preview_s": preview, "s": do, "undo_s": undo}
    bars = {
        f"{verb}_100k_s": Bar(do * per_100k, at_most=SECONDS),
        f"{verb}_undo_100k_s": Bar(undo * per_100k, at_most=SECONDS),
        f"{verb}_not_done": Bar(action.previewed - changed, at_most=0),
        f"{verb}_not_restored": Bar(differ, at_most=0),
    }
    return {f"{verb}_{name}": figure for name, figure in figures.items()}, bars


def previewed(verb: str, user: Any, wanted: dict[str, Any]) -> Any:
    from datasets_app.bulk.drafting import Wish, draft
    from datasets_app.models import BulkVerb

    more = ARGUMENTS.get(verb, {}) | ({"assignee": user} if verb == "assign" else {})
    return draft(Wish(BulkVerb(verb), wanted, **more), by=user)


def do_all(action: Any, user: Any) -> None:
    """Confirm it and run its job here."""
    from datasets_app.bulk.running import confirm
    from tests.rows import run_job

    confirm(action, user)
    run_job(action.job)


def undo_all(action: Any, user: Any) -> None:
    from datasets_app.bulk.running import start_undo
    from datasets_app.models import BulkAction
    from tests.rows import run_job

    run_job(start_undo(BulkAction.objects.get(pk=action.pk), user))


def standings() -> list[Standing]:
    """What undo must restore, of every sample."""
    from datasets_app.models import Sample

    columns = ("pk", "state", "decided_by", "is_golden", "current", "tags", "assigned_to")
    return [(*one[:5], tuple(one[5]), one[6]) for one in Sample.objects.order_by("pk").values_list(*columns)]


def bare_update(wanted: dict[str, Any]) -> None:
    """The same change of the same rows and nothing else: no decision, no history, no undo."""
    from django.db.models import F

    from datasets_app.models import Sample
    from datasets_app.search.filters import filter_samples

    ids = filter_samples(Sample.objects.all(), wanted).order_by().values("pk")
    Sample.objects.filter(pk__in=ids).update(state="accepted", decided_by="person", revision=F("revision") + 1)


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """What the work returned, and its seconds."""
    started = time.perf_counter()
    result = work()
    return result, round(time.perf_counter() - started, 2)


if __name__ == "__main__":
    main()
