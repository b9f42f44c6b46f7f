"""Where a training is told besides `events.jsonl`: TensorBoard's files always, and the trackers that the recipe names.

All of it goes through the library's `report_to`, so that one training is one run of a tracker.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from training_app.trainer.errors import TrackerMissing

TENSORBOARD, PROJECT = "tensorboard", "afsweb"


def prepare_trackers(work_dir: Path) -> None:
    """Name the folders that the trackers write; call it before the first import of theirs."""
    # Not below `output_dir`, where the library would put it: that folder is emptied at each start.
    os.environ["TENSORBOARD_LOGGING_DIR"] = str(work_dir / TENSORBOARD)
    os.environ.setdefault("TRACKIO_DIR", str(work_dir / "trackio"))


def report_to(named: tuple[str, ...], tell: Callable[[str], object]) -> list[str]:
    """What the library reports to. Raises `TrackerMissing` for a named one that cannot be used.

    Where TensorBoard is not installed, `tell` hears it, and its files are not written.
    """
    from transformers.integrations import get_available_reporting_integrations

    usable = get_available_reporting_integrations()
    missing = sorted(set(named).difference(usable))
    if missing:
        raise TrackerMissing(names=", ".join(missing), usable=", ".join(usable) or "none")
    if TENSORBOARD not in usable:
        tell("TensorBoard is not installed beside the trainer, so no files for it are written.")
        return list(dict.fromkeys(named))
    return list(dict.fromkeys([TENSORBOARD, *named]))


def begin_after(step: int, work_dir: Path) -> None:
    """Have TensorBoard leave out what a killed attempt wrote of later steps than `step`, which come again."""
    if (work_dir / TENSORBOARD).is_dir():
        from torch.utils.tensorboard import SummaryWriter

        SummaryWriter(str(work_dir / TENSORBOARD), purge_step=step + 1).close()
