"""What a repetition needs, in one file of the work folder: `python -m training_app.trainer.replay` trains from it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from training_app.trainer import environment
from training_app.trainer.files import write_json
from training_app.trainer.spec import TrainSpec

BUNDLE, FORMAT = "bundle.json", 1
BATCHES = 3


def write_bundle(spec: TrainSpec, hashes: dict[str, str], rows: Any) -> None:
    """Write `work_dir`/bundle.json; `rows` are the training rows in the order in which the run sees them."""
    first = rows.select(range(min(len(rows), BATCHES * spec.batch_size)))
    write_json(
        spec.work / BUNDLE,
        {
            "format": FORMAT,
            "spec": asdict(spec),
            "hashes": hashes,
            "packages": environment.packages(),
            "python": environment.versions()["python"],
            "device": environment.device_name(),
            "driver": environment.driver(),
            "first_batches": first.to_list(),
        },
    )
