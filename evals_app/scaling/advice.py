"""What to pay for next: more data, a larger model, or first more evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from evals_app.scaling.fit import CENTRAL, LEAST, Line, Range

Verdict = Literal["data", "size", "either", "neither", "not enough"]


@dataclass(frozen=True)
class Advice:
    """`verdict` with its figures in a sentence. `difference`: gain of twice the data less that of twice the size."""

    verdict: Verdict
    text: str
    difference: Range | None = None


def advise(size: Line | None, data: Line | None) -> Advice:
    """What both lines come to. Each gain is that of one doubling, in points of the score."""
    if size is not None and data is not None:
        return _of_both(size, data)
    known, name = (size, "size") if size is not None else (data, "data")
    if known is None:
        text = f"Not enough evidence: a line needs {LEAST} versions of different sizes, on one suite."
        return Advice("not enough", text)
    missing = "data" if name == "size" else "size"
    if known.gain.low > 0:
        verdict: Verdict = "size" if name == "size" else "data"
        return Advice(verdict, f"More {name}: {_gain(name, known.gain)}. Of {missing} there is not enough evidence.")
    text = f"No evidence that more {name} helps: {_gain(name, known.gain)}. Of {missing} there is not enough evidence."
    return Advice("not enough", text)


def _of_both(size: Line, data: Line) -> Advice:
    drawn = data.draws - size.draws[::-1]  # each line's draws come of their own: any pairing is as good
    low, high = np.percentile(drawn, CENTRAL)
    between = Range(data.gain.value - size.gain.value, float(low), float(high))
    gains = f"{_gain('data', data.gain)}; {_gain('size', size.gain)}"
    if between.low > 0 and data.gain.low > 0:
        return Advice("data", f"More data: {gains}.", between)
    if between.high < 0 and size.gain.low > 0:
        return Advice("size", f"A larger model: {gains}.", between)
    if data.gain.low <= 0 and size.gain.low <= 0:
        return Advice("neither", f"No evidence that either helps: {gains}.", between)
    return Advice("either", f"Which of both helps more cannot be told yet: {gains}.", between)


def _gain(name: str, gain: Range) -> str:
    return f"twice the {name} brings {_points(gain.value)} points ({_points(gain.low)} to {_points(gain.high)})"


def _points(share: float) -> str:
    return f"{100 * share:+.1f}".replace("-", "−")
