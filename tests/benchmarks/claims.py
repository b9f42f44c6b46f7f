"""How fast twenty samples are claimed from a queue: in every order, narrowed, with overlap, after many decisions.

Run: python -m tests.benchmarks.claims
"""

from __future__ import annotations

import time
from functools import partial
from typing import Any

from tests.benchmarks.harness import Bar, hub, report, rows
from tests.benchmarks.review import p95, timed

TIMES = 60
CARDS = 20
DECIDED = 0.1  # of the samples nearest to the threshold, a person has decided
FILL = """
INSERT INTO datasets_sample (uuid, domain_id, source_id, kind, topic, state, decided_by, is_golden, group_id, revision)
SELECT gen_random_uuid(), %(domain)s, %(source)s, 'kind ' || n %% 20, 'topic ' || n %% 50, 'pending', '', false,
       'group ' || n, 0 FROM generate_series(1, %(count)s) AS n;
INSERT INTO datasets_sampleversion
    (uuid, sample_id, number, system, instruction, input, output, sha256, normal_sha256)
SELECT gen_random_uuid(), id, 1, '', 'What does routine ' || id || ' do?', '', repeat('It writes $2100. ', 40),
       md5(id::text), md5(id::text) FROM datasets_sample;
UPDATE datasets_sample SET current_id = version.id FROM datasets_sampleversion AS version
WHERE version.sample_id = datasets_sample.id;
INSERT INTO datasets_score (version_id, gate_id, overall, vetoes, passes, reasons)
SELECT id, %(gate)s, (id * 37 %% 1009) / 1009.0, '[]', false, '{}' FROM datasets_sampleversion;
INSERT INTO datasets_verdict (uuid, version_id, verifier, verifier_version, level, findings, codes, supported,
                              contradicted, unknown, tool_versions)
SELECT gen_random_uuid(), id, 'asm65816', %(verifier)s, id %% 6, '[]', '{}', 0, 0, 0, '{}' FROM datasets_sampleversion;
INSERT INTO datasets_coveragecell (domain_id, kind, topic, waiting, accepted, golden, rejected)
SELECT %(domain)s, 'kind ' || k, 'topic ' || t, 0, k * t, 0, 0
FROM generate_series(0, 19) AS k, generate_series(0, 49) AS t"""


def main() -> None:
    """Measure claims from each queue, and print one line."""
    with hub():
        count = rows()
        user = fill(count)
        figures: dict[str, float] = {"rows": count}
        for name, queue in queues().items():
            figures[f"{name}_p95_ms"] = 1000 * p95([timed(partial(claim_anew, queue, user)) for _ in range(TIMES)])
        decide_many(user, count)
        for name, queue in queues().items():
            figures[f"{name}_later_p95_ms"] = 1000 * p95(
                [timed(partial(claim_anew, queue, user)) for _ in range(TIMES)]
            )
    bars = {name: Bar(value, at_most=30) for name, value in figures.items() if name != "rows"}
    report("claims", figures, bars)


def fill(count: int) -> Any:
    """`count` pending samples with text, score and verdict, and a reviewer."""
    from django.db import connection

    from afsweb.core.models import Role, User
    from datasets_app.domains.base import get_domain
    from datasets_app.models import Domain, GateVersion, Source

    domain, gate = Domain.objects.get(slug="asm65816"), GateVersion.objects.get(is_current=True)
    source = Source.objects.create(domain=domain, kind="import", state="active", name="benchmark")
    facts: dict[str, Any] = {"domain": domain.pk, "source": source.pk, "gate": gate.pk, "count": count}
    facts["verifier"] = get_domain("asm65816").verifier_version
    with connection.cursor() as cursor:
        for statement in FILL.split(";\n"):
            started = time.perf_counter()
            cursor.execute(statement, facts)
            print(f"# {statement.split()[2]}: {time.perf_counter() - started:.1f} s", flush=True)
        cursor.execute("VACUUM ANALYZE")
    return User.objects.create(username="reviewer", role=Role.REVIEWER)


def queues() -> dict[str, Any]:
    """The queues that are measured, by name."""
    from datasets_app.models import Order, ReviewQueue
    from datasets_app.review.queue import Queue, filtered

    saved: dict[str, dict[str, Any]] = {order.value: {"order": order} for order in Order}
    saved["narrow"] = {"query": {"kind": "kind 7"}}
    saved["overlap"] = {"overlap": 2}
    made = {
        name: Queue(ReviewQueue.objects.get_or_create(name=name, defaults=rules)[0]) for name, rules in saved.items()
    }
    return made | {"plain": filtered(), "domain": filtered(domain="asm65816")}


def claim_anew(queue: Any, user: Any) -> None:
    """A claim beside what this person holds already, as a page fills up."""
    from datasets_app.models import Sample
    from datasets_app.review.claim import claim

    held = Sample.objects.filter(leased_to=user).values_list("uuid", flat=True)[:CARDS]
    assert len(claim(queue, user, CARDS, held=list(held))) > 0


def decide_many(user: Any, count: int) -> None:
    """A person has decided those that come first, in every order; nobody has vacuumed since."""
    from datasets_app.models import Decider, Sample, SampleState

    for order in ("distance", "overall", "-overall", "pk", "-pk"):
        first = Sample.objects.filter(state=SampleState.PENDING).order_by(order).values("pk")
        chosen = list(first[: int(count * DECIDED / 5)].values_list("pk", flat=True))
        Sample.objects.filter(pk__in=chosen).update(state=SampleState.ACCEPTED, decided_by=Decider.PERSON)


if __name__ == "__main__":
    main()
