"""What a faster version saves, measured by running both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from datasets_app.domains.asm65816.assembler.result import Assembly
from datasets_app.domains.asm65816.execution.equivalence import compare_routines
from datasets_app.domains.asm65816.execution.program import load
from datasets_app.domains.asm65816.execution.running import Runner
from datasets_app.domains.asm65816.execution.state import State
from datasets_app.domains.asm65816.execution.widths import common_widths
from datasets_app.domains.asm65816.generators.pool.measured import has_fixed_course

TRIED = 24


@dataclass(frozen=True, slots=True)
class Saving:
    """Bytes saved, negative where it grew; cycles saved in each run; both versions' bytes, and their cycles in one run;
    `steady`: both always take that time.
    """

    size: int
    cycles: tuple[int, ...]
    sizes: tuple[int, int]
    typical: tuple[int, int]
    steady: bool

    @property
    def constant(self) -> bool:
        """Whether every run saves the same."""
        return len(set(self.cycles)) == 1


def measure_saving(slow: Assembly, fast: Assembly, starts: Sequence[State]) -> Saving:
    """Run both from starts such as the routine is meant for; one is enough where every run takes the same way."""
    first, second = Runner(load(slow)), Runner(load(fast))
    steady = has_fixed_course(slow) and has_fixed_course(fast)
    spent = [(first.run(start).cycles, second.run(start).cycles) for start in starts[: 1 if steady else None]]
    sizes = len(slow.code), len(fast.code)
    return Saving(sizes[0] - sizes[1], tuple(before - after for before, after in spent), sizes, spent[0], steady)


def agree(slow: Assembly, fast: Assembly, live_out: Sequence[str]) -> bool:
    """Whether both do the same from a few states: the first of those that the verifier tries."""
    found = compare_routines(
        load(slow), load(fast), common_widths(slow, fast), live_out=live_out, count=TRIED, seconds=0.1
    )
    return found.equal
