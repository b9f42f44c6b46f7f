"""The gates that the four experts come with."""

from __future__ import annotations

from evals_app.gate.rules import Bar, Rules

SAFETY, GENERAL = "safety", "general"
HARDWARE = "snes-hardware"
# Veran's bar is the training guide's own: version 2 knew 5 % of the hardware and was shipped for its lower loss.
DEFAULTS = {
    "din": Rules(primary="optimise", safety=SAFETY, general=GENERAL),
    "nayru": Rules(primary="write", safety=SAFETY, general=GENERAL),
    "farore": Rules(primary="debug", safety=SAFETY, general=GENERAL),
    "veran": Rules(primary=HARDWARE, bars=[Bar(suite=HARDWARE, minimum=0.70)], safety=SAFETY, general=GENERAL),
}
