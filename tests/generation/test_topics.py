"""Campaigns about some kinds and topics only: what an evaluation found wanting."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from afsweb.core.models import Role, User
from datasets_app.domains.base import get_domain
from datasets_app.generation.errors import NoSuchKind, NoSuchTopic
from datasets_app.generation.launch import launch_campaign
from datasets_app.models import Campaign, Domain
from tests.rows import run_job

Login = Callable[[Role | User], Client]


@pytest.fixture
def domain(db: None) -> Domain:
    return Domain.objects.get(slug="asm65816")


def written(campaign: Campaign) -> list[str]:
    """What its samples are about."""
    campaign.refresh_from_db()
    assert campaign.job
    assert run_job(campaign.job).name == "succeeded"
    code = get_domain("asm65816")
    texts = campaign.source.samples.values_list("current__instruction", "current__output")
    return [code.topic("\n".join(both)) for both in texts]


def test_only_what_was_asked_for_is_written(domain: Domain) -> None:
    kinds, topics = ["register_address"], ["palette", "dma"]
    campaign = launch_campaign("lacking", domain, "register_facts", 15, by=None, kinds=kinds, topics=topics)
    found = written(campaign)
    assert (len(found), set(found)) == (15, {"palette", "dma"})
    assert set(campaign.source.samples.values_list("kind", flat=True)) == {"register_address"}


def test_it_ends_where_there_is_little_to_say(domain: Domain, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("datasets_app.generation.items.LOOKED", 2)
    campaign = launch_campaign("lacking", domain, "register_facts", 20, by=None, topics=["block_move"])
    assert written(campaign) == []


def test_what_nobody_writes_is_refused(domain: Domain) -> None:
    with pytest.raises(NoSuchKind, match="Choose among: register_name, register_address"):
        launch_campaign("x", domain, "register_facts", 5, by=None, kinds=["debug"])
    with pytest.raises(NoSuchTopic, match="no topic “poems”"):
        launch_campaign("x", domain, "register_facts", 5, by=None, topics=["poems"])


def test_the_form_takes_names_between_commas(client_as: Login, domain: Domain) -> None:
    trainer = client_as(Role.TRAINER)
    sent = {"name": "lacking", "generator": "asm65816:register_facts", "target": 5, "seed": 0}
    told = {"kinds": "register_name, register_name", "topics": " dma ,palette"}
    assert trainer.post("/campaigns/launch/", sent | told).status_code == 302
    campaign = Campaign.objects.get()
    assert (campaign.kinds, campaign.topics) == (["register_name"], ["dma", "palette"])
    shown = trainer.get(campaign.get_absolute_url()).content.decode()
    assert "about palette" in shown
    wrong = trainer.post("/campaigns/launch/", sent | {"topics": "poems"})
    assert "no topic “poems”" in wrong.content.decode()
