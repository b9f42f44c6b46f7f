"""Rules about the training loss: it does not fall, or it rises again. Bounds are ours."""

from __future__ import annotations

from typing import Any

import numpy as np

from training_app.curves.reading import Curve
from training_app.diagnosis.finding import Finding, Kind, Remedy
from training_app.diagnosis.smoothing import windows

# A loss that fell less than this share of itself in so many steps has not begun to fall; trainings that came to
# something fell by 6 % and more (the user's Farore v1: 2.11 -> 1.99).
FALL, STEPS = 0.03, 50
# Half as much again as it was at its best, over a whole window: more than the batches differ from each other. Below the
# floor (nats) a loss has nowhere to fall to, and a small rise is a large share of it.
RISE, FLOOR = 1.5, 0.1
NEARLY_ZERO = 1e-3  # a gradient norm


def find_flat(loss: Curve, gradients: Curve, params: dict[str, Any]) -> Finding | None:
    """The loss is where it began, after `STEPS` steps past the warm-up."""
    loss = loss.after(int(params.get("warmup_steps") or 0))
    if len(loss) < STEPS:
        return None
    fifth = len(loss) // 5
    first, last = float(np.median(loss.values[:fifth])), float(np.median(loss.values[-fifth:]))
    if first < FLOOR or (last < first * (1 - FALL)) or last > first * RISE:
        return None
    begin, end = int(loss.steps[0]), int(loss.steps[-1])
    evidence = [f"Loss {first:.3f} around step {begin:,}, {last:.3f} around step {end:,}: {_change(first, last)}."]
    evidence += _about_gradients(gradients)
    rate, rank = float(params.get("learning_rate", 2e-4)), int(params.get("rank", 16))
    remedies = [
        Remedy(f"Learning rate {3 * rate:g}, three times as high", {"learning_rate": float(f"{min(1.0, 3 * rate):g}")}),
        Remedy("An adapter on every linear layer, of twice the rank", _wider(params, rank)),
    ]
    return Finding(Kind.FLAT, "The loss does not fall: nothing is learned.", begin, evidence, remedies)


def _about_gradients(gradients: Curve) -> list[str]:
    if not len(gradients):
        return []
    middle = float(np.median(gradients.values))
    tiny = " Nearly zero: hardly anything reaches the trained layers." if middle < NEARLY_ZERO else ""
    return [f"Gradient norm {middle:.3g} in the middle.{tiny}"]


def _wider(params: dict[str, Any], rank: int) -> dict[str, Any]:
    return {
        "rank": min(512, 2 * rank),
        "alpha": min(1024, 2 * int(params.get("alpha", 2 * rank))),
        "target_modules": "",
    }


def find_divergence(loss: Curve, gradients: Curve, params: dict[str, Any]) -> Finding | None:
    """The loss rose to half as much again as its best and is still there; neither noise nor one bad batch counts."""
    spans = windows(loss)
    if len(spans) < 2:
        return None
    medians = np.median(spans.values, axis=1)
    best = int(medians.argmin())
    low, high = float(medians[best]), float(medians[-1])
    apart = np.quantile(spans.values[-1], 0.1) > np.quantile(spans.values[best], 0.9)
    if high < max(low * RISE, low + FLOOR) or not apart:
        return None
    since, now = int(spans.steps[best]), int(spans.steps[-1])
    evidence = [
        f"Loss {low:.3f} at step {since:,}, {high:.3f} at step {now:,} (medians): {high / max(low, 1e-9):.1f} ×."
    ]
    late = gradients.after(since)
    if len(late):
        at = int(late.values.argmax())
        evidence.append(f"Largest gradient norm since then {late.values[at]:.3g}, at step {late.steps[at]:,}.")
    rate = float(params.get("learning_rate", 2e-4))
    warm_up = max(10, 2 * int(params.get("warmup_steps") or 0))
    remedies = [
        Remedy(f"Learning rate {rate / 3:.2g}, a third", {"learning_rate": float(f"{rate / 3:.2g}")}),
        Remedy(f"Gradients cut at 0.3, {warm_up} steps of warm-up", {"max_grad_norm": 0.3, "warmup_steps": warm_up}),
    ]
    return Finding(
        Kind.DIVERGED, "The loss rises again: the training has come off its track.", since, evidence, remedies
    )


def _change(before: float, after: float) -> str:
    share = 100 * (after - before) / before
    return f"{share:+.1f} %".replace("-", "−")
