"""Says when a training goes wrong: a loss or a gradient that is no number stops it, a loss that stays high is noted."""

from __future__ import annotations

import math
from statistics import median

from training_app.trainer.errors import GradientNotFinite, LossNotANumber
from training_app.trainer.standing import Standing

# One row that is unlike the others makes one step's loss jump; batches of few rows differ by a factor of two. Three
# times what was usual, twenty steps in a row, is neither: the weights have left what they had learnt.
TIMES, STEPS = 3.0, 20
USUAL = 100  # steps whose median is what is usual
FLOOR = 0.1  # a loss below this has learnt its rows by heart: three times nothing is still nothing


def check_numbers(step: int, loss: float, grad_norm: float | None, *, scaled: bool) -> None:
    """Raise `LossNotANumber` or `GradientNotFinite`.

    `scaled`: in fp16 a gradient that is not finite is how the scaler finds its scale; it leaves such a step out.
    """
    if not math.isfinite(loss):
        raise LossNotANumber(step=step)
    if grad_norm is not None and not math.isfinite(grad_norm) and not scaled:
        raise GradientNotFinite(step=step)


def watch(standing: Standing, step: int, loss: float, warmup: int) -> str:
    """What to note about the loss of this step, or "". Once for each time that it stays high."""
    if step <= warmup:
        return ""
    usual = median(standing.losses) if len(standing.losses) >= STEPS else math.inf
    if loss <= TIMES * max(usual, FLOOR):
        standing.high = 0
        standing.losses = [*standing.losses, loss][-USUAL:]
        return ""
    standing.high += 1
    if standing.high != STEPS:
        return ""
    return (
        f"The loss has been above {TIMES:g} times its usual {usual:.3g} for {STEPS} steps. The run may have diverged:"
        " lower the learning rate, or go back to an earlier checkpoint."
    )
