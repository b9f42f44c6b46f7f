"""How fast samples are claimed and decided on: through the pages' own messages, beside the same work in plain SQL.

Run: python -m tests.benchmarks.review
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import partial
from statistics import quantiles
from typing import Any
from uuid import uuid4

from tests.benchmarks.harness import Bar, hub, report, rows

CLAIMS = 100
DECISIONS = 1_000
BATCH = 20
LENGTH = 40  # sentences of an answer, for samples of about 1 KB
UPDATE_SAMPLE = """UPDATE datasets_sample SET state = 'accepted', decided_by = 'person', revision = revision + 1,
    leased_to_id = NULL, leased_until = NULL WHERE id = %s AND revision = 0"""
INSERT_REVIEW = """INSERT INTO datasets_review (uuid, created_at, sample_id, version_id, reviewer_id, decision, reason,
    note, key, before) VALUES (%s, now(), %s, %s, %s, 'accept', '', '', %s, %s)"""
INSERT_EVENT = """INSERT INTO core_event (at, actor_id, source, verb, object_type, object_id, before, after, reason)
    VALUES (now(), %s, 'ui', 'accept', 'datasets.sample', %s, %s, %s, '')"""


def main() -> None:
    """Measure claims, batches of decisions and their control, and print one line."""
    with hub():
        count = rows()
        user = fill(count)
        client = log_in(user)
        claims = [timed(partial(claim, client)) for _ in range(CLAIMS)]
        batches, lost = decide_all(client, user)
        control = control_per_second()
    rate = DECISIONS / sum(batches)
    figures = {
        "rows": count,
        "decisions_per_s": rate,
        "control_per_s": control,
        "rate_to_control": rate / control,
        "claim_20_p50_ms": 1000 * median(claims),
        "claim_20_p95_ms": 1000 * p95(claims),
        "batch_20_p50_ms": 1000 * median(batches),
        "batch_20_p95_ms": 1000 * p95(batches),
    }
    bars = {
        "decisions_per_min": Bar(60 * rate, at_least=1_000),
        "lost": Bar(lost, at_most=0),
        "claim_20_p95_ms": Bar(1000 * p95(claims), at_most=1_000),
    }
    report("review", figures, bars)


def fill(count: int) -> Any:
    """`count` pending samples with a score, and a reviewer."""
    from django.db import connection

    from afsweb.core.models import Role, User
    from datasets_app.models import Domain, GateVersion, SampleVersion, Score, Source, SourceState, Text
    from datasets_app.samples.adding import NewSample, add_samples

    domain, gate = Domain.objects.get(slug="asm65816"), GateVersion.objects.get(is_current=True)
    source = Source.objects.create(domain=domain, kind="import", state=SourceState.ACTIVE, name="benchmark")
    for start in range(0, count, 5_000):
        numbers = range(start, min(start + 5_000, count))
        answers = (" ".join(f"Step {n + i} writes ${0x2100 + i:04X}." for i in range(LENGTH)) for n in numbers)
        texts = (Text(f"What does routine {n} do?", "", text) for n, text in zip(numbers, answers, strict=True))
        add_samples(source, [NewSample(text, kind="explain") for text in texts])
    ids = SampleVersion.objects.values_list("pk", flat=True).iterator()
    scores = (Score(version_id=pk, gate=gate, overall=pk * 37 % 1000 / 1000, passes=False) for pk in ids)
    Score.objects.bulk_create(scores, batch_size=5_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return User.objects.create(username="reviewer", role=Role.REVIEWER)


def log_in(user: Any) -> Any:
    """A client of the pages, logged in."""
    from django.conf import settings
    from django.test import Client

    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    client.force_login(user)
    return client


def claim(client: Any, held: list[str] | None = None, count: int = BATCH) -> list[dict[str, Any]]:
    """Cards, rendered, as the review page gets them."""
    return list(tell(client, "/review/next/", {"held": held or [], "count": count})["cards"])


def decide_all(client: Any, user: Any) -> tuple[list[float], int]:
    """Decide DECISIONS times in batches; the seconds of each batch, and how many decisions are missing afterwards."""
    from datasets_app.models import Review

    batches = ([decision(card) for card in claim(client)] for _ in range(DECISIONS // BATCH))
    took = [
        timed(partial(tell, client, "/review/decisions/", {"user": str(user.uuid), "items": one})) for one in batches
    ]
    return took, DECISIONS - Review.objects.count()


def decision(card: dict[str, Any]) -> dict[str, Any]:
    about = {"version": card["version"], "revision": card["revision"], "sample": card["sample"]}
    return {"key": str(uuid4()), "decision": "accept", "reason": "", "note": "", "seconds": 0.2} | about


def tell(client: Any, url: str, told: object) -> dict[str, Any]:
    answer = client.post(url, json.dumps(told), content_type="application/json")
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def control_per_second() -> float:
    """The same decisions in plain SQL, each committed: the conditional update, the decision, the line of history."""
    from afsweb.core.models import User
    from datasets_app.models import Sample, SampleState

    waiting = Sample.objects.filter(state=SampleState.PENDING).order_by("-pk")
    chosen = list(waiting.values_list("pk", "current_id")[:DECISIONS])
    user = User.objects.values_list("pk", flat=True)[0]
    return DECISIONS / sum(timed(partial(decide_plainly, user, *one)) for one in chosen)


def decide_plainly(user: int, sample: int, version: int) -> None:
    from django.db import connection, transaction

    before = json.dumps({"state": "pending"})
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(UPDATE_SAMPLE, [sample])
        cursor.execute(INSERT_REVIEW, [uuid4(), sample, version, user, uuid4(), before])
        cursor.execute(INSERT_EVENT, [user, sample, before, before])


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def median(figures: list[float]) -> float:
    return sorted(figures)[len(figures) // 2]


def p95(figures: list[float]) -> float:
    return quantiles(figures, n=20)[-1]


if __name__ == "__main__":
    main()
