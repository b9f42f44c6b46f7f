"""Samples written by the domain's own programs: no key, no network, repeatable from the seed."""

from __future__ import annotations

from collections.abc import Sequence

from afsweb.core.jobs.context import JobContext
from datasets_app.domains.base import DraftRefused, Generator, get_domain
from datasets_app.generation.items import claim_items
from datasets_app.generation.saving import Written, save_unwritten, save_written
from datasets_app.models import Campaign, CampaignItem, ItemState

BATCH = 50


def write_by_program(ctx: JobContext, campaign: Campaign, total: int) -> None:
    """Write every planned item, a batch at a time. Raises Stopped, PutBack and LeaseLost between batches.

    An item whose sample its generator refuses is kept as failed, with the reason.
    """
    generator = get_domain(campaign.domain.slug).generator(campaign.generator)
    while items := claim_items(campaign, ctx, limit=BATCH):
        written, refused = _write(generator, items)
        with ctx.fenced():
            save_written(campaign, written)
            for item, error in refused:
                save_unwritten(item, ItemState.FAILED, str(error), None)
        ctx.progress(campaign.items.exclude(state=ItemState.PLANNED).count(), total)


def _write(
    generator: Generator, items: Sequence[CampaignItem]
) -> tuple[list[Written], list[tuple[CampaignItem, DraftRefused]]]:
    written, refused = [], []
    for item in items:
        try:
            written.append(Written(item, generator.write(item.params)))
        except DraftRefused as error:
            refused.append((item, error))
    return written, refused
