from __future__ import annotations

import pytest

from datasets_app.models import Domain, Source
from tests.review.making import make_source


@pytest.fixture
def source(db: None) -> Source:
    return make_source()


@pytest.fixture
def domain(source: Source) -> Domain:
    return source.domain
