"""Every paid call is written down before it is sent; a budget is never overspent."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError

from afsweb.core.models import Call, CallState, Endpoint
from afsweb.llm.ledger import BudgetSpent, NoPrice, close_failed, close_unknown, open_call, settle, spent
from afsweb.llm.request import Reply, Request

REQUEST = Request("x" * 3000, max_output_tokens=1000)
# 3,000 characters are at most 1,064 tokens of input: 1,064 x $0.30 + 1,000 x $2.50, per million.
WORST = Decimal("0.0028192")


def open_one(endpoint: Endpoint, key: str = "c:1", budget: Decimal | None = None) -> Call:
    return open_call(endpoint, REQUEST, key=key, purpose="test", budget=budget, prefix="c:", job=None)


def test_a_call_reserves_its_worst_cost(gemini: Endpoint) -> None:
    call = open_one(gemini)
    assert (call.state, call.reserved_cost) == (CallState.SENT, WORST)
    assert spent("c:") == WORST


def test_an_answer_costs_what_was_used_thinking_included(gemini: Endpoint) -> None:
    call = open_one(gemini)
    settle(call, Reply("text", input_tokens=1000, output_tokens=100, thinking_tokens=300))
    call.refresh_from_db()
    assert (call.state, call.cost) == (CallState.OK, Decimal("0.0013"))
    assert spent("c:") == Decimal("0.0013")


def test_a_refused_call_costs_nothing(gemini: Endpoint) -> None:
    close_failed(open_one(gemini), "429: slow down")
    assert spent("c:") == 0


def test_an_unknown_call_keeps_its_reservation(gemini: Endpoint) -> None:
    close_unknown(open_one(gemini), "the connection broke")
    assert spent("c:") == WORST


def test_a_late_unknown_does_not_overwrite_an_answer(gemini: Endpoint) -> None:
    call = open_one(gemini)
    settle(call, Reply("text", input_tokens=1, output_tokens=1))
    close_unknown(call, "late")
    call.refresh_from_db()
    assert call.state == CallState.OK


def test_a_budget_refuses_what_it_cannot_cover(gemini: Endpoint) -> None:
    open_one(gemini, "c:1", budget=WORST)
    with pytest.raises(BudgetSpent, match="budget"):
        open_one(gemini, "c:2", budget=WORST)
    assert Call.objects.count() == 1


def test_the_same_work_is_never_sent_twice(gemini: Endpoint) -> None:
    open_one(gemini)
    with pytest.raises(IntegrityError):
        open_one(gemini)


def test_an_endpoint_without_a_price_refuses(gemini: Endpoint) -> None:
    gemini.prices.all().delete()
    with pytest.raises(NoPrice, match="no price for today"):
        open_one(gemini)


def test_a_price_of_the_future_is_not_in_force(gemini: Endpoint) -> None:
    gemini.prices.update(since="2999-01-01")
    with pytest.raises(NoPrice):
        open_one(gemini)
