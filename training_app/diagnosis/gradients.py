"""The rule about gradients that explode. Axolotl's guide calls norms of 0.1 to 10 healthy; the rest is ours."""

from __future__ import annotations

from typing import Any

import numpy as np

from training_app.curves.reading import Curve
from training_app.diagnosis.finding import Finding, Kind, Remedy

HEALTHY = 10.0  # the norm before it is cut
TIMES = 10.0  # as large as the run's usual norm
SPIKES = 3  # one odd batch explodes once


def find_explosion(gradients: Curve, params: dict[str, Any]) -> Finding | None:
    """At least three steps past the warm-up have a norm above what is healthy, and far above the run's own usual one.

    A run whose norm is high throughout (another loss, another model) has another usual norm, and is left alone.
    """
    gradients = gradients.after(int(params.get("warmup_steps") or 0))
    if len(gradients) < 5 * SPIKES:
        return None
    usual = float(np.median(gradients.values))
    exploded = gradients.values > max(HEALTHY, TIMES * usual)
    if int(exploded.sum()) < SPIKES:
        return None
    steps, norms = gradients.steps[exploded], gradients.values[exploded]
    cut = float(params.get("max_grad_norm", 1.0))
    shown = ", ".join(f"{norm:.3g} (step {step:,})" for step, norm in zip(steps[:5], norms[:5], strict=True))
    evidence = [
        f"{len(steps):,} of {len(gradients):,} steps above {max(HEALTHY, TIMES * usual):.3g}: {shown}.",
        f"The usual norm is {usual:.3g}; the recipe cuts gradients at {cut:g}.",
    ]
    return Finding(
        Kind.EXPLODES, "Gradients explode: single steps undo much.", int(steps[0]), evidence, _remedies(params, cut)
    )


def _remedies(params: dict[str, Any], cut: float) -> list[Remedy]:
    rate = float(params.get("learning_rate", 2e-4))
    accumulation = min(4096, 2 * int(params.get("gradient_accumulation", 1)))
    return [
        Remedy(f"Learning rate {rate / 2:.2g}, half", {"learning_rate": float(f"{rate / 2:.2g}")}),
        Remedy(f"Gradients cut at {min(0.3, cut / 2):g}", {"max_grad_norm": min(0.3, cut / 2)}),
        Remedy("Twice as many rows a step", {"gradient_accumulation": accumulation}),
    ]
