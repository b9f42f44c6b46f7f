"""The rungs: what to change next when memory runs out, so that a step has the same rows as before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SHORTEST = 64  # tokens; rows that are shorter still teach little

Spec = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """What changes, in words, and in settings of the trainer's spec. `begins_anew`: no checkpoint fits it."""

    what: str
    settings: dict[str, Any] = field(default_factory=dict)
    begins_anew: bool = False


def next_change(spec: Spec, *, on_cpu: bool) -> Change | None:
    """The next rung after `spec`; None past the last. `on_cpu` says what “auto” stands for."""
    steps = (_smaller_batch(spec), _checkpointing(spec, on_cpu=on_cpu), _chunks(spec), _shorter_rows(spec))
    return next((change for change in steps if change), None)


def _smaller_batch(spec: Spec) -> Change | None:
    """Half the batch and twice the accumulation; of an odd batch the largest part that divides the rows of a step."""
    batch, accumulation = spec["batch_size"], spec["gradient_accumulation"]
    if batch == 1:
        return None
    rows = batch * accumulation
    smaller = max(size for size in range(1, batch // 2 + 1) if rows % size == 0)
    what = f"batch size {batch} × {accumulation} → {smaller} × {rows // smaller}"
    return Change(what, {"batch_size": smaller, "gradient_accumulation": rows // smaller})


def _checkpointing(spec: Spec, *, on_cpu: bool) -> Change | None:
    setting = spec.get("gradient_checkpointing", "auto")
    if setting == "on" or (setting == "auto" and not on_cpu):
        return None
    return Change("gradient checkpointing off → on", {"gradient_checkpointing": "on"})


def _chunks(spec: Spec) -> Change | None:
    if spec.get("chunked_loss", True):
        return None
    return Change("loss computed whole → in chunks", {"chunked_loss": True})


def _shorter_rows(spec: Spec) -> Change | None:
    length, shorter = spec["max_length"], spec["max_length"] // 2
    if not spec.get("may_shorten") or shorter < SHORTEST:
        return None
    what = f"rows of at most {length:,} → {shorter:,} tokens, longer ones left out; begins at step 0 again"
    return Change(what, {"max_length": shorter, "leave_out_longer": True}, begins_anew=True)
