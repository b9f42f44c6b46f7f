from __future__ import annotations

import pytest

from afsweb.core.models import Role, User
from datasets_app.models import Sample, Source
from tests.conftest import make_user
from tests.review.making import MakeSamples, make_samples_of, make_source


@pytest.fixture
def source(db: None) -> Source:
    return make_source()


@pytest.fixture
def make_samples(source: Source) -> MakeSamples:
    """`make_samples(3)`: pending samples."""

    def make(count: int) -> list[Sample]:
        return make_samples_of(source, count)

    return make


@pytest.fixture
def sample(make_samples: MakeSamples) -> Sample:
    return make_samples(1)[0]


@pytest.fixture
def other(db: None) -> User:
    return make_user(Role.TRAINER)
