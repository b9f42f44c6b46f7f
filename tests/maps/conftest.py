from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from datasets_app.models import Source
from tests.review.making import make_source


@pytest.fixture(autouse=True)
def folders(settings: Any, tmp_path: Path) -> None:
    settings.ARTIFACT_DIR = tmp_path / "artifacts"
    settings.WORK_DIR = tmp_path / "work"


@pytest.fixture
def source(db: None) -> Source:
    return make_source()
