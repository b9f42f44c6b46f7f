"""The job that merges: the program in the trainer's interpreter, its report, the new version."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

from django.conf import settings

from afsweb.core.artifacts import artifact_path, store_artifact
from afsweb.core.jobs.context import JobContext, Stopped
from afsweb.core.jobs.registry import job
from afsweb.core.jobs.text import storable
from afsweb.core.models import Artifact, ArtifactKind, WorkState
from afsweb.storage import StorageError, room_in
from training_app.backends.trl import THREADS, run_program
from training_app.errors import HasNoAdapter, MergeFailed, TrainingError
from training_app.merges.launching import MERGE
from training_app.models import Merge, ModelVersion, TrainingRun
from training_app.registry.versions import base_weights_of, make_merged_version

LOOK_SECONDS = 0.3
SPEC, OUTPUT, PROGRESS = "spec.json", "output.log", "progress.jsonl"
PUT_RIGHT = (TrainingError, StorageError)


@job(MERGE, queue="gpu", max_attempts=2)
def merge(ctx: JobContext, *, merge_id: int) -> None:
    """Run the program, keep what it wrote, make the version. Safe to stop and to run again."""
    row = Merge.objects.select_related("base_model", "version").get(pk=merge_id)
    if row.version is not None:
        return
    folder = settings.WORK_DIR / "merges" / str(row.uuid)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        _end(ctx, row, WorkState.RUNNING)
        report = _run(ctx, row, folder)
        _finish(ctx, row, folder, report)
    except PUT_RIGHT as error:
        _end(ctx, row, WorkState.FAILED, error=storable(str(error)))
        raise
    except Stopped:
        _end(ctx, row, WorkState.STOPPED)
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(ctx: JobContext, row: Merge, folder: Path) -> dict[str, Any]:
    """What the program reports. Raises MergeFailed with what it said."""
    (folder / SPEC).write_text(json.dumps(make_merge_spec(row, folder)))
    with room_in(folder), (folder / OUTPUT).open("wb") as output:
        process = run_program("training_app.trainer.merge", folder / SPEC, output=output)
    try:
        _follow(ctx, process, folder)
    finally:
        process.kill()
        process.wait()
    report = _last(folder).get("report")
    if process.returncode != 0 or report is None:
        said = (folder / OUTPUT).read_text(errors="replace").strip().splitlines()
        raise MergeFailed(said=said[-1] if said else f"The program ended with code {process.returncode}.")
    return dict(report)


def _follow(ctx: JobContext, process: subprocess.Popen[bytes], folder: Path) -> None:
    while process.poll() is None:
        told = _last(folder)
        if "done" in told:
            ctx.progress(told["done"], told["total"], told["note"])
        ctx.check_stop()
        time.sleep(LOOK_SECONDS)


def _last(folder: Path) -> dict[str, Any]:
    """The newest whole line that the program wrote."""
    path = folder / PROGRESS
    lines = path.read_text().split("\n")[:-1] if path.exists() else []
    told: dict[str, Any] = json.loads(lines[-1]) if lines else {}
    return told


def make_merge_spec(row: Merge, folder: Path) -> dict[str, Any]:
    """What the program is told (training_app.trainer.merging.spec). Reads and fetches files: outside transactions."""
    related = ("version__adapter", "version__endpoint__base_weights", "version__base_model__weights")
    parts = list(row.parts.select_related(*related, "version__run__snapshot__artifact"))
    versions = [part.version for part in parts]
    return {
        "work_dir": str(folder),
        "base_dir": str(artifact_path(base_weights_of(versions[0]))),
        "base_id": row.base_model.model_id,
        "adapter_dirs": [str(artifact_path(_adapter(version))) for version in versions],
        "names": [str(version) for version in versions],
        "weights": [part.weight for part in parts],
        "into_base": row.into_base,
        "rank": row.rank,
        "prompts_file": _rows_to_ask(versions[0]) if row.into_base else None,
        "threads": THREADS,
    }


def _adapter(version: ModelVersion) -> Artifact:
    if version.adapter is None:
        raise HasNoAdapter(version=version)
    return version.adapter


def _rows_to_ask(version: ModelVersion) -> str | None:
    """The rows whose questions both are asked: what a run of it validated on, or trained on."""
    run = version.run or TrainingRun.objects.filter(version__merged_into__merge__version=version).first()
    if run is None or run.snapshot.artifact is None:
        return None
    folder = artifact_path(run.snapshot.artifact)
    files = [folder / "validation.jsonl", folder / "train.jsonl"]
    return next((str(path) for path in files if path.is_file() and path.stat().st_size), None)


def _finish(ctx: JobContext, row: Merge, folder: Path, report: dict[str, Any]) -> None:
    kind = ArtifactKind.BASE_MODEL if row.into_base else ArtifactKind.ADAPTER
    made = store_artifact(kind, f"merged as {row.name}", folder / "merged", ctx.job)
    with ctx.fenced():
        row.version = make_merged_version(row, made)
        row.report = report
        row.state, row.error = WorkState.SUCCEEDED, ""
        row.save(update_fields=["version", "report", "state", "error"])
        ctx.finish(version=str(row.version), **report)


def _end(ctx: JobContext, row: Merge, state: WorkState, error: str = "") -> None:
    with ctx.fenced():
        Merge.objects.filter(pk=row.pk).update(state=state, error=error)
