"""The newest checkpoint of a run in training goes to the hub: another machine can go on when this one is lost."""

from __future__ import annotations

import threading
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError

from afsweb.core.artifacts import ArtifactDropped, drop_artifact, hold_artifact, keep_artifact
from afsweb.core.artifacts.fetching import send_to_hub
from afsweb.core.jobs.context import JobContext
from afsweb.core.models import Artifact, ArtifactKind
from afsweb.refusal import Refusal
from afsweb.storage import Manifest, StorageError, store
from training_app.backends.trl import work_dir
from training_app.models import Checkpoint, TrainingRun

# A run that is finished needs no checkpoint: a transfer under way may end in so many seconds, or comes to nothing.
LAST_WAIT = 30.0


class Sender:
    """Sends one checkpoint at a time, the newest, beside the following of events; earlier ones are let go."""

    def __init__(self, ctx: JobContext, run: TrainingRun) -> None:
        self.ctx, self.run = ctx, run
        self._is_due = True  # what an earlier attempt sealed may be here alone
        self._tried = -1  # the step of the last one that was begun with: it is not tried at each look again
        self._transfer: Transfer | None = None

    def look(self, *, sealed: bool) -> None:
        """Call it at each look at the trainer; `sealed` says that it sealed a checkpoint since. Raises LeaseLost."""
        self._is_due |= sealed
        if self._transfer is not None and not self._transfer.is_alive():
            self._keep(self._transfer)
        if self._is_due and self._transfer is None:
            self._is_due = False
            self._begin()

    def finish(self) -> None:
        """The trainer has ended before its last step: send its newest checkpoint, and wait until it is there."""
        self._tried = -1
        self.look(sealed=True)
        while self._transfer is not None:
            self._transfer.join()
            self.look(sealed=False)

    def close(self) -> None:
        """The run is finished: what was sent of it is let go."""
        if self._transfer is not None:
            self._transfer.join(LAST_WAIT)
        with self.ctx.fenced():
            gone = _let_go(self.run)
        _drop(gone)

    def _begin(self) -> None:
        newest = self.run.checkpoints.filter(is_kept=True).order_by("-step").first()
        if newest is not None and newest.artifact_id is None and newest.step != self._tried:
            self._tried = newest.step
            self._transfer = Transfer(newest, folder_of(newest))
            self._transfer.start()

    def _keep(self, transfer: Transfer) -> None:
        """Its row, now that the files are on the hub; or a line that says why they are not."""
        self._transfer = None
        step = transfer.checkpoint.step
        if transfer.error is not None and not transfer.folder.is_dir():
            self._is_due = True  # the trainer has removed it meanwhile, as there is a newer one
            return
        try:
            if transfer.error is not None:
                raise transfer.error
            assert transfer.manifest is not None
            name = f"checkpoint {step} of {self.run.name}"
            artifact = keep_artifact(ArtifactKind.CHECKPOINT, name, transfer.manifest, self.ctx.job)
            gone = self._note(transfer.checkpoint, artifact)
        except (ArtifactDropped, IntegrityError):
            # An equal training has let go of equal files meanwhile: once more, with the files.
            self._is_due, self._tried = True, -1
        except (Refusal, StorageError, OSError) as error:
            self.ctx.log(f"the checkpoint of step {step} is on this machine alone: {error}")
        else:
            _drop(gone)

    def _note(self, checkpoint: Checkpoint, artifact: Artifact) -> list[Artifact]:
        with self.ctx.fenced():
            hold_artifact(artifact)
            gone = _let_go(self.run, but=artifact)
            Checkpoint.objects.filter(pk=checkpoint.pk).update(artifact=artifact)
        return gone


class Transfer(threading.Thread):
    """Stores the files and sends them to the hub; asks no database. In the end `manifest` or `error` is set."""

    def __init__(self, checkpoint: Checkpoint, folder: Path) -> None:
        super().__init__(name="checkpoint", daemon=True)
        self.checkpoint, self.folder = checkpoint, folder
        self.manifest: Manifest | None = None
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            manifest = store(self.folder, settings.ARTIFACT_DIR)
            send_to_hub(manifest.sha256)
            self.manifest = manifest
        except Exception as error:  # noqa: BLE001  it is raised where the lease is
            self.error = error


def folder_of(checkpoint: Checkpoint) -> Path:
    """Where the trainer keeps it on its machine."""
    return work_dir(checkpoint.run) / "checkpoints" / f"step-{checkpoint.step:08d}"


def _let_go(run: TrainingRun, but: Artifact | None = None) -> list[Artifact]:
    """Have no checkpoint of the run refer to files on the hub, `but` these; returns what they referred to."""
    rows = run.checkpoints.filter(artifact__isnull=False).exclude(artifact=but).select_related("artifact")
    gone = [one.artifact for one in rows if one.artifact is not None]
    rows.update(artifact=None)
    return gone


def _drop(artifacts: list[Artifact]) -> None:
    for artifact in artifacts:
        drop_artifact(artifact)
