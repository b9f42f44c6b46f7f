from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.test import Client

from afsweb.core.models import Call, CallState, Endpoint, JobState, Provider, Role
from tests.web import loop


def text_of(client: Client, url: str = "/") -> str:
    response = client.get(url)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_empty_dashboard_says_what_will_be_here(client_as: Callable[..., Client]) -> None:
    page = text_of(client_as(Role.ADMIN))
    assert "Nothing runs and nothing waits." in page
    assert "Compare two versions" in page
    assert "hx-get" not in page


def test_loop_and_last_comparison_are_shown(client_as: Callable[..., Client]) -> None:
    loop.add_source()
    loop.add_run()
    comparison = loop.add_comparison()
    page = text_of(client_as(Role.VIEWER))
    assert "0.12 → 0.88" in page  # 1 and 7 of 8 registers
    assert "improved by 0.75" in page
    assert comparison.get_absolute_url() in page
    assert "18 cases" in page  # fixed: 6 registers, 3 questions each
    assert "routines.jsonl" in page
    assert "nayru-tiny-r16" in page


def test_each_role_sees_what_it_can_act_on(client_as: Callable[..., Client]) -> None:
    loop.add_source(3)
    loop.add_jobs(JobState.FAILED, 2)
    endpoint = Endpoint.objects.create(name="e", provider=Provider.GEMINI, model="m")
    Call.objects.create(endpoint=endpoint, purpose="p", key="k", request_sha256="", state=CallState.UNKNOWN)
    tiles = {role: [(item.count, item.what) for item in client_as(role).get("/").context["waiting"]] for role in Role}
    review = ("3", "samples to review")
    failed = ("2", "of the last 200 jobs failed")
    unknown = ("1", "of the last 1,000 paid calls were never answered")
    assert tiles == {
        Role.VIEWER: [],
        Role.REVIEWER: [review],
        Role.TRAINER: [failed, unknown, review],
        Role.ADMIN: [failed, unknown, review],
    }


def test_running_jobs_are_polled_until_none_is_left(client_as: Callable[..., Client]) -> None:
    client = client_as(Role.VIEWER)
    (job,) = loop.add_jobs(JobState.LEASED)
    page = text_of(client)
    assert 'hx-trigger="every 3s"' in page
    assert '<progress value="40" max="100"' in page
    fragment = text_of(client, "/running/")
    assert fragment.startswith("<section")
    assert job.title in fragment
    job.state = JobState.SUCCEEDED
    job.lease = None
    job.save()
    assert "hx-trigger" not in text_of(client, "/running/")


def test_more_jobs_than_fit_are_counted(client_as: Callable[..., Client]) -> None:
    loop.add_jobs(JobState.LEASED, 9)
    loop.add_jobs(JobState.QUEUED, 3)
    page = text_of(client_as(Role.VIEWER), "/running/")
    assert page.count("<progress") == 8
    assert "4 more jobs wait" in page


def test_cost_does_not_grow(
    client_as: Callable[..., Client], django_assert_max_num_queries: Callable[..., Any]
) -> None:
    client = client_as(Role.ADMIN)
    loop.add_source(1200)
    loop.add_jobs(JobState.FAILED, 30)
    loop.add_jobs(JobState.LEASED, 10)
    loop.add_run()
    loop.add_comparison()
    with django_assert_max_num_queries(12) as few:
        page = text_of(client)
    assert "999+" in page
    loop.add_source(100, "more.jsonl")
    loop.add_jobs(JobState.LEASED, 30)
    with django_assert_max_num_queries(len(few)):
        text_of(client)
