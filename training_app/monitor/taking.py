"""Taking the pulse of a training, in its own job: when it last got on, how long a step usually takes, what GPUs do."""

from __future__ import annotations

import time
from collections import deque
from itertools import pairwise
from statistics import median

from django.db.models.functions import Now

from afsweb.core.jobs.context import JobContext
from afsweb.core.models import GpuReading, Pulse
from training_app.monitor.gpu import read_gpus

READ_EVERY = 15.0  # seconds between two readings of the GPUs
WRITE_EVERY = 2.0  # seconds between two writes of the pulse, which quick steps would ask for at each look
REMEMBERED = 32  # intervals that the usual one is the median of


class PulseTaker:
    """The pulse of one attempt."""

    def __init__(self, ctx: JobContext) -> None:
        self.ctx = ctx
        self.signs: deque[float] = deque(maxlen=REMEMBERED + 1)
        self.next_reading, self.next_write = 0.0, 0.0
        self.has_gpus = True
        with ctx.fenced():
            Pulse.objects.update_or_create(
                job=ctx.job, defaults={"step_at": Now(), "stalled_at": None, "usual_seconds": None}
            )

    def look(self, step: int, *, got_on: bool) -> None:
        """Call it at each look at the trainer: `got_on` says whether it wrote anything since. Raises LeaseLost."""
        now = time.monotonic()
        if got_on:
            self.signs.append(now)
        if got_on and now >= self.next_write:
            self.next_write = now + WRITE_EVERY
            with self.ctx.fenced():
                facts = {"step": step, "step_at": Now(), "usual_seconds": self.usual_seconds()}
                Pulse.objects.filter(job=self.ctx.job).update(**facts)
        if self.has_gpus and now >= self.next_reading:
            self.next_reading = now + READ_EVERY
            self._read_gpus()

    def usual_seconds(self) -> float | None:
        """The median time between two signs of work; None before the second."""
        times = list(self.signs)
        gaps = [later - earlier for earlier, later in pairwise(times)]
        return median(gaps) if gaps else None

    def _read_gpus(self) -> None:
        readings = read_gpus()
        self.has_gpus = bool(readings)
        with self.ctx.fenced():
            GpuReading.objects.bulk_create([GpuReading(job=self.ctx.job, **vars(one)) for one in readings])
