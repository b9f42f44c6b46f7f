"""Fifty runs of 5,000 steps over each other: server time of the chart and of its page, and the page's queries.

The best of 7, for what else the machine does only ever adds. Run: python -m tests.benchmarks.overlay
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING
from uuid import uuid4

from tests.benchmarks.harness import Bar, hub, report

if TYPE_CHECKING:
    from django.test import Client

RUNS, STEPS, EVERY, TIMES = 50, 5_000, 50, 7


def main() -> None:
    with hub():
        query = make_runs()
        client = log_in()
        chart = best_ms(client, f"/runs/compare/train.json?{query}")
        page = best_ms(client, f"/runs/compare/?{query}")
        size, queries = (
            size_of(client, f"/runs/compare/train.json?{query}"),
            count_queries(client, f"/runs/compare/?{query}"),
        )
    bars = {
        "chart_ms": Bar(round(chart, 1), at_most=500),
        "page_ms": Bar(round(page, 1), at_most=500),
        "queries": Bar(queries, at_most=10),
    }
    report("overlay", {"runs": RUNS, "steps": STEPS, "chart_kb": round(size / 1000)}, bars)


def make_runs() -> str:
    """Runs with a loss at each step and a validation at each fiftieth; they as the page's query names them."""
    from django.db import connection

    from tests.web import loop
    from training_app.models import TrainingRun

    first = loop.add_run("run 0")
    about = {"recipe": first.recipe, "snapshot": first.snapshot}
    TrainingRun.objects.bulk_create(
        TrainingRun(name=f"run {number}", uuid=uuid4(), **about) for number in range(1, RUNS)
    )
    rows = metrics(list(TrainingRun.objects.values_list("pk", flat=True)))
    with connection.cursor() as cursor:
        with cursor.copy("COPY training_metric (run_id, step, is_validation, loss) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute("ANALYZE training_metric")
    return "&".join(f"run={uuid}" for uuid in TrainingRun.objects.values_list("uuid", flat=True))


def metrics(runs: list[int]) -> Iterator[tuple[int, int, bool, float]]:
    for run in runs:
        for step in range(1, STEPS + 1):
            yield run, step, False, 3 / (1 + step / 500) + (step * run) % 97 / 500
            if step % EVERY == 0:
                yield run, step, True, 3 / (1 + step / 600) + 0.1


def log_in() -> Client:
    from django.test import Client

    from afsweb.core.models import Role, User

    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.create(username="bench", role=Role.VIEWER))
    return client


def best_ms(client: Client, url: str) -> float:
    size_of(client, url)  # the first one imports bokeh and fills caches
    times = []
    for _ in range(TIMES):
        began = time.perf_counter()
        size_of(client, url)
        times.append(1000 * (time.perf_counter() - began))
    return min(times)


def size_of(client: Client, url: str) -> int:
    answer = client.get(url)
    assert answer.status_code == 200, answer.content[:500]
    return len(answer.content)


def count_queries(client: Client, url: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        size_of(client, url)
    return len(captured)


if __name__ == "__main__":
    main()
