"""A job that does nothing useful, in small steps: does this machine take jobs, show their progress and stop them?"""

from __future__ import annotations

import time

from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.registry import job


@job("core.selftest")
def selftest(ctx: JobContext, *, steps: int, pause: float) -> None:
    """Log a line `steps` times, `pause` seconds apart. Goes on where an earlier attempt was lost."""
    with ctx.fenced():  # who sees the total knows that the first step has begun: no wish to stop is looked for between
        ctx.progress(ctx.job.done, steps)
    for step in range(ctx.job.done + 1, steps + 1):
        time.sleep(pause)
        ctx.check_stop()
        with ctx.fenced():
            ctx.log(f"step {step} of {steps}")
            ctx.progress(step, steps)
    ctx.finish(steps=steps)
