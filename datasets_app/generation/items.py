"""A campaign's items: planned once as rows, claimed in batches by any number of jobs, each written at most once."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q

from afsweb.core.jobs.context import JobContext
from afsweb.core.models import Job, JobState
from datasets_app.domains.base import get_domain
from datasets_app.models import Campaign, CampaignItem, ItemState

PLAN_BATCH = 1000


def plan_items(ctx: JobContext, campaign: Campaign) -> int:
    """Write the plan down, once; return how many items it has: fewer than the target when there is less to say."""
    generator = get_domain(campaign.domain.slug).generator(campaign.generator)
    planned = campaign.items.count()
    if planned:
        return planned
    items = []
    for index, params in enumerate(generator.plan(campaign.target, campaign.seed)):
        kind = str(params.get("kind", campaign.generator))
        if not campaign.kinds or kind in campaign.kinds:
            items.append(CampaignItem(campaign=campaign, index=index, kind=kind, params=params))
    with ctx.fenced():
        CampaignItem.objects.bulk_create(items, batch_size=PLAN_BATCH, ignore_conflicts=True)
    return len(items)


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
