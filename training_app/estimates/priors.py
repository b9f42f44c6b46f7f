"""What guides say of speed: all there is before the first run of one's own, and shown as such."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Prior:
    """Somebody's speed for a base of `billions` of parameters: tokens or rows a second, from `low` to `high`."""

    billions: float
    unit: str
    low: float
    high: float
    hardware: str
    source: str
    dated: str


TOKENS, ROWS = "tokens", "rows"
MEMORY = "lora-guide, “Memory Requirements”"
TIMES = "hybrid-training, “Expected Training Times”"
COSTS = "training-guide, “Cost Estimates”"
# Rows a second are samples × epochs / time: 7,000 × 3 in 4 to 6 hours, 24,000 × 3 in 16 to 20; 1,000 × 3 in 2 to 3.
PRIORS = (
    Prior(7, TOKENS, 800, 1_000, "RTX 4070 Ti SUPER 16 GB, rank 32 to 64", MEMORY, "undated"),
    Prior(14, TOKENS, 400, 500, "RTX 4070 Ti SUPER 16 GB, rank 32 to 64", MEMORY, "undated"),
    Prior(7, ROWS, 0.97, 1.46, "RTX 5060 Ti 16 GB, 4-bit base", TIMES, "2025-12-21"),
    Prior(12, ROWS, 0.28, 0.42, "A10G 24 GB, 4-bit base", COSTS, "undated"),
)
# A speed says little of a base of another size: half of it to twice it is as far as it is carried.
CARRIED = 2.0


def priors_for(parameters: int | None) -> list[Prior]:
    """The priors for a base of that size, the nearest first; none for one much smaller or larger than all."""
    if not parameters:
        return []
    billions = parameters / 1e9
    near = [one for one in PRIORS if max(one.billions / billions, billions / one.billions) <= CARRIED]
    return sorted(near, key=lambda one: max(one.billions / billions, billions / one.billions))
