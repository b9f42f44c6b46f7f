"""What the trainer took of its machine, from its events into rows, thinned; the run's peak and energy."""

from __future__ import annotations

from typing import Any

from training_app.models import Reading, TrainingRun

MOST = 3000  # rows of a run; then every second one goes, so that the oldest are the farthest apart


def keep_readings(run: TrainingRun, events: list[dict[str, Any]]) -> None:
    """Write the events `reading` into rows, and what they add up to into `run.environment["measured"]`.

    There: `peak_bytes`, the most of any attempt; `wh`, the watt-hours of the cards, absent where no card says them.
    The caller saves `run`, in the transaction of this.
    """
    if not events:
        return
    Reading.objects.bulk_create(
        Reading(
            run=run,
            at=event["at"],
            step=event["step"],
            cpu_percent=event["cpu_percent"],
            rss_bytes=event["rss_bytes"],
            gpus=event["gpus"],
        )
        for event in events
    )
    run.environment = {**run.environment, "measured": _measured(run.environment.get("measured", {}), events)}
    if run.readings.count() > MOST:
        _thin(run)


def _measured(before: dict[str, float], events: list[dict[str, Any]]) -> dict[str, float]:
    measured = {**before, "peak_bytes": max(before.get("peak_bytes", 0), *(one["peak_bytes"] for one in events))}
    spent = [one["wh"] for one in events if one["wh"] is not None]
    return measured | ({"wh": before.get("wh", 0.0) + sum(spent)} if spent else {})


def _thin(run: TrainingRun) -> None:
    keys = list(run.readings.order_by("pk").values_list("pk", flat=True))
    Reading.objects.filter(pk__in=keys[1::2]).delete()
