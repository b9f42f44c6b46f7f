from __future__ import annotations

import pytest

from datasets_app.models import Sample, Source
from tests.review.making import MakeSamples, make_samples_of, make_source


@pytest.fixture
def source(db: None) -> Source:
    return make_source()


@pytest.fixture
def make_samples(source: Source) -> MakeSamples:
    """`make_samples(3)`, or `make_samples(3, of=source, kind="story")`."""

    def make(count: int, *, of: Source | None = None, kind: str = "register") -> list[Sample]:
        return make_samples_of(of or source, count, kind=kind)

    return make


@pytest.fixture
def sample(make_samples: MakeSamples) -> Sample:
    return make_samples(1)[0]
