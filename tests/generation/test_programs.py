"""Campaigns that the domain's own program writes: repeatable, each item once, safe to stop and to go on."""

from __future__ import annotations

import pytest

from afsweb.core.jobs.context import PutBack
from afsweb.core.models import Event, Job, User, WorkState
from datasets_app.generation import programs
from datasets_app.generation.errors import CannotContinue, NoSuchGenerator
from datasets_app.generation.items import plan_items
from datasets_app.generation.launch import continue_campaign, launch_campaign
from datasets_app.models import Campaign, Domain, ItemState, Sample, SampleState
from tests.rows import leased, run_job


@pytest.fixture
def domain(db: None) -> Domain:
    return Domain.objects.get(slug="asm65816")


def launch(domain: Domain, name: str = "facts", *, target: int = 12, seed: int = 3, by: User | None = None) -> Campaign:
    return launch_campaign(name, domain, "register_facts", target, by=by, seed=seed)


def job_of(campaign: Campaign) -> Job:
    campaign.refresh_from_db()
    assert campaign.job is not None
    return campaign.job


def texts(campaign: Campaign) -> list[tuple[str, str]]:
    samples = campaign.source.samples.order_by("pk")
    return list(samples.values_list("current__instruction", "current__output"))


def test_a_campaign_writes_its_samples(domain: Domain) -> None:
    campaign = launch(domain)
    assert run_job(job_of(campaign)).name == "succeeded"
    campaign.refresh_from_db()
    assert campaign.state == WorkState.SUCCEEDED
    samples = Sample.objects.filter(source=campaign.source)
    assert samples.count() == campaign.source.samples.count() == 12
    assert all(sample.group_id and sample.kind and sample.state == SampleState.PENDING for sample in samples)
    assert campaign.items.filter(state=ItemState.DONE, sample__isnull=False).count() == 12


def test_what_it_wrote_is_examined_next(domain: Domain) -> None:
    campaign = launch(domain)
    run_job(job_of(campaign))
    assert Job.objects.filter(kind="datasets.examine_source", about_uuid=campaign.source.uuid).exists()


def test_the_same_seed_writes_the_same(domain: Domain) -> None:
    first, second, other = launch(domain, "one"), launch(domain, "two"), launch(domain, "three", seed=4)
    for campaign in (first, second, other):
        run_job(job_of(campaign))
    assert texts(first) == texts(second)
    assert texts(first) != texts(other)


def test_running_the_job_twice_writes_nothing_twice(domain: Domain) -> None:
    campaign = launch(domain)
    run_job(job_of(campaign))
    Job.objects.filter(pk=job_of(campaign).pk).update(state="queued")
    run_job(job_of(campaign))
    assert Sample.objects.filter(source=campaign.source).count() == 12


def test_an_interrupted_campaign_goes_on_where_it_was(domain: Domain, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "BATCH", 5)
    campaign = launch(domain)
    with leased(job_of(campaign)) as ctx:
        ctx.draining.set()
        with pytest.raises(PutBack):
            programs.write_by_program(ctx, campaign, plan_items(ctx, campaign))
    written = set(Sample.objects.filter(source=campaign.source).values_list("pk", flat=True))
    assert len(written) == 5
    Job.objects.filter(pk=job_of(campaign).pk).update(state="queued", lease=None)
    assert run_job(job_of(campaign)).name == "succeeded"
    all_of_them = set(Sample.objects.filter(source=campaign.source).values_list("pk", flat=True))
    assert written < all_of_them
    assert len(all_of_them) == 12


def test_a_domain_without_that_generator_says_which_it_has(domain: Domain) -> None:
    with pytest.raises(NoSuchGenerator, match="register_facts"):
        launch_campaign("x", domain, "poems", 5, by=None)
    with pytest.raises(NoSuchGenerator, match="none yet"):
        launch_campaign("x", Domain.objects.get(slug="text"), "poems", 5, by=None)
    assert not Campaign.objects.exists()


def test_an_active_campaign_cannot_be_continued(domain: Domain) -> None:
    with pytest.raises(CannotContinue, match="only a stopped or failed one"):
        continue_campaign(launch(domain), by=None)


def test_a_stopped_one_can(domain: Domain, trainer: User) -> None:
    campaign = launch(domain, by=trainer)
    Job.objects.update(state="cancelled")
    campaign.refresh_from_db()
    assert campaign.shown_state == WorkState.STOPPED
    continue_campaign(campaign, by=trainer)
    assert run_job(job_of(campaign)).name == "succeeded"
    assert list(
        Event.objects.filter(object_type="datasets.campaign").order_by("pk").values_list("verb", flat=True)
    ) == [
        "launch",
        "continue",
    ]
