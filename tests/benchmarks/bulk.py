"""How fast a query's samples are accepted and the acceptance is undone, beside a bare UPDATE of the same rows.

Run: python -m tests.benchmarks.bulk
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from tests.benchmarks.harness import Bar, hub, report, rows
from tests.benchmarks.review import fill


def main() -> None:
    """Preview, accept and undo, each by what the page or the job's child does; then the control."""
    with hub():
        count = rows()
        user = fill(count)
        before = standings()
        action, preview = timed(partial(previewed, user))
        _, accept = timed(partial(accept_all, action, user))
        wrong = count - counted(state="accepted", decided_by="person")
        _, undo = timed(partial(undo_all, action, user))
        differ = sum(was != now for was, now in zip(before, standings(), strict=True))
        _, control = timed(bare_update)
    per_100k = 100_000 / count
    figures = {
        "rows": count,
        "preview_s": preview,
        "accept_s": accept,
        "undo_s": undo,
        "control_s": control,
        "accept_to_control": accept / control,
    }
    bars = {
        "accept_100k_s": Bar(accept * per_100k, at_most=10),
        "undo_100k_s": Bar(undo * per_100k, at_most=10),
        "not_accepted": Bar(wrong, at_most=0),
        "not_restored": Bar(differ, at_most=0),
    }
    report("bulk", figures, bars)


def previewed(user: Any) -> Any:
    from datasets_app.bulk.drafting import Wish, draft
    from datasets_app.models import BulkVerb

    return draft(Wish(BulkVerb.ACCEPT), by=user)


def accept_all(action: Any, user: Any) -> None:
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


def standings() -> list[tuple[Any, ...]]:
    """What undo must restore, of every sample."""
    from datasets_app.models import Sample

    columns = ("pk", "state", "decided_by", "is_golden", "current", "tags", "assigned_to")
    return list(Sample.objects.order_by("pk").values_list(*columns))


def counted(**wanted: str) -> int:
    from datasets_app.models import Sample

    return Sample.objects.filter(**wanted).count()


def bare_update() -> None:
    """The same change of the same rows and nothing else: no decision, no history, no undo."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("UPDATE datasets_sample SET state = 'accepted', decided_by = 'person', revision = revision + 1")


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """What the work returned, and its seconds."""
    started = time.perf_counter()
    result = work()
    return result, time.perf_counter() - started


if __name__ == "__main__":
    main()
