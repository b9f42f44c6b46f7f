from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from afsweb.core.models import Public
from datasets_app.models.sample import Sample, SampleVersion

LONGEST_COMMENT = 2_000  # characters


class Comment(Public):
    """A remark on one text: on a line of one of its fields, on a field, or on the whole; or the answer to one.

    `field` is a column of the version, or turn-3 in a conversation. A deleted one stays as an empty row, for answers.
    """

    sample = models.ForeignKey(Sample, models.CASCADE, related_name="comments")
    version = models.ForeignKey(SampleVersion, models.CASCADE, related_name="comments")
    field = models.CharField(max_length=16, blank=True)
    line = models.PositiveIntegerField(null=True, blank=True, help_text="From 1 in that field.")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="replies")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="comments")
    text = models.CharField(max_length=LONGEST_COMMENT, blank=True)
    quote = models.CharField(max_length=300, blank=True, help_text="The beginning of the line that it is about.")
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["sample", "id"], name="comment_of_sample"),
            models.Index(
                fields=["sample"],
                name="comment_open",
                condition=Q(parent__isnull=True, resolved_at__isnull=True, deleted_at__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(name="a_line_is_of_a_field", condition=Q(line__isnull=True) | ~Q(field="")),
            models.CheckConstraint(name="lines_count_from_one", condition=Q(line__isnull=True) | Q(line__gte=1)),
            models.CheckConstraint(
                name="an_answer_is_where_its_comment_is",
                condition=Q(parent__isnull=True) | Q(field="", line__isnull=True, resolved_at__isnull=True),
            ),
            models.CheckConstraint(
                name="a_resolved_comment_says_by_whom",
                condition=Q(resolved_at__isnull=True, resolved_by__isnull=True)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"comment {self.pk} on sample {self.sample_id}"

    def get_absolute_url(self) -> str:
        return f"{self.sample.get_absolute_url()}#comment-{self.uuid}"
