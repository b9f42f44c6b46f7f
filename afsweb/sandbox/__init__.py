"""Programs run within bounds: wall time, memory, what they write and say, and a bare environment. No Django.

The bounds hold off accidents: a hang, a runaway allocation, an endless file. They are no wall against malice: the
program runs as this user, who may read files and reach the network.
"""

from afsweb.sandbox.running import Bounds, CannotStart, Ended, run_bounded

__all__ = ["Bounds", "CannotStart", "Ended", "run_bounded"]
