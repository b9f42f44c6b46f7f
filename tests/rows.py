"""Rows that tests of several apps start from. Only what the database demands is filled in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.utils import timezone

from afsweb.core.artifacts import store_artifact
from afsweb.core.jobs.claim import claim
from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.perform import Ending, perform, settle
from afsweb.core.models import ArtifactKind, Backup, Host, Job, Role, User
from datasets_app.golden.bulk import make_golden
from datasets_app.models import Domain, Snapshot, SnapshotState
from training_app.backends.params import TrainingParams
from training_app.models import BaseModel, Recipe

ALL_QUEUES = ("default", "generate", "gpu", "mlx", "eval")


def chat_row(question: str, answer: str) -> dict[str, Any]:
    """One row of a snapshot."""
    return {"messages": [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]}


def make_snapshot(
    folder: Path, train: list[dict[str, Any]], validation: list[dict[str, Any]] | None = None
) -> Snapshot:
    """A ready snapshot of the asm65816 domain whose files hold these rows."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in (("train", train), ("validation", validation or [])):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    artifact = store_artifact(ArtifactKind.SNAPSHOT, folder.name, folder)
    return Snapshot.objects.create(
        name=folder.name,
        domain=Domain.objects.get(slug="asm65816"),
        state=SnapshotState.READY,
        artifact=artifact,
        sha256=artifact.sha256,
        train_count=len(train),
        validation_count=len(validation or []),
    )


def make_base(folder: Path | None = None, model_id: str = "tests/base") -> BaseModel:
    """A base model; with the files of `folder` as its weights."""
    weights = store_artifact(ArtifactKind.BASE_MODEL, model_id, folder) if folder else None
    return BaseModel.objects.create(model_id=model_id, weights=weights)


def make_recipe(base: BaseModel, **params: Any) -> Recipe:
    """A recipe of a few steps."""
    settings = TrainingParams(**{"max_steps": 4, "batch_size": 4, "save_every": 2, "eval_every": 2, **params})
    return Recipe.objects.create(name="tests", base_model=base, params=settings.model_dump(mode="json"))


def make_backup_row(place: str = "/nowhere/afsweb-20261011-030000", **facts: Any) -> Backup:
    """The row of a backup; of its folder nothing is there."""
    figures = {"version": "0.3.0", "size_bytes": 5_000_000, "row_count": 12_345, "artifact_count": 7}
    return Backup.objects.create(place=place, **{**figures, "verified_at": timezone.now(), **facts})


@contextmanager
def leased(job: Job, host: Host | None = None) -> Iterator[JobContext]:
    """The job, taken by a worker of `host` as a real one takes it. Put in the front of the line first."""
    Job.objects.filter(pk=job.pk).update(priority=99)
    taken = claim(host or Host.objects.get_or_create(name="tests")[0], "a worker of the tests", ALL_QUEUES)
    assert taken is not None
    assert taken.job.pk == job.pk
    taken.job.refresh_from_db()
    yield JobContext(taken.job, taken.lease)


def run_job(job: Job, host: Host | None = None) -> Ending:
    """Take the job, run its body here and write down how it ended, as the child process does."""
    with leased(job, host) as ctx:
        ending = perform(ctx)
        settle(ending)
    job.refresh_from_db()
    return ending


def gild(sample_ids: list[int]) -> None:
    """Let somebody make these samples golden, as the database wants it."""
    somebody, _ = User.objects.get_or_create(username="gilder", defaults={"role": Role.REVIEWER})
    make_golden(sample_ids, somebody, uuid4())
