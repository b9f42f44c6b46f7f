"""The lines of history about one sample: its own, and those about the comments on it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from afsweb.core.models import Event
from datasets_app.models import Comment, Sample

SAMPLE, COMMENT = Sample._meta.label_lower, Comment._meta.label_lower
# What the verb alone does not say.
OF_COMMENTS = {
    "answer": "answer to a comment",
    "edit": "edit of a comment",
    "delete": "delete of a comment",
    "resolve": "resolve of a comment",
    "reopen": "reopen of a comment",
}


def lines_about(sample_id: int) -> QuerySet[Event]:
    """The lines about that sample and about the comments on it.

    Each half is read by the index of what a line is about; an OR of the two would read every line.
    """
    comments = Comment.objects.filter(sample=sample_id).values("pk")
    own: QuerySet[Event, Any] = Event.objects.filter(object_type=SAMPLE, object_id=sample_id).values("pk")
    said: QuerySet[Event, Any] = Event.objects.filter(object_type=COMMENT, object_id__in=comments).values("pk")
    return Event.objects.filter(pk__in=own.union(said, all=True))


def deed_of(event: Event) -> str:
    """What a line says was done, among lines about a sample."""
    return OF_COMMENTS.get(event.verb, event.verb) if event.object_type == COMMENT else event.verb
