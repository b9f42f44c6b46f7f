from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from afsweb.core.models import Artifact, Job, Public
from datasets_app.errors import DatasetError
from datasets_app.models.domain import Domain
from datasets_app.models.sample import Sample, SampleVersion


class SnapshotIsImmutable(DatasetError):
    """The snapshot “{snapshot}” is complete and is never changed. Build another one."""


class SnapshotState(models.TextChoices):
    """building -> ready | failed; both final, but for ready -> purged, which takes its files (datasets_app.purge)."""

    BUILDING = "building", "building"
    READY = "ready", "ready"
    FAILED = "failed", "failed"
    PURGED = "purged", "held a purged sample"


# What is never changed again, by the triggers and by `save`.
KEPT = (SnapshotState.READY, SnapshotState.PURGED)


class Split(models.TextChoices):
    TRAIN = "train", "train"
    VALIDATION = "validation", "validation"


class Snapshot(Public):
    """An immutable, content-addressed set of sample versions with its splits: what a run trains on.

    Triggers hold it: once it is ready only its name, its job and its place in the archive change, and no entry. One
    thing is stronger, a purge (datasets_app.purge): it takes the files and the purged entry, and leaves the rest.
    """

    name = models.CharField(max_length=200, unique=True)
    domain = models.ForeignKey(
        Domain, models.PROTECT, null=True, blank=True, related_name="snapshots", help_text="None: of several."
    )
    state = models.CharField(max_length=16, choices=SnapshotState, default=SnapshotState.BUILDING)
    query = models.JSONField(default=dict, help_text="Which accepted versions were taken.")
    balance = models.JSONField(default=dict, help_text="How many of each kind at most.")
    figures = models.JSONField(default=dict, help_text="What is in it, as counted when it was built.")
    validation_share = models.FloatField(default=0.05)
    seed = models.BigIntegerField(default=0)
    train_count = models.PositiveIntegerField(default=0)
    validation_count = models.PositiveIntegerField(default=0)
    gate_accepted_count = models.PositiveIntegerField(default=0, help_text="Accepted by the gate alone.")
    sha256 = models.CharField(max_length=64, blank=True)
    artifact = models.ForeignKey(Artifact, models.PROTECT, null=True, blank=True, related_name="snapshots")
    error = models.TextField(blank=True)
    is_archived = models.BooleanField(default=False)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="ready_snapshot_has_content",
                condition=~Q(state=SnapshotState.READY) | (Q(artifact__isnull=False) & ~Q(sha256="")),
            ),
            models.CheckConstraint(
                name="purged_snapshot_has_no_files",
                condition=~Q(state=SnapshotState.PURGED) | Q(artifact__isnull=True),
            ),
            models.CheckConstraint(
                name="validation_share_is_a_share", condition=Q(validation_share__gte=0, validation_share__lte=0.5)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("show_snapshot", args=[self.uuid])

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises `SnapshotIsImmutable` once it is ready; putting it into the archive changes nothing in it."""
        changed = set(kwargs.get("update_fields") or ("everything",))
        if changed != {"is_archived"} and Snapshot.objects.filter(pk=self.pk, state__in=KEPT).exists():
            raise SnapshotIsImmutable(snapshot=self.name)
        super().save(*args, **kwargs)

    @property
    def count(self) -> int:
        """How many versions it holds."""
        return self.train_count + self.validation_count

    @property
    def is_stuck(self) -> bool:
        """Whether its building came to an end without a result: stopped by a person, or broken off."""
        return self.state == SnapshotState.BUILDING and (self.job is None or self.job.is_final)

    def rejected_answers(self) -> models.QuerySet[SampleVersion]:
        """The versions whose texts are the rejected answers of its pairs (datasets_app.snapshots.pairing)."""
        return SampleVersion.objects.filter(pk__in=self.figures.get("pairs", {}).get("rejected", []))

    def settle(self, state: SnapshotState, **changes: Any) -> bool:
        """End the building with `changes`; False when it had ended before."""
        settled = Snapshot.objects.filter(pk=self.pk, state=SnapshotState.BUILDING).update(state=state, **changes)
        if settled:
            self.refresh_from_db()
        return bool(settled)


class SnapshotEntry(models.Model):
    """One version's place in a snapshot."""

    # Not CASCADE, which deletes the entries first: the database lets them go only after their snapshot went.
    # No index of its own: both constraints begin with it.
    snapshot = models.ForeignKey(Snapshot, models.DO_NOTHING, related_name="entries", db_index=False)
    version = models.ForeignKey(SampleVersion, models.PROTECT, related_name="snapshot_entries")
    # What two snapshots are compared by. Its version holds it in the database; a check of its own would cost a million
    # look-ups for nothing.
    sample = models.ForeignKey(
        Sample, models.DO_NOTHING, related_name="snapshot_entries", db_constraint=False, db_index=False
    )
    split = models.CharField(max_length=16, choices=Split)
    position = models.PositiveIntegerField()

    class Meta:
        ordering = ["snapshot", "split", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot", "sample"], name="a_sample_once_per_snapshot", include=["version", "split"]
            ),
            models.UniqueConstraint(fields=["snapshot", "split", "position"], name="one_entry_per_position"),
        ]

    def __str__(self) -> str:
        return f"{self.split} {self.position} of {self.snapshot_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises `SnapshotIsImmutable` once the snapshot is ready."""
        if self.snapshot.state in KEPT:
            raise SnapshotIsImmutable(snapshot=self.snapshot.name)
        self.sample_id = self.version.sample_id
        super().save(*args, **kwargs)
