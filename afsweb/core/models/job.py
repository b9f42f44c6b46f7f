from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from django.urls import reverse

from afsweb.core.models.host import Host


class JobState(models.TextChoices):
    """queued -> leased -> succeeded | failed | cancelled; an expired lease goes back to queued."""

    QUEUED = "queued", "queued"
    LEASED = "leased", "running"
    SUCCEEDED = "succeeded", "succeeded"
    FAILED = "failed", "failed"
    CANCELLED = "cancelled", "cancelled"

    @classmethod
    def final(cls) -> tuple[JobState, ...]:
        """The states that a job never leaves, except by an explicit retry."""
        return cls.SUCCEEDED, cls.FAILED, cls.CANCELLED


class Job(models.Model):
    """One piece of work. The row is the truth; the queue only says "look".

    A lease is a uuid that changes each time somebody takes the job; whoever writes on its behalf holds the row lock
    while the lease is still theirs (`JobContext.fenced`). All times are the database's clock.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    params = models.JSONField(default=dict)
    queue = models.CharField(max_length=32, default="default")
    priority = models.SmallIntegerField(default=0, help_text="Higher first.")
    position = models.BigIntegerField(default=0, help_text="Lower first within a priority.")
    pinned_host = models.ForeignKey(Host, models.PROTECT, null=True, blank=True, related_name="pinned_jobs")
    needs_gpu_slot = models.BooleanField(default=False)
    on_hub = models.BooleanField(default=False, db_default=False, help_text="It works on files that the hub alone has.")
    gpu_slot = models.PositiveSmallIntegerField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)
    code_version = models.CharField(max_length=64, blank=True)

    state = models.CharField(max_length=16, choices=JobState, default=JobState.QUEUED)
    lease = models.UUIDField(null=True, blank=True)
    host = models.ForeignKey(Host, models.PROTECT, null=True, blank=True, related_name="jobs")
    worker = models.CharField(max_length=100, blank=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=3)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    stop_requested_at = models.DateTimeField(null=True, blank=True)

    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)
    result = models.JSONField(default=dict)
    error = models.TextField(blank=True)

    about_url_name = models.CharField(max_length=64, blank=True, help_text="The page of what this job works on.")
    about_uuid = models.UUIDField(null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                F("priority").desc(), F("position"), F("id"), name="job_next", condition=Q(state=JobState.QUEUED)
            ),
            models.Index(F("heartbeat_at"), name="job_leased", condition=Q(state=JobState.LEASED)),
            models.Index(F("created_at").desc(), F("id"), name="job_newest"),
            models.Index(F("about_uuid"), name="job_about"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["host", "gpu_slot"], name="one_job_per_gpu_slot", condition=Q(state=JobState.LEASED)
            ),
            models.CheckConstraint(
                name="lease_only_while_leased",
                condition=Q(state=JobState.LEASED, lease__isnull=False) | ~Q(state=JobState.LEASED),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("show_job", args=[self.pk])

    @property
    def about_url(self) -> str | None:
        """The page of what this job works on, or None."""
        return reverse(self.about_url_name, args=[self.about_uuid]) if self.about_url_name else None

    @property
    def is_final(self) -> bool:
        return self.state in JobState.final()

    @property
    def is_stopping(self) -> bool:
        """Whether somebody asked it to stop and it has not stopped yet."""
        return self.state == JobState.LEASED and self.stop_requested_at is not None

    @property
    def share_done(self) -> float | None:
        """How much of it is done, 0 to 1; None while nobody knows how much there is."""
        return min(1.0, self.done / self.total) if self.total else None

    def held_by(self, lease: uuid.UUID) -> QuerySet[Job]:
        """This row, if `lease` is still its lease: the WHERE of everything that is written on the job's behalf."""
        return Job.objects.filter(pk=self.pk, state=JobState.LEASED, lease=lease)

    def take_lease(self, host: Host, worker: str, gpu_slot: int | None) -> uuid.UUID | None:
        """Lease this queued job to a worker of `host`, or return None when somebody else was faster.

        Raises IntegrityError when another job took the GPU slot meanwhile.
        """
        lease = uuid.uuid4()
        taken = Job.objects.filter(pk=self.pk, state=JobState.QUEUED).update(
            state=JobState.LEASED,
            lease=lease,
            host=host,
            worker=worker,
            gpu_slot=gpu_slot,
            attempt=F("attempt") + 1,
            heartbeat_at=Now(),
            started_at=Now(),
            stop_requested_at=None,
            error="",
        )
        return lease if taken else None

    def beat(self, lease: uuid.UUID) -> bool:
        """Say that the lease is alive; False when it is not this job's lease any more."""
        return bool(self.held_by(lease).update(heartbeat_at=Now()))

    def end_lease(self, lease: uuid.UUID, state: JobState, **changes: Any) -> bool:
        """Give the lease back and leave the job in `state`; False when it is not this job's lease any more."""
        return bool(self.held_by(lease).update(state=state, lease=None, gpu_slot=None, **changes))


class JobLog(models.Model):
    """One line that a job wrote for people. Never edited."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="log")
    at = models.DateTimeField(db_default=Now())
    text = models.TextField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text
