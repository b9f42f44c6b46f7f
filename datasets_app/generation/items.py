"""A campaign's items: planned once as rows, claimed in batches by any number of jobs, each written at most once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from django.db import transaction
from django.db.models import Q

from afsweb.core.jobs.context import JobContext
from afsweb.core.models import Job, JobState
from datasets_app.domains.base import Domain, DraftRefused, Generator, Params, get_domain
from datasets_app.models import Campaign, CampaignItem, ItemState

PLAN_BATCH = 1000
LOOKED = 50
PROGRESS = 50


def plan_items(ctx: JobContext, campaign: Campaign) -> int:
    """Write the plan down, once; return how many items it has: fewer than the target when there is less to say."""
    planned = campaign.items.count()
    if planned:
        return planned
    items = [
        CampaignItem(campaign=campaign, index=index, kind=_kind(campaign, params), params=params)
        for index, params in enumerate(islice(_wanted(ctx, campaign), campaign.target))
    ]
    with ctx.fenced():
        CampaignItem.objects.bulk_create(items, batch_size=PLAN_BATCH, ignore_conflicts=True)
    return len(items)


def _wanted(ctx: JobContext, campaign: Campaign) -> Iterator[Params]:
    """The params of the campaign's kinds and topics, in the generator's order.

    What it is about shows only in the sample that the generator would write, so with topics each is written once for
    that; it ends after LOOKED times as many as are wanted, where the generator has little to say about them.
    """
    code = get_domain(campaign.domain.slug)
    generator = code.generator(campaign.generator)
    narrow = bool(campaign.kinds or campaign.topics)
    count = campaign.target * LOOKED if narrow else campaign.target
    for looked, params in enumerate(generator.plan(count, campaign.seed), 1):
        if campaign.kinds and _kind(campaign, params) not in campaign.kinds:
            continue
        if campaign.topics and _topic(code, generator, params) not in campaign.topics:
            if looked % PROGRESS == 0:
                ctx.progress(0, campaign.target, note=f"looked at {looked:,} for its topics")
            continue
        yield params


def _kind(campaign: Campaign, params: Params) -> str:
    return str(params.get("kind", campaign.generator))


def _topic(code: Domain, generator: Generator, params: Params) -> str:
    try:
        draft = generator.write(params)
    except DraftRefused:
        return ""
    return code.topic("\n".join((draft.instruction, draft.input, draft.output)))


def claim_items(campaign: Campaign, ctx: JobContext, *, limit: int) -> list[CampaignItem]:
    """Claim up to `limit` planned items for this lease, in their order; rows locked by others are skipped."""
    current = Job.objects.filter(state=JobState.LEASED).values("lease")
    with transaction.atomic():
        is_free = Q(lease=None) | ~Q(lease__in=current)
        open_items = campaign.items.filter(is_free, state=ItemState.PLANNED).order_by("index")
        items = list(open_items.select_for_update(skip_locked=True)[:limit])
        CampaignItem.objects.filter(pk__in=[item.pk for item in items]).update(lease=ctx.lease)
    return items


def release_items(items: Sequence[CampaignItem], ctx: JobContext) -> None:
    """Give back what was claimed and not written."""
    CampaignItem.objects.filter(pk__in=[item.pk for item in items], state=ItemState.PLANNED, lease=ctx.lease).update(
        lease=None
    )
