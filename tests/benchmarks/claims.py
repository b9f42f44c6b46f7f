"""How fast twenty samples are claimed from a queue: in every order, narrowed, with overlap, after many decisions.

Run: python -m tests.benchmarks.claims
"""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

from tests.benchmarks.filling import fill_samples
from tests.benchmarks.harness import Bar, hub, report, rows
from tests.benchmarks.review import p95, reviewer

TIMES = 60
CARDS = 20
DECIDED = 0.1  # of the samples nearest to the threshold, a person has decided
CLAIM_MS = 30


def main() -> None:
    """Fill, measure claims from each queue, and print one line."""
    with hub():
        fill_samples(rows())
        figures, bars = measure(reviewer())
    report("claims", figures, bars)


def measure(user: Any) -> tuple[dict[str, float], dict[str, Bar]]:
    """Claims from each queue, before and after a person has decided many; all of them are bars."""
    figures = {f"{name}_p95_ms": claims_ms(queue, user) for name, queue in queues().items()}
    decide_many(rows())
    figures |= {f"{name}_later_p95_ms": claims_ms(queue, user) for name, queue in queues().items()}
    return {"rows": rows()}, {name: Bar(value, at_most=CLAIM_MS) for name, value in figures.items()}


def claims_ms(queue: Any, user: Any) -> float:
    """The 95th percentile of TIMES claims, in milliseconds, each beside what the one before it brought."""
    from datasets_app.models import Sample
    from datasets_app.review.claim import claim

    took, held = [], list[UUID]()
    for _ in range(TIMES):
        begin = time.perf_counter()
        cards = claim(queue, user, CARDS, held=held)
        took.append(time.perf_counter() - begin)
        assert cards
        held = list(Sample.objects.filter(pk__in=cards).values_list("uuid", flat=True))
    return round(1000 * p95(took), 1)


def queues() -> dict[str, Any]:
    """The queues that are measured, by name."""
    from datasets_app.models import Order, ReviewQueue
    from datasets_app.review.queue import Queue, filtered

    saved: dict[str, dict[str, Any]] = {order.value: {"order": order} for order in Order}
    saved["narrow"] = {"query": {"kind": "explain", "topic": "dma"}}
    saved["overlap"] = {"overlap": 2}
    made = {
        name: Queue(ReviewQueue.objects.get_or_create(name=name, defaults=rules)[0]) for name, rules in saved.items()
    }
    return made | {"plain": filtered(), "domain": filtered(domain="asm65816")}


def decide_many(count: int) -> None:
    """A person has decided those that come first, in every order; nobody has vacuumed since."""
    from datasets_app.models import Decider, Sample, SampleState

    for order in ("distance", "overall", "-overall", "pk", "-pk"):
        first = Sample.objects.filter(state=SampleState.PENDING).order_by(order).values("pk")
        chosen = list(first[: int(count * DECIDED / 5)].values_list("pk", flat=True))
        Sample.objects.filter(pk__in=chosen).update(state=SampleState.ACCEPTED, decided_by=Decider.PERSON)


if __name__ == "__main__":
    main()
