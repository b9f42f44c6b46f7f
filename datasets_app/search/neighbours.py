"""What lies near one sample, asked of the vector index."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models.functions import Left
from pgvector.django import CosineDistance

from datasets_app.models import Embedder, Embedding, Sample, SampleState

SHOWN, SHOWN_CHARACTERS = 5, 200
COMPARED = (SampleState.PENDING, SampleState.ACCEPTED, SampleState.REJECTED)


@dataclass(frozen=True)
class Near:
    """A sample that is near to another: its question, the cosine (-1 to 1), whether they belong together anyway."""

    sample: Sample
    text: str
    cosine: float
    same_group: bool
    is_duplicate: bool


def near_samples(sample: Sample) -> list[Near]:
    """The nearest samples of the same domain, nearest first; none while the sample has no vector."""
    vectors = Embedding.objects.filter(version=sample.current_id, embedder__is_default=True)
    mine = vectors.select_related("embedder").first()
    if mine is None:
        return []
    others = (
        Embedding.objects.filter(
            embedder=mine.embedder,
            version__current_of__domain=sample.domain_id,
            version__current_of__state__in=COMPARED,
        )
        .exclude(pk=mine.pk)
        .annotate(distance=CosineDistance("vector", mine.vector), text=Left("version__instruction", SHOWN_CHARACTERS))
        .order_by("distance")
        .values_list("version__current_of", "text", "distance")[:SHOWN]
    )
    samples = Sample.objects.in_bulk([pk for pk, _, _ in others])
    return [_near(sample, mine.embedder, samples[pk], text, 1 - distance) for pk, text, distance in others]


def _near(sample: Sample, embedder: Embedder, other: Sample, text: str, cosine: float) -> Near:
    same_group = other.group_id == sample.group_id
    return Near(other, text, cosine, same_group, not same_group and cosine >= embedder.duplicate_bound)
