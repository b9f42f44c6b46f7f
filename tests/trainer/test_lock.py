from __future__ import annotations

from pathlib import Path

import pytest

from training_app.trainer.errors import WorkDirBusy
from training_app.trainer.lock import hold


def test_second_trainer_in_one_folder_is_refused(tmp_path: Path) -> None:
    with (
        hold(tmp_path),
        pytest.raises(WorkDirBusy, match="Another trainer still works"),
        hold(tmp_path, patience_s=0.2),
    ):
        pytest.fail("both hold the folder")


def test_folder_is_free_again_afterwards(tmp_path: Path) -> None:
    for _ in range(2):
        with hold(tmp_path / "new", patience_s=0):
            assert (tmp_path / "new").is_dir()
