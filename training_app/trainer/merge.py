"""The program `python -m training_app.trainer.merge SPEC.json`: adapters into a base, or several into one.

Writes the folder `work_dir`/merged, whole or not at all, and lines of JSON to `work_dir`/progress.jsonl: {"done",
"total", "note"} as it goes, {"report"} at the end. It works on the CPU: a GPU may be training. Exit codes as the
trainer's.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from training_app.trainer import environment
from training_app.trainer.errors import TrainerError
from training_app.trainer.files import folder_sha256, sync
from training_app.trainer.merging.adapters import read_adapter
from training_app.trainer.merging.spec import MergeSpec, load_merge_spec
from training_app.trainer.merging.summing import Weighted, sum_adapters
from training_app.trainer.merging.whole import merge_into_base
from training_app.trainer.rows import read_rows

PROGRESS = "progress.jsonl"


def main(arguments: Sequence[str] | None = None) -> int:
    """Merge; return the exit code. What is wrong is told on standard error."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if len(arguments) != 1:
        print("usage: python -m training_app.trainer.merge SPEC.json", file=sys.stderr)
        return 2
    try:
        merge(load_merge_spec(Path(arguments[0])))
    except TrainerError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


def merge(spec: MergeSpec) -> dict[str, Any]:
    """Write `spec.out` and return the report. Raises TrainerError."""
    began = time.monotonic()
    os.environ["CUDA_VISIBLE_DEVICES"] = ""
    environment.prepare(spec.threads)
    environment.hide_progress_bars()
    aside = replace(spec, work_dir=str(spec.work / "aside"))
    shutil.rmtree(aside.work, ignore_errors=True)
    aside.work.mkdir(parents=True)
    report = _into_base(aside, spec) if spec.into_base else _sum(aside, spec)
    shutil.rmtree(spec.out, ignore_errors=True)
    aside.out.rename(spec.out)
    sync(spec.work)
    report |= {"sha256": folder_sha256(spec.out), "seconds": round(time.monotonic() - began, 1)}
    _write(spec.work, {"report": report})
    return report


def _into_base(aside: MergeSpec, spec: MergeSpec) -> dict[str, Any]:
    rows = read_rows(Path(spec.prompts_file), required=False)[: spec.prompts] if spec.prompts_file else []
    prompts = [row[:-1] for row in rows if len(row) > 1]
    return merge_into_base(aside, prompts, lambda *told: _tell(spec.work, *told))


def _sum(aside: MergeSpec, spec: MergeSpec) -> dict[str, Any]:
    count = len(spec.names)
    parts = []
    for at, (name, folder, weight) in enumerate(zip(spec.names, spec.adapter_dirs, spec.weights, strict=True)):
        _tell(spec.work, at, count + 1, f"reading {name}")
        parts.append(Weighted(read_adapter(name, Path(folder), spec.base, spec.base_id), weight))
    _tell(spec.work, count, count + 1, "summing, and reading the sum back")
    return sum_adapters(parts, spec.rank, aside.out, spec.base, spec.base_id)


def _tell(work: Path, done: int, total: int, note: str) -> None:
    _write(work, {"done": done, "total": total, "note": note})


def _write(work: Path, line: dict[str, Any]) -> None:
    with (work / PROGRESS).open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    raise SystemExit(main())
