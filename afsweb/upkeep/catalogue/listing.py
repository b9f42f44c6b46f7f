"""The catalogue as people look at it."""

from __future__ import annotations

from django.db.models import QuerySet

from afsweb.core.models import CatalogueItem, CataloguePoint, Subject

LISTED = [subject for subject in Subject if subject != Subject.WATCHED]


def items_of(subject: Subject) -> QuerySet[CatalogueItem]:
    """What there is of a subject now."""
    return CatalogueItem.objects.filter(subject=subject, gone_at__isnull=True)


def newest_total(subject: Subject) -> CataloguePoint | None:
    """All of a subject at the last look."""
    return CataloguePoint.objects.filter(subject=subject, name="").order_by("-at").first()


def read_subject(text: str) -> Subject:
    """The subject of that name; the samples for any other text."""
    return Subject(text) if text in Subject.values else Subject.SAMPLES
