"""The loss of a version on what its snapshot holds out: computed once, row by row, in the local model's interpreter."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import transaction
from jinja2 import TemplateError

from afsweb.core.artifacts import artifact_path
from afsweb.core.history import record
from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.models import Artifact, EventSource, User, WorkState
from afsweb.llm.local.client import LocalModel
from afsweb.llm.local.protocol import Row
from datasets_app.models import Snapshot
from evals_app.errors import HeldOutGoesOn, NothingHeldOut, RowCannotBeRead, SnapshotMissing, WeightsMissing
from evals_app.models import HeldOut
from evals_app.runs.endings import leaving_word
from training_app.models import ModelVersion
from training_app.preview.encoding import read_messages
from training_app.trainer.plain import load_plain
from training_app.trainer.rows import VALIDATION
from training_app.trainer.tokens import encoder

BATCH = 8


@transaction.atomic
def measure(
    version: ModelVersion, snapshot: Snapshot | None, by: User | None, source: EventSource = EventSource.UI
) -> HeldOut:
    """Measure the version on the validation split of `snapshot`, its own unless given. What is measured is not again.

    Raises WeightsMissing, SnapshotMissing, NothingHeldOut and HeldOutGoesOn.
    """
    weights_of(version)
    snapshot = snapshot or (version.run.snapshot if version.run else None)
    if snapshot is None:
        raise SnapshotMissing(version=version)
    if not snapshot.validation_count or snapshot.artifact is None:
        raise NothingHeldOut(snapshot=snapshot)
    held_out, is_new = HeldOut.objects.select_related("job").get_or_create(version=version, snapshot=snapshot)
    if held_out.is_active:
        raise HeldOutGoesOn(version=version)
    if is_new or held_out.can_go_on:
        title = f"Held-out loss of {version}"
        job = enqueue(
            "evals.held_out", {"held_out_id": held_out.pk}, title=title, by=by, about=("show_version", version)
        )
        HeldOut.objects.filter(pk=held_out.pk).update(job=job, state=WorkState.QUEUED, error="")
        record("measure", version, actor=by, source=source, after={"snapshot": snapshot.name})
        held_out.refresh_from_db()
    return held_out


def compute(ctx: JobContext, held_out: HeldOut) -> None:
    """Measure the rows that are not measured yet, then their mean. Safe to stop and to run twice."""
    with leaving_word(ctx, held_out):
        with ctx.fenced():
            held_out.begin()
        base, adapter = weights_of(held_out.version)
        folders = artifact_path(base), artifact_path(adapter) if adapter else None
        if held_out.snapshot.artifact is None:
            raise NothingHeldOut(snapshot=held_out.snapshot)
        rows = list(encode(folders[0], artifact_path(held_out.snapshot.artifact) / VALIDATION))
        per_row = [list(row) for row in held_out.per_row]
        if len(per_row) < len(rows):
            _measure(ctx, held_out, folders, rows, per_row)
        with ctx.fenced():
            held_out.end(WorkState.SUCCEEDED, **summary(per_row))


def _measure(
    ctx: JobContext, held_out: HeldOut, folders: tuple[Path, Path | None], rows: list[Row], per_row: list[list[float]]
) -> None:
    """Add to `per_row` what is missing in it, [nats, tokens] each; 0 tokens for a row that is too long."""
    with LocalModel(settings.TRAINER_PYTHON, *folders) as model:
        while len(per_row) < len(rows):
            losses = model.loss(rows[len(per_row) : len(per_row) + BATCH])
            per_row += [[loss.nats, loss.tokens] for loss in losses]
            with ctx.fenced():
                held_out.keep(per_row)
            ctx.progress(len(per_row), len(rows))


def encode(base_dir: Path, file: Path) -> Iterator[Row]:
    """The rows of a snapshot's file as tokens and labels, by the very code that training uses. Raises RowCannotBeRead.

    Raises what the trainer would, too: BaseUnreadable, NoChatTemplate, NoRows, RowsUnreadable, TurnsNotMarked.
    """
    show = encoder(load_plain(base_dir), file.name)
    for number, messages in enumerate(read_messages(file), start=1):
        try:
            tokens = show(messages)
        except TemplateError as error:
            raise RowCannotBeRead(number=number, reason=error) from None
        yield Row(key=number, ids=tokens.ids, labels=tokens.labels)


def summary(per_row: list[list[float]]) -> dict[str, float | int | None]:
    """The mean over all tokens that count, and over how many of both. A row of many tokens weighs as many as it has."""
    counted = [(nats, int(tokens)) for nats, tokens in per_row if tokens]
    tokens = sum(tokens for _, tokens in counted)
    return {
        "rows": len(counted),
        "tokens": tokens,
        "loss": sum(nats for nats, _ in counted) / tokens if tokens else None,
    }


def weights_of(version: ModelVersion) -> tuple[Artifact, Artifact | None]:
    """The version's base, or its own whole weights, and its adapter. Raises WeightsMissing."""
    base = version.weights or version.base_model.weights
    # Of one that was trained elsewhere only the base may be here, which is another model.
    if base is None or version.imported_from:
        raise WeightsMissing(version=version)
    return base, version.adapter
