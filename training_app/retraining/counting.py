"""What is new for a rule: accepted samples whose text its newest snapshot does not hold."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from datasets_app.models import Sample, SnapshotEntry
from datasets_app.snapshots.choosing import Selection
from training_app.models import Retraining


def selection_of(rule: Retraining) -> Selection:
    """What its snapshots are made of."""
    return Selection.of(rule.domain, golden="yes") if rule.golden_only else Selection.of(rule.domain)


def new_samples(rule: Retraining) -> QuerySet[Sample]:
    """All that fit before its first snapshot; later those that came or were edited since."""
    samples = selection_of(rule).samples()
    if rule.snapshot_id is None:
        return samples
    held = SnapshotEntry.objects.filter(
        snapshot=rule.snapshot_id, sample=OuterRef("pk"), version=OuterRef("current_id")
    )
    return samples.filter(~Exists(held))
