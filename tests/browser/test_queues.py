"""Reviewing from a saved queue in a real browser: what the keys decide comes back with the queue it belongs to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from afsweb.core.models import Role, User
from datasets_app.models import Review, Sample, SampleState
from tests.conftest import make_user
from tests.review.making import make_samples_of, make_source
from tests.review.queues import saved

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_keys_give_opinions_where_two_judge(live_server: Any, page_as: Callable[[Role | User], Any]) -> None:
    make_samples_of(make_source(), 6)
    queue = saved(overlap=2)
    page = page_as(make_user(Role.REVIEWER))
    page.goto(f"/review/?{queue.query()}")
    for key in ("a", "g", "s"):
        page.wait_for_function("document.querySelector('[data-review]').dataset.painted")
        before = page.evaluate("document.querySelector('[data-review]').dataset.painted")
        page.keyboard.press(key)
        page.wait_for_function(
            "before => ![undefined, '', before].includes(document.querySelector('[data-review]').dataset.painted)",
            arg=before,
        )
    page.wait_for_selector("[data-saved][data-waiting='0']")
    told = list(Review.objects.order_by("pk").values_list("decision", "is_opinion", "queue"))
    assert told == [("accept", True, queue.rules.pk), ("golden", True, queue.rules.pk), ("skip", False, queue.rules.pk)]
    assert not Sample.objects.exclude(state=SampleState.PENDING).exists()
