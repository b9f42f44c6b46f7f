"""The gates that the four experts come with."""

from __future__ import annotations

from evals_app.gate.rules import Bar, Rules

SAFETY, GENERAL = "safety-65816", "general"
HARDWARE = "snes-hardware"
# Why Veran has a bar of its own: its second version had the lower loss, and knew 5 % of the hardware (30 % before).
DEFAULTS = {
    "din": Rules(primary="optimise", safety=SAFETY, general=GENERAL),
    "nayru": Rules(primary="write", safety=SAFETY, general=GENERAL),
    "farore": Rules(primary="debug", safety=SAFETY, general=GENERAL),
    "veran": Rules(primary=HARDWARE, bars=[Bar(suite=HARDWARE, minimum=0.70)], safety=SAFETY, general=GENERAL),
}
