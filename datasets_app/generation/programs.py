"""Samples written by the domain's own programs: no key, no network, repeatable from the seed."""

from __future__ import annotations

from afsweb.core.jobs.context import JobContext
from datasets_app.domains.base import get_domain
from datasets_app.generation.items import claim_items
from datasets_app.generation.saving import Written, save_written
from datasets_app.models import Campaign, ItemState

BATCH = 200


def write_by_program(ctx: JobContext, campaign: Campaign, total: int) -> None:
    """Write every planned item, a batch at a time. Raises Stopped, PutBack and LeaseLost between batches."""
    generator = get_domain(campaign.domain.slug).generator(campaign.generator)
    while items := claim_items(campaign, ctx, limit=BATCH):
        written = [Written(item, generator.write(item.params)) for item in items]
        with ctx.fenced():
            save_written(campaign, written)
        ctx.progress(campaign.items.exclude(state=ItemState.PLANNED).count(), total)
