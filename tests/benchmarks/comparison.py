"""The comparison page at 2,000 cases: queries and server time, against reading the same rows with bare SQL.

The report is computed once before; its time is shown. The best of 15, for what else the machine does only ever adds.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.benchmarks.harness import Bar, hub, report

if TYPE_CHECKING:
    from django.test import Client

    from evals_app.models import Case, Comparison, Suite

CASES, TIMES = 2_000, 15

SQL = (
    "SELECT statistics::text FROM evals_comparison WHERE id = %s",
    "SELECT c.*, s.* FROM evals_case c JOIN evals_suite s ON s.id = c.suite_id WHERE c.id = ANY(%s)",
    "SELECT * FROM evals_result WHERE run_id = ANY(%s) AND case_id = ANY(%s)",
)


def main() -> None:
    with hub():
        began = time.perf_counter()
        comparison, computed = make_comparison()
        made = time.perf_counter() - began
        client = log_in()
        queries = count_queries(client, comparison)
        page = best_ms(lambda: get(client, comparison))
        control = best_ms(lambda: read_bare(comparison))
    figures = {"cases": CASES, "control_ms": round(control, 2), "made_s": round(made, 1)}
    bars = {
        "page_ms": Bar(round(page, 1), at_most=300),
        "queries": Bar(queries, at_most=14),
        "compute_s": Bar(round(computed, 2), at_most=10),
    }
    report("comparison", figures, bars)


def make_comparison() -> tuple[Comparison, float]:
    """Two versions on one suite, half of the cases changed; and the seconds that its report took."""
    from evals_app.compare.compute import make_report
    from tests.evals import making
    from training_app.models import BaseModel, ModelVersion

    suite = make_suite()
    base = BaseModel.objects.create(model_id="bench/tiny")
    versions = [ModelVersion.objects.create(name=name, base_model=base) for name in ("before", "after")]
    baseline = making.make_run(suite, versions[0], making.say_right)
    candidate = making.make_run(suite, versions[1], half_right)
    comparison = making.make_comparison(baseline, candidate)
    began = time.perf_counter()
    make_report(baseline, candidate)
    return comparison, time.perf_counter() - began


def half_right(case: Case) -> str:
    return f"{case.expected['address']} is {case.expected['name']}." if case.pk % 2 else "It is CGADD, I believe."


def make_suite() -> Suite:
    from dataclasses import replace

    from datasets_app.models import Domain
    from evals_app import suites
    from evals_app.register_suite import register_cases, registers_of

    every = registers_of("", ["PPU", "APU", "WRAM", "CPU", "DMA"])
    drafts = [
        replace(draft, key=f"{draft.key}/{seed}")
        for seed in range(4)
        for draft in register_cases(every, seed=seed, directions=("name", "address"))
    ]
    domain = Domain.objects.get(slug="asm65816")
    return suites.make_suite("bench", name="Bench", domain=domain, scorer="register_claims", drafts=drafts[:CASES])


def log_in() -> Client:
    from django.test import Client

    from afsweb.core.models import Role, User

    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.create(username="bench", role=Role.VIEWER))
    return client


def get(client: Client, comparison: Comparison) -> None:
    response = client.get(comparison.get_absolute_url())
    assert response.status_code == 200, response.content[:500]


def count_queries(client: Client, comparison: Comparison) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    get(client, comparison)  # the first one fills caches
    with CaptureQueriesContext(connection) as captured:
        get(client, comparison)
    return len(captured)


def read_bare(comparison: Comparison) -> None:
    """The report's JSON, 25 cases and their 50 answers, straight from the database."""
    from django.db import connection

    from evals_app.board.cases import SIZE

    cases = list(range(1, SIZE + 1))
    runs = [comparison.baseline_id, comparison.candidate_id]
    arguments: tuple[list[Any], ...] = ([comparison.pk], [cases], [runs, cases])
    with connection.cursor() as cursor:
        for sql, given in zip(SQL, arguments, strict=True):
            cursor.execute(sql, given)
            cursor.fetchall()


def best_ms(work: Callable[[], None]) -> float:
    times = []
    for _ in range(TIMES):
        began = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - began))
    return min(times)


if __name__ == "__main__":
    main()
