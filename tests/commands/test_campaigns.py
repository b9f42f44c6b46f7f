"""`afs campaign`: launch, watch, stop, continue."""

from __future__ import annotations

import pytest

from afsweb.core.models import Endpoint, Event, Job, JobState
from datasets_app.models import Campaign, Domain, ItemState, PromptVersion
from tests.commands.conftest import Afs
from tests.datasets.conftest import run_job

pytestmark = pytest.mark.django_db
POEMS = ("--generator", "poems", "--samples", "3")
LAUNCH = ("facts", "--domain", "asm65816", "--generator", "register_facts")


@pytest.fixture
def campaign(afs: Afs) -> Campaign:
    """A campaign in the line."""
    assert afs("generate", *LAUNCH, "--samples", 3).status == 0
    return Campaign.objects.get()


@pytest.fixture
def written(campaign: Campaign) -> Campaign:
    """A campaign that is over."""
    assert campaign.job is not None
    run_job(campaign.job)
    return Campaign.objects.get()


def test_both_forms_launch(afs: Afs, campaign: Campaign) -> None:
    assert "again: queued  /campaigns/" in afs("campaign", "launch", "again", *LAUNCH[1:], "--samples", 2).out
    assert [one.target for one in Campaign.objects.order_by("pk")] == [3, 2]
    assert set(Event.objects.values_list("verb", "source")) == {("launch", "cli")}


def test_campaigns_are_listed(afs: Afs, campaign: Campaign) -> None:
    said = afs("campaign", "list").out
    assert said.startswith(f"{campaign.uuid}  queued")
    assert said.endswith("facts: register_facts, worded by the program\n")


def test_show_says_what_was_written_and_what_went_wrong(afs: Afs, written: Campaign) -> None:
    item = written.items.get(index=0)
    item.state, item.error = ItemState.FAILED, "the provider refused"
    item.save()
    said = afs("campaign", "show", "facts").out
    assert "facts: succeeded, 2 of 3 written" in said
    assert "item 0, failed: the provider refused" in said
    newest = written.items.select_related("sample").get(index=2).sample
    assert newest is not None
    assert f"{newest.pk}  " in said


def test_a_campaign_is_stopped_and_continued(afs: Afs, campaign: Campaign) -> None:
    assert "what was written stays" in afs("campaign", "stop", "facts").out
    assert Job.objects.get().state == JobState.CANCELLED
    assert afs("campaign", "continue", campaign.uuid).out == "facts: in the line again\n"
    assert Job.objects.filter(state=JobState.QUEUED).count() == 1
    assert set(Event.objects.values_list("source", flat=True)) == {"cli"}


def test_a_finished_campaign_is_neither_stopped_nor_continued(afs: Afs, written: Campaign) -> None:
    assert "“facts” has succeeded already, so there is nothing to stop" in afs("campaign", "stop", "facts").err
    assert "only a stopped or failed one can go on" in afs("campaign", "continue", "facts").err


def test_a_paid_campaign_takes_an_endpoint_a_prompt_and_a_budget(afs: Afs, gemini: Endpoint) -> None:
    prompt = PromptVersion.objects.create(
        name="mine", number=2, domain=Domain.objects.get(slug="asm65816"), template="{fact}", sha256="0" * 64
    )
    paid = (*LAUNCH, "--samples", 3, "--endpoint", "gemini")
    assert "needs a budget" in afs("generate", *paid).err
    assert "There is no prompt version “mine:1”" in afs("generate", *paid, "--prompt", "mine:1").err
    assert afs("generate", *paid, "--prompt", "mine:2", "--budget", "2.50").status == 0
    campaign = Campaign.objects.get()
    assert (campaign.prompt, campaign.endpoint, str(campaign.budget)) == (prompt, gemini, "2.50")
    assert "0.0000 of 2.50 US dollars" in afs("campaign", "show", "facts").out


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--samples", "0"), "0 is no whole number from 1 to 100,000"),
        (("--samples", "-3"), "-3 is no whole number"),
        (("--samples", "3", "--seed", "99999999999999999999"), "is no whole number from 0"),
        (("--samples", "3", "--budget", "much"), "much is no amount in US dollars"),
        (("--samples", "3", "--budget", "NaN"), "NaN is no amount"),
    ],
)
def test_a_figure_that_makes_no_sense_is_a_usage_error(afs: Afs, db: None, more: tuple[str, ...], said: str) -> None:
    ended = afs("generate", *LAUNCH, *more)
    assert (ended.status, said in ended.err) == (2, True)
    assert not Campaign.objects.exists()


def test_a_wrong_domain_or_generator_is_a_sentence(afs: Afs, db: None) -> None:
    assert "There is no domain “poetry”. There are asm65816" in afs("generate", "x", "--domain", "poetry", *POEMS).err
    said = afs("generate", "x", "--domain", "asm65816", *POEMS)
    assert (said.status, "has no generator “poems”. Choose one of" in said.err) == (1, True)
    assert not Campaign.objects.exists()


@pytest.mark.parametrize("verb", ["show", "stop", "continue"])
def test_a_wrong_name_is_a_sentence(afs: Afs, db: None, verb: str) -> None:
    said = afs("campaign", verb, "nothing")
    assert (said.status, "There is no campaign “nothing”" in said.err) == (1, True)
