"""The trainer as one file, for a machine that has no checkout."""

from __future__ import annotations

import shutil
import zipapp
from pathlib import Path

import pytest
from django.conf import settings

from tests.trainer.conftest import Make, Programs, events_of

pytestmark = pytest.mark.trainer


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    package = tmp_path / "source" / "training_app"
    shutil.copytree(settings.BASE_DIR / "training_app" / "trainer", package / "trainer")
    shutil.copy(settings.BASE_DIR / "training_app" / "__init__.py", package)
    zipapp.create_archive(
        tmp_path / "source", tmp_path / "trainer.pyz", main="training_app.trainer.program:run", compressed=True
    )
    return tmp_path / "trainer.pyz"


def test_zipapp_trains(programs: Programs, make_spec: Make, archive: Path, tmp_path: Path) -> None:
    spec = make_spec(tmp_path / "run", max_steps=2)

    done = programs.run(archive, spec, root=tmp_path)

    assert done.returncode == 0, done.stderr
    assert events_of(tmp_path / "run")[-1]["type"] == "finished"


def test_zipapp_refuses_a_wrong_spec(programs: Programs, make_spec: Make, archive: Path, tmp_path: Path) -> None:
    assert programs.run(archive, make_spec(tmp_path / "run", rank=0), root=tmp_path).returncode == 2
