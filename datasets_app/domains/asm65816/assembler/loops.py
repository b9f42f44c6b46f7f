"""What a condition or a loop began with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Loop:
    """What began at one level of nesting. `kind` is “if”, “while” or “for”; `goes_on` sends its end back to `start`."""

    kind: str = "if"
    start: int = 0
    goes_on: bool = False
    variable: str = ""
    shadowed: str | None = None
    current: int = 0
    end: int = 0
