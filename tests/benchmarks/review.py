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

from tests.benchmarks.filling import fill_samples
from tests.benchmarks.harness import Bar, hub, report, rows

CLAIMS = 100
DECISIONS = 1_000
BATCH = 20
CLAIM_MS = 30
UPDATE_SAMPLE = """UPDATE datasets_sample SET state = 'accepted', decided_by = 'person', revision = revision + 1,
    leased_to_id = NULL, leased_until = NULL WHERE id = %s AND revision = 0"""
INSERT_REVIEW = """INSERT INTO datasets_review (uuid, created_at, sample_id, version_id, reviewer_id, decision, reason,
    note, key, before, is_opinion) VALUES (%s, now(), %s, %s, %s, 'accept', '', '', %s, %s, false)"""
INSERT_EVENT = """INSERT INTO core_event (at, actor_id, source, verb, object_type, object_id, before, after, reason)
    VALUES (now(), %s, 'ui', 'accept', 'datasets.sample', %s, %s, %s, '')"""


def main() -> None:
    """Fill, measure, and print one line."""
    with hub():
        fill_samples(rows())
        figures, bars = measure(reviewer())
    report("review", figures, bars)


def measure(user: Any) -> tuple[dict[str, float], dict[str, Bar]]:
    """Claims, batches of decisions and their control."""
    client = log_in(user)
    claims = [timed(partial(claim, client)) for _ in range(CLAIMS)]
    shown = [timed(partial(cards, client, user)) for _ in range(CLAIMS)]
    batches, lost = decide_all(client, user)
    rate, control = DECISIONS / sum(batches), control_per_second()
    figures = {
        "rows": rows(),
        "decisions_per_s": rate,
        "control_per_s": control,
        "rate_to_control": rate / control,
        "claim_20_p50_ms": 1000 * median(claims),
        "claim_and_show_20_p50_ms": 1000 * median(shown),
        "batch_20_p50_ms": 1000 * median(batches),
        "batch_20_p95_ms": 1000 * p95(batches),
    }
    bars = {
        "decisions_per_min": Bar(60 * rate, at_least=1_000),
        "lost": Bar(lost, at_most=0),
        "claim_20_p95_ms": Bar(1000 * p95(claims), at_most=CLAIM_MS),
    }
    return figures, bars


def reviewer() -> Any:
    """A person who may decide."""
    from afsweb.core.models import Role, User

    return User.objects.get_or_create(username="reviewer", defaults={"role": Role.REVIEWER})[0]


def log_in(user: Any) -> Any:
    """A client of the pages, logged in."""
    from django.conf import settings
    from django.test import Client

    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    client.force_login(user)
    return client


def claim(client: Any) -> list[dict[str, str]]:
    """BATCH samples held for the person, as the review page asks for them."""
    return list(tell(client, "/review/next/", {"held": [], "count": BATCH})["claimed"])


def cards(client: Any, user: Any) -> list[dict[str, Any]]:
    """BATCH cards, claimed and rendered."""
    return list(tell(client, "/review/cards/", {"user": str(user.uuid), "claimed": claim(client)})["cards"])


def decide_all(client: Any, user: Any) -> tuple[list[float], int]:
    """Decide DECISIONS times in batches; the seconds of each batch, and how many decisions are missing afterwards."""
    from datasets_app.models import Review

    before = Review.objects.count()
    batches = ([decision(card) for card in cards(client, user)] for _ in range(DECISIONS // BATCH))
    took = [
        timed(partial(tell, client, "/review/decisions/", {"user": str(user.uuid), "items": one})) for one in batches
    ]
    return took, before + DECISIONS - Review.objects.count()


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
