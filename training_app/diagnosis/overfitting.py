"""The rule about overfitting: validation gets worse while training gets better.

L. Prechelt, “Early Stopping — But When?” (Neural Networks: Tricks of the Trade, 1998): the generalisation loss at t is
GL(t) = 100 · (E_va(t) / E_opt(t) − 1), where E_opt is the lowest validation error so far; training is past its best
when GL exceeds a bound. The bound, and that the training loss must fall meanwhile, are ours.
"""

from __future__ import annotations

from typing import Any

from training_app.curves.reading import Curve, Curves
from training_app.diagnosis.finding import Finding, Kind, Remedy
from training_app.diagnosis.smoothing import slope

BOUND = 2.0  # per cent of GL
WORSE = 2  # validations in a row since the best one that must all be worse


def generalisation_loss(validation: Curve) -> float:
    """GL of the last validation in per cent: 0 when it is the best so far."""
    if not len(validation):
        return 0.0
    best = float(validation.values.min())
    return 100 * (float(validation.values[-1]) / best - 1) if best > 0 else 0.0


def find_overfitting(curves: Curves, params: dict[str, Any]) -> Finding | None:
    """The last validations are all worse than the best one, by more than the bound, while the training loss falls."""
    validation = curves.validation
    if len(validation) < WORSE + 1:
        return None
    best = int(validation.values.argmin())
    since, gl = int(validation.steps[best]), generalisation_loss(validation)
    later, train = validation.after(since - 1), curves.train.after(since)
    if len(later) < WORSE + 1 or gl <= BOUND or slope(later) <= 0 or slope(train) >= 0:
        return None
    evidence = [
        f"Validation loss {validation.values[best]:.3f} at step {since:,} was the best; "
        f"{validation.values[-1]:.3f} at step {validation.steps[-1]:,} is {gl:.1f} % above it.",
        f"Since then validation rises by {slope(later):.3g} in 100 steps, and training falls by {-slope(train):.3g}.",
        "Validations since: " + ", ".join(f"{value:.3f} ({step:,})" for step, value in _last(later)) + ".",
    ]
    text = "It learns its samples by heart: validation gets worse while training gets better."
    return Finding(Kind.OVERFITS, text, since, evidence, _remedies(since, params))


def _last(curve: Curve) -> list[tuple[int, float]]:
    return list(zip(curve.steps.tolist(), curve.values.tolist(), strict=True))[-5:]


def _remedies(best: int, params: dict[str, Any]) -> list[Remedy]:
    rank = int(params.get("rank", 16))
    stop = {"early_stopping": WORSE, "keep": "validation_loss"}
    remedies = [
        Remedy(f"Stop after {WORSE} validations without a better one, keep the best", stop),
        Remedy(f"Train {best:,} steps, until it was best", {"max_steps": best, "epochs": None}),
    ]
    if not params.get("dropout"):
        remedies.append(Remedy("Dropout 0.05", {"dropout": 0.05}))
    if rank >= 16:
        alpha = max(1, int(params.get("alpha", rank)) // 2)
        remedies.append(Remedy(f"Rank {rank // 2}, half as wide", {"rank": rank // 2, "alpha": alpha}))
    return remedies
