"""The ledger is the clock of the rate limit: what every worker sent in the last minute counts."""

from __future__ import annotations

from django.db.models import F

from afsweb.core.models import Call, Endpoint
from afsweb.llm.limits import MINUTE, seconds_to_wait


def send(endpoint: Endpoint, count: int) -> None:
    for number in range(count):
        Call.objects.create(endpoint=endpoint, purpose="test", key=f"k{number}", request_sha256="0")


def test_without_a_limit_nobody_waits(gemini: Endpoint) -> None:
    send(gemini, 5)
    assert seconds_to_wait(gemini) == 0


def test_below_the_limit_nobody_waits(gemini: Endpoint) -> None:
    gemini.requests_per_minute = 6
    send(gemini, 5)
    assert seconds_to_wait(gemini) == 0


def test_at_the_limit_the_next_waits_for_the_oldest(gemini: Endpoint) -> None:
    gemini.requests_per_minute = 5
    send(gemini, 5)
    Call.objects.update(created_at=F("created_at") - MINUTE / 2)
    assert 25 < seconds_to_wait(gemini) <= 30


def test_what_is_older_than_a_minute_does_not_count(gemini: Endpoint) -> None:
    gemini.requests_per_minute = 5
    send(gemini, 5)
    Call.objects.update(created_at=F("created_at") - 2 * MINUTE)
    assert seconds_to_wait(gemini) == 0
