"""The trainer's events, from its file into rows: in batches, once each, under the job's lease."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db.models.functions import Now
from django.utils.dateparse import parse_datetime

from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.text import storable
from datasets_app.models import Snapshot, SnapshotState
from training_app.models import Checkpoint, Metric, RunText, TrainingRun
from training_app.readings import keep_readings

Event = dict[str, Any]


class EventTail:
    """Reads whole new lines from `events.jsonl`; a half-written one waits for the next look."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0

    def new(self) -> list[Event]:
        """The events written since the last look."""
        if not self._path.exists():
            return []
        # A trainer that starts again cuts off a line that a killed one left half-written.
        self._offset = min(self._offset, self._path.stat().st_size)
        with self._path.open("rb") as file:
            file.seek(self._offset)
            data = file.read()
        whole = data[: data.rfind(b"\n") + 1]
        self._offset += len(whole)
        return [json.loads(line) for line in whole.splitlines()]


def keep_events(ctx: JobContext, run: TrainingRun, events: list[Event]) -> None:
    """Write what `events` say into rows, each event once: `events_seen` is moved in the same transaction."""
    with ctx.fenced():
        run.refresh_from_db(fields=["events_seen"])
        fresh = [event for event in events if event["seq"] > run.events_seen]
        if not fresh:
            return
        _keep_metrics(run, fresh)
        keep_readings(run, [event for event in fresh if event["type"] == "reading"])
        for event in fresh:
            WRITERS.get(event["type"], _nothing)(run, event)
        for line in _lines(fresh):
            ctx.log(line)
        run.events_seen = fresh[-1]["seq"]
        run.save(update_fields=["events_seen", "step", "max_steps", "environment", "error"])


def _keep_metrics(run: TrainingRun, events: list[Event]) -> None:
    rows = {
        (event["step"], event["type"] == "eval"): Metric(
            run=run,
            step=event["step"],
            is_validation=event["type"] == "eval",
            loss=event.get("loss"),
            accuracy=event.get("accuracy", event.get("mean_token_accuracy")),
            learning_rate=event.get("learning_rate"),
            grad_norm=event.get("grad_norm"),
            tokens_per_second=event.get("tokens_per_s"),
            at=_moment(event),
        )
        for event in events
        if event["type"] in ("log", "eval")
    }
    Metric.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["run", "step", "is_validation"],
        update_fields=["loss", "accuracy", "learning_rate", "grad_norm", "tokens_per_second", "at"],
    )
    if rows:
        run.step = max(step for step, _ in rows)


def _moment(event: Event) -> datetime | None:
    """When the trainer wrote it; None where it says no time that has a zone."""
    with suppress(ValueError, TypeError):
        moment = parse_datetime(event.get("at", ""))
        return moment if moment and moment.tzinfo else None
    return None


def _started(run: TrainingRun, event: Event) -> None:
    run.max_steps = event["max_steps"]
    measured = {"measured": run.environment["measured"]} if "measured" in run.environment else {}
    run.environment = {key: value for key, value in event.items() if key not in ("seq", "type", "max_steps")} | measured


def _checkpoint(run: TrainingRun, event: Event) -> None:
    Checkpoint.objects.update_or_create(
        run=run,
        step=event["step"],
        defaults={"sha256": event["sha256"], "size_bytes": event["bytes"], "host": run.host, "is_kept": True},
    )
    Checkpoint.objects.filter(run=run, step__in=event.get("removed", [])).update(is_kept=False)


def _texts(run: TrainingRun, event: Event) -> None:
    """Replace what was kept of this step: another attempt may ask fewer questions."""
    run.texts.filter(step=event["step"]).delete()
    if not Snapshot.objects.filter(pk=run.snapshot_id, state=SnapshotState.READY).exists():
        return  # its samples were purged while it trained on them, and the questions quote them
    RunText.objects.bulk_create(
        RunText(
            run=run,
            step=event["step"],
            position=position,
            question=storable(one["question"]),
            expected=storable(one["expected"]),
            said=storable(one["said"]),
            right=float(one["right"]),
        )
        for position, one in enumerate(event["texts"])
    )


def _failed(run: TrainingRun, event: Event) -> None:
    run.error = f"{event['error']} {event.get('advice', '')}".strip()


def _nothing(_run: TrainingRun, _event: Event) -> None:
    """Other events only have a line."""


WRITERS: dict[str, Callable[[TrainingRun, Event], None]] = {
    "started": _started,
    "checkpoint": _checkpoint,
    "texts": _texts,
    "failed": _failed,
}


def _lines(events: list[Event]) -> Iterator[str]:
    """What people read of the events: not every step, the curve shows those."""
    for event in events:
        kind = event["type"]
        if kind == "started":
            again = f"; goes on from step {event['resumed_from']}" if event.get("resumed_from") else ""
            trained = f"{event['trainable_parameters']:,} of {event['total_parameters']:,} parameters"
            yield f"started on {event['device']}: {event['max_steps']} steps, {trained} trained{again}"
        elif kind == "eval":
            yield f"step {event['step']}: validation loss {event['loss']:.4f}"
        elif kind == "checkpoint":
            yield f"step {event['step']}: checkpoint sealed, {event['bytes']:,} bytes, sha256 {event['sha256'][:12]}…"
        elif kind == "texts":
            right = sum(float(one["right"]) for one in event["texts"])
            yield f"step {event['step']}: {right:g} of {len(event['texts'])} validation questions answered right"
        elif kind == "best":
            yield f"the best state, of step {event['step']}, is the result: {event['by']} {event['value']:.4f}"
        elif kind in ("stopped", "finished"):
            yield f"{kind} at step {event['step']} after {event['seconds']:.1f} s"
        elif kind == "note":
            yield event["text"]
        elif kind == "failed":
            yield f"failed: {event['error']}"


def mark_started(run: TrainingRun) -> None:
    """Remember when the run first began, by the database's clock."""
    TrainingRun.objects.filter(pk=run.pk, started_at=None).update(started_at=Now())
