from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse

from afsweb.core.models import EventSource, Job, Public, Worked
from datasets_app.models.review import RejectReason


class BulkVerb(models.TextChoices):
    ACCEPT = "accept", "accept"
    REJECT = "reject", "reject"
    GOLDEN = "golden", "make golden"
    UNGOLDEN = "ungold", "make no longer golden"
    TAG = "tag", "tag"
    UNTAG = "untag", "take a tag off"
    ASSIGN = "assign", "assign"
    ARCHIVE = "archive", "archive"
    VERIFY = "verify", "verify again"


class BulkAction(Public, Worked):
    """One action on many samples, frozen when it was previewed: done by a job, undone as one.

    It is a draft until its person confirms what the preview said. Its samples are in its parts; every change of a
    sample is a line of history with this row's uuid as its batch.
    """

    verb = models.CharField(max_length=16, choices=BulkVerb)
    reject_reason = models.CharField(max_length=16, choices=RejectReason, blank=True)
    note = models.CharField(max_length=300, blank=True)
    tag = models.CharField(max_length=48, blank=True)
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    query = models.JSONField(default=dict, help_text="Field of the samples' filter -> value, as in the list's address.")
    picked = ArrayField(
        models.UUIDField(), null=True, blank=True, help_text="The samples that were selected one by one, if they were."
    )
    previewed = models.PositiveIntegerField(default=0, help_text="Exactly how many it was to change.")
    forecast = models.JSONField(default=dict, help_text="What the preview said: samples by state, left out by reason.")
    via = models.CharField(max_length=8, choices=EventSource)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    done = models.PositiveIntegerField(default=0)
    left_out = models.JSONField(default=dict, help_text="Reason -> how many were left alone when their turn came.")
    undo_job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")
    undo_batch = models.UUIDField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone = models.PositiveIntegerField(default=0)
    kept = models.JSONField(default=dict, help_text="Reason -> how many were not put back.")

    class Meta:
        indexes = [models.Index(fields=["-id"], name="bulk_newest")]

    def __str__(self) -> str:
        what = f"{self.previewed:,} sample{'' if self.previewed == 1 else 's'}"
        match self.verb:
            case BulkVerb.REJECT:
                return f"Reject {what}: {self.get_reject_reason_display()}"
            case BulkVerb.TAG:
                return f"Tag {what} “{self.tag}”"
            case BulkVerb.UNTAG:
                return f"Take the tag “{self.tag}” off {what}"
            case BulkVerb.ASSIGN:
                return f"Assign {what} to {self.assignee or 'nobody'}"
            case BulkVerb.GOLDEN | BulkVerb.UNGOLDEN:
                return f"Make {what} {'golden' if self.verb == BulkVerb.GOLDEN else 'no longer golden'}"
            case BulkVerb.VERIFY:
                return f"Verify {what} again"
        return f"{self.get_verb_display().capitalize()} {what}"

    def get_absolute_url(self) -> str:
        return reverse("show_bulk", args=[self.uuid])

    @property
    def is_draft(self) -> bool:
        """Whether nobody has confirmed it yet."""
        return self.confirmed_at is None

    @property
    def is_being_undone(self) -> bool:
        return self.undone_at is None and self.undo_job is not None and not self.undo_job.is_final

    @property
    def can_be_undone(self) -> bool:
        """Whether something of it is left to undo, and no job works on it."""
        is_at_work = self.job is not None and not self.job.is_final
        return (
            not is_at_work
            and not self.is_being_undone
            and self.done > 0
            and self.undone_at is None
            and self.verb != BulkVerb.VERIFY
        )


class BulkPart(models.Model):
    """Some thousand samples of an action, done in one transaction, in the order of their ids.

    `revisions` are those that the preview saw: a sample of another revision was changed since.
    """

    action = models.ForeignKey(BulkAction, models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    samples = ArrayField(models.BigIntegerField())
    revisions = ArrayField(models.IntegerField())
    done_at = models.DateTimeField(null=True, blank=True)
    left_out = models.JSONField(default=dict, db_default={}, help_text="Reason -> ids of samples.")
    undone_at = models.DateTimeField(null=True, blank=True)
    kept = models.JSONField(default=dict, db_default={}, help_text="Reason -> ids of samples that undo left alone.")

    class Meta:
        ordering = ["action", "number"]
        constraints = [models.UniqueConstraint(fields=["action", "number"], name="one_part_per_number")]

    def __str__(self) -> str:
        return f"part {self.number} of {self.action_id}"
