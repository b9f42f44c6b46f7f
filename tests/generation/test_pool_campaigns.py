"""Campaigns of the pool's generators: what they write is examined, with the proof that was planned, and holds."""

from __future__ import annotations

import pytest

from afsweb.core.models import Job
from datasets_app.domains.asm65816.domain import DOMAIN
from datasets_app.domains.base import Draft, DraftRefused, Generator, Params
from datasets_app.generation.launch import launch_campaign
from datasets_app.models import Campaign, Domain, ItemState, Verdict
from tests.rows import run_job

RUNGS = {
    "register_questions": 6,
    "write_routine": 8,
    "explain": 7,
    "trace": 7,
    "optimise": 8,
    "debug": 8,
    "review": 8,
}


def generated(generator: str, target: int = 20) -> Campaign:
    """A campaign that has run, its samples examined."""
    campaign = launch_campaign(generator, Domain.objects.get(slug="asm65816"), generator, target, by=None, seed=5)
    assert campaign.job is not None
    assert run_job(campaign.job).name == "succeeded"
    run_job(Job.objects.get(kind="datasets.examine_source", about_uuid=campaign.source.uuid))
    campaign.refresh_from_db()
    return campaign


@pytest.mark.parametrize("generator", RUNGS)
def test_every_sample_reaches_its_rung(db: None, generator: str) -> None:
    campaign = generated(generator)
    verdicts = Verdict.objects.filter(version__sample__source=campaign.source)
    assert verdicts.count() == 20
    assert set(verdicts.values_list("level", flat=True)) == {RUNGS[generator]}
    assert set(verdicts.values_list("contradicted", flat=True)) == {0}
    assert not [one for verdict in verdicts for one in verdict.findings if one["level"] == "bad"]


def test_the_variety_of_a_campaign_is_kept_with_its_job(db: None) -> None:
    campaign = generated("register_questions")
    assert campaign.job is not None
    variety = campaign.job.result["variety"]
    assert variety["count"] == 20
    assert variety["openings"] > 3


def test_what_a_generator_refuses_is_a_failed_item_with_the_reason(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    generator = DOMAIN.generator("register_questions")
    write, calls = type(generator).write, iter(range(100))

    def refusing(self: Generator, params: Params) -> Draft:
        if next(calls) == 3:
            raise DraftRefused("it is false")
        return write(self, params)

    monkeypatch.setattr(type(generator), "write", refusing)
    campaign = generated("register_questions", 8)
    assert campaign.items.filter(state=ItemState.DONE).count() == 7
    assert "it is false" in campaign.items.get(state=ItemState.FAILED).error
