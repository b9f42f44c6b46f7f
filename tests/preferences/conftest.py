from __future__ import annotations

import pytest

from afsweb.core.models import Role, User
from datasets_app.models import Sample, Source, Text
from datasets_app.samples.adding import NewSample, add_samples
from tests.review.making import make_source

QUESTION = "What is at $2100?"


@pytest.fixture
def source(db: None) -> Source:
    return make_source()


@pytest.fixture
def two(source: Source) -> list[Sample]:
    """Two samples that answer the same question, the older one first."""
    answers = ("INIDISP.", "It is INIDISP: brightness and forced blank.")
    return add_samples(source, [NewSample(Text(QUESTION, "", answer)) for answer in answers])


@pytest.fixture
def reviewer(db: None) -> User:
    return User.objects.create(username="ann", role=Role.REVIEWER)
