"""The learning rate of each step, where no library has it: as transformers' `get_scheduler` computes it."""

from __future__ import annotations

import math

from training_app.trainer.arguments import warmup_steps
from training_app.trainer.spec import TrainSpec


def learning_rate(spec: TrainSpec, done: int, steps: int) -> float:
    """Of the step after `done` steps of `steps`: rises in a line while warming up, then as the scheduler says.

    Source: transformers.optimization (get_cosine_schedule_with_warmup and its kin).
    """
    warmup = warmup_steps(spec, steps)
    if spec.scheduler == "constant":
        return spec.learning_rate
    if done < warmup:
        return spec.learning_rate * done / warmup
    if spec.scheduler == "constant_with_warmup":
        return spec.learning_rate
    share = (done - warmup) / max(1, steps - warmup)
    if spec.scheduler == "linear":
        return spec.learning_rate * max(0.0, 1 - share)
    return spec.learning_rate * max(0.0, 0.5 * (1 + math.cos(math.pi * share)))
