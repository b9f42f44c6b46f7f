"""The pages of campaigns: launch, watch, stop, continue, and who may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from afsweb.core.models import Endpoint, Role, User, WorkState
from datasets_app.generation.launch import launch_campaign
from datasets_app.models import Campaign, Domain
from tests.rows import run_job

Login = Callable[[Role | User], Client]
FORM = {"name": "facts", "generator": "asm65816:register_facts", "target": 10, "seed": 1}


def make(by: User) -> Campaign:
    return launch_campaign("facts", Domain.objects.get(slug="asm65816"), "register_facts", 5, by=by)


def test_the_form_launches(client_as: Login) -> None:
    answer = client_as(Role.TRAINER).post("/campaigns/launch/", FORM)
    campaign = Campaign.objects.get()
    assert answer.headers["Location"] == campaign.get_absolute_url()
    assert (campaign.target, campaign.seed, campaign.endpoint) == (10, 1, None)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"target": 0}, "greater than or equal to 1"),
        ({"target": 10**9}, "less than or equal to"),
        ({"generator": "asm65816:poems"}, "Select a valid choice"),
        ({"name": ""}, "This field is required"),
    ],
)
def test_bad_input_is_told_at_its_field(client_as: Login, change: dict[str, Any], said: str) -> None:
    answer = client_as(Role.TRAINER).post("/campaigns/launch/", {**FORM, **change})
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert not Campaign.objects.exists()


def test_a_paid_endpoint_needs_a_budget(client_as: Login, gemini: Endpoint) -> None:
    answer = client_as(Role.TRAINER).post("/campaigns/launch/", {**FORM, "endpoint": gemini.pk})
    assert "never spends more" in answer.content.decode()


def test_a_reviewer_may_look_but_not_launch(client_as: Login, trainer: User) -> None:
    campaign = make(trainer)
    reviewer = client_as(Role.REVIEWER)
    assert reviewer.get(campaign.get_absolute_url()).status_code == 200
    assert reviewer.post("/campaigns/launch/", FORM).status_code == 403
    assert reviewer.post(f"/campaigns/{campaign.uuid}/stop/").status_code == 403


def test_stop_and_continue(client_as: Login, trainer: User) -> None:
    campaign = make(trainer)
    client = client_as(trainer)
    client.post(f"/campaigns/{campaign.uuid}/stop/")
    campaign = Campaign.objects.select_related("job").get()
    assert campaign.shown_state == WorkState.STOPPED
    client.post(f"/campaigns/{campaign.uuid}/continue/")
    campaign = Campaign.objects.select_related("job").get()
    assert campaign.is_active


def test_continue_of_an_active_one_says_why_not(client_as: Login, trainer: User) -> None:
    campaign = make(trainer)
    page = client_as(trainer).post(f"/campaigns/{campaign.uuid}/continue/", follow=True)
    assert "only a stopped or failed one can go on" in page.content.decode()


@pytest.mark.parametrize("path", ["/campaigns/", "/campaigns/{uuid}/"])
def test_pages_cost_few_queries(client_as: Login, trainer: User, path: str, django_assert_max_num_queries: Any) -> None:
    campaigns = [make(trainer) for _ in range(5)]
    client = client_as(trainer)
    with django_assert_max_num_queries(8):
        assert client.get(path.format(uuid=campaigns[0].uuid)).status_code == 200


def test_the_variety_of_what_was_written_is_shown(client_as: Login, trainer: User) -> None:
    campaign = make(trainer)
    reader = client_as(Role.VIEWER)
    assert "Variety" not in reader.get(campaign.get_absolute_url()).content.decode()
    assert campaign.job is not None
    run_job(campaign.job)
    page = reader.get(campaign.get_absolute_url()).content.decode()
    assert "<h2>Variety</h2>" in page
    assert "Of 5 answers" in page


@pytest.mark.parametrize("name", ["write_routine", "explain", "trace", "optimise", "debug", "review"])
def test_the_form_offers_the_generators_of_the_pool(client_as: Login, name: str) -> None:
    assert f'value="asm65816:{name}"' in client_as(Role.TRAINER).get("/campaigns/launch/").content.decode()
