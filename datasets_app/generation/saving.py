"""Keeping what was written: the sample, and the item that is done with it, in one transaction under the lease."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F

from afsweb.core.models import Call
from datasets_app.domains.base import Draft
from datasets_app.models import Campaign, CampaignItem, ItemState, Source, Text
from datasets_app.samples.adding import NewSample, add_samples


@dataclass(frozen=True)
class Written:
    """A planned item with what was written for it, and the call that wrote it where one was paid."""

    item: CampaignItem
    draft: Draft
    call: Call | None = None


def save_written(campaign: Campaign, written: Sequence[Written]) -> None:
    """Add a sample for each item that is still planned. Call it inside `ctx.fenced()`, with what else is to be kept."""
    planned = set(
        CampaignItem.objects.select_for_update()
        .filter(pk__in=[one.item.pk for one in written], state=ItemState.PLANNED)
        .values_list("pk", flat=True)
    )
    kept = [one for one in written if one.item.pk in planned]
    samples = add_samples(
        campaign.source,
        [
            NewSample(
                Text(one.draft.instruction, one.draft.input, one.draft.output),
                kind=one.draft.kind,
                group_id=one.draft.group_id,
                call=one.call,
            )
            for one in kept
        ],
    )
    for one, sample in zip(kept, samples, strict=True):
        one.item.state, one.item.sample, one.item.call, one.item.error = ItemState.DONE, sample, one.call, ""
    CampaignItem.objects.bulk_update([one.item for one in kept], ["state", "sample", "call", "error"])
    Source.objects.filter(pk=campaign.source_id).update(imported=F("imported") + len(kept))


def save_unwritten(item: CampaignItem, state: ItemState, error: str, call: Call | None) -> None:
    """Say why an item has no sample. Call it inside `ctx.fenced()`."""
    CampaignItem.objects.filter(pk=item.pk, state=ItemState.PLANNED).update(
        state=state, error=error.replace("\0", "")[:300], call=call
    )
