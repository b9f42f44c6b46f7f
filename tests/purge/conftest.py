from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

from datasets_app.models import Sample, SampleState, Source, Text
from datasets_app.samples.adding import NewSample, add_samples
from tests.datasets.conftest import folders
from tests.review.making import make_source

__all__ = ["folders"]
WORD = "zyzzyva"  # stands in the text of the sample that is purged, and nowhere else


@pytest.fixture
def source(db: None) -> Source:
    return make_source()


@pytest.fixture
def samples(source: Source) -> list[Sample]:
    """Four accepted samples; the first is the one to purge."""
    words = (WORD, "one", "two", "three")
    made = add_samples(source, [NewSample(Text(f"What is a {word}?", "", f"{word} it is.")) for word in words])
    Sample.objects.update(state=SampleState.ACCEPTED)
    return list(
        Sample.objects.filter(pk__in=[one.pk for one in made]).select_related("source", "current").order_by("pk")
    )


@pytest.fixture
def files_with() -> Callable[[str], list[Path]]:
    """`files_with(word)`: the stored files that hold it."""

    def find(word: str) -> list[Path]:
        return [path for path in Path(settings.ARTIFACT_DIR).rglob("*") if path.is_file() and word in path.read_text()]

    return find
