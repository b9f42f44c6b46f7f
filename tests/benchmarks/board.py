"""The board of 8 versions at 2,000 cases: queries and server time, against reading the same rows with bare SQL.

The seven comparisons are computed once before; the slowest one's time is shown. The best of 15, for what else the
machine does only ever adds.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from tests.benchmarks.comparison import CASES, best_ms, log_in, make_suite
from tests.benchmarks.harness import Bar, hub, report

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from evals_app.models import Case, EvalRun

VERSIONS = 8

SQL = (
    "SELECT statistics::text FROM evals_comparison WHERE baseline_id = %s AND candidate_id = ANY(%s)",
    "SELECT c.*, s.* FROM evals_case c JOIN evals_suite s ON s.id = c.suite_id WHERE c.id = ANY(%s)",
    "SELECT * FROM evals_result WHERE run_id = ANY(%s) AND case_id = ANY(%s)",
)


def main() -> None:
    with hub():
        runs, computed = make_runs()
        client = log_in()
        url = address(runs)
        queries = count_queries(client, url)
        page = best_ms(lambda: get(client, url))
        evidence = best_ms(lambda: get(client, url, {"HX-Request": "true", "HX-Target": "evidence"}))
        control = best_ms(lambda: read_bare(runs))
    figures = {"versions": VERSIONS, "cases": CASES, "evidence_ms": round(evidence, 1), "control_ms": round(control, 2)}
    bars = {
        "page_ms": Bar(round(page, 1), at_most=400),
        "queries": Bar(queries, at_most=14),
        "compute_s": Bar(round(computed, 2), at_most=10),
    }
    report("board", figures, bars)


def make_runs() -> tuple[list[EvalRun], float]:
    """Eight versions that know less and less, all against the first; and the seconds that the slowest report took."""
    from tests.evals import making
    from training_app.models import BaseModel, ModelVersion

    suite = make_suite()
    base = BaseModel.objects.create(model_id="bench/tiny")
    versions = [ModelVersion.objects.create(name="veran", number=n + 1, base_model=base) for n in range(VERSIONS)]
    runs = [making.make_run(suite, version, knows(n)) for n, version in enumerate(versions)]
    slowest = 0.0
    for run in runs[1:]:
        began = time.perf_counter()
        making.make_comparison(runs[0], run)
        slowest = max(slowest, time.perf_counter() - began)
    return runs, slowest


def knows(number: int) -> Callable[[Case], str]:
    """The first version knows 3 of 4 cases, each later one fewer; they say CGADD of the others."""

    def say(case: Case) -> str:
        is_known = (case.pk * 7919) % 100 < 75 - 9 * number
        return f"{case.expected['address']} is {case.expected['name']}." if is_known else "It is CGADD, I believe."

    return say


def address(runs: list[EvalRun]) -> str:
    from evals_app.board.choosing import board_url

    case = runs[0].suite.cases.first()
    assert case
    return f"{board_url(runs)}&case={case.uuid}"


def get(client: Client, url: str, headers: dict[str, str] | None = None) -> None:
    response = client.get(url, headers=headers)
    assert response.status_code == 200, response.content[:500]


def count_queries(client: Client, url: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    get(client, url)  # the first one fills caches
    with CaptureQueriesContext(connection) as captured:
        get(client, url)
    return len(captured)


def read_bare(runs: list[EvalRun]) -> None:
    """The reports' JSON, 25 cases and their 200 answers, straight from the database."""
    from django.db import connection

    from evals_app.board.cases import SIZE

    cases, all_runs = list(range(1, SIZE + 1)), [run.pk for run in runs]
    arguments: tuple[list[Any], ...] = ([all_runs[0], all_runs[1:]], [cases], [all_runs, cases])
    with connection.cursor() as cursor:
        for sql, given in zip(SQL, arguments, strict=True):
            cursor.execute(sql, given)
            cursor.fetchall()


if __name__ == "__main__":
    main()
