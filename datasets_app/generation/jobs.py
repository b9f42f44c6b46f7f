"""The job that writes a campaign's samples."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from afsweb.core.jobs.context import JobContext, Stopped
from afsweb.core.jobs.registry import job
from afsweb.core.models import WorkState
from afsweb.llm.gemini import GeminiNeedsKey
from afsweb.llm.keys import KeyCannotBeRead, KeysCannotBeKept
from afsweb.llm.ledger import BudgetSpent, NoPrice
from datasets_app.domains.variety import variety_of
from datasets_app.generation.calls import CampaignCalls, ProviderDone
from datasets_app.generation.items import plan_items
from datasets_app.generation.launch import GENERATE
from datasets_app.generation.programs import write_by_program
from datasets_app.models import Campaign, ItemState
from datasets_app.quality.examine import examine

MEASURED = 2000
"""Answers whose variety is measured at the end of a campaign."""

# What a person can put right, and then continue the campaign.
PUT_RIGHT = (BudgetSpent, ProviderDone, NoPrice, GeminiNeedsKey, KeyCannotBeRead, KeysCannotBeKept)


@job(GENERATE, queue="generate")
def generate(ctx: JobContext, *, campaign_id: int) -> None:
    """Plan what is not planned, write what is not written, then have it examined. Safe to stop and run twice."""
    campaign = Campaign.objects.select_related("domain", "source", "endpoint__key", "prompt").get(pk=campaign_id)
    _mark(ctx, campaign, WorkState.RUNNING)
    total = plan_items(ctx, campaign)
    try:
        if campaign.endpoint is None:
            write_by_program(ctx, campaign, total)
        else:
            CampaignCalls(ctx, campaign, total).run()
    except Stopped:
        _mark(ctx, campaign, WorkState.STOPPED)
        raise
    except PUT_RIGHT as error:
        _mark(ctx, campaign, WorkState.FAILED, str(error))
        raise
    _end(ctx, campaign, total)


def _end(ctx: JobContext, campaign: Campaign, total: int) -> None:
    written = campaign.items.filter(state=ItemState.DONE).count()
    variety = asdict(variety_of(_outputs(campaign))) if written else None
    with ctx.fenced():
        _set(campaign, WorkState.SUCCEEDED, "")
        if written:
            examine(campaign.source, by=campaign.created_by)
        ctx.finish(written=written, planned=total, variety=variety)


def _outputs(campaign: Campaign) -> Iterable[str]:
    """The first answers it wrote: so many tell how varied all of them are."""
    done = campaign.items.filter(state=ItemState.DONE, sample__isnull=False).order_by("index")
    return done.values_list("sample__current__output", flat=True)[:MEASURED]


def _mark(ctx: JobContext, campaign: Campaign, state: WorkState, error: str = "") -> None:
    with ctx.fenced():
        _set(campaign, state, error)


def _set(campaign: Campaign, state: WorkState, error: str) -> None:
    Campaign.objects.filter(pk=campaign.pk).update(state=state, error=error)
