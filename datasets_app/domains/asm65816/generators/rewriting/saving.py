"""What a faster version saves, measured by running both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from datasets_app.domains.asm65816.assembler.result import Assembly
from datasets_app.domains.asm65816.execution.cases import read_cases
from datasets_app.domains.asm65816.execution.equivalence import compare_routines
from datasets_app.domains.asm65816.execution.program import load
from datasets_app.domains.asm65816.execution.running import Runner
from datasets_app.domains.asm65816.execution.state import State, states
from datasets_app.domains.asm65816.execution.widths import common_widths

TRIED = 24


@dataclass(frozen=True, slots=True)
class Saving:
    """Bytes saved, negative where it grew; cycles saved in each run; both versions' bytes, and their cycles in one run;
    `steady`: both take the same time in every case.
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


def measure_saving(slow: Assembly, fast: Assembly, cases: Sequence[dict[str, Any]]) -> Saving:
    """Run both in the cases, and from a few states beside them to see whether the saving is always the same."""
    first, second = Runner(load(slow)), Runner(load(fast))
    starts = [case.start for case in read_cases(cases)]
    spent = [(first.run(start).cycles, second.run(start).cycles) for start in starts]
    others = list(states(8, common_widths(slow, fast), seed=1, banks=(0x00, 0x80)))
    more = [_cycles_saved(first, second, state) for state in others]
    sizes = len(slow.code), len(fast.code)
    saved = tuple(before - after for before, after in spent)
    if len(set(saved)) == 1 and set(saved) != {one for one in more if one is not None}:
        saved = (*saved, *(one for one in more if one is not None))
    return Saving(sizes[0] - sizes[1], saved, sizes, spent[0], len(set(spent)) == 1)


def agree(slow: Assembly, fast: Assembly, live_out: Sequence[str]) -> bool:
    """Whether both do the same from a few states: the first of those that the verifier tries."""
    found = compare_routines(
        load(slow), load(fast), common_widths(slow, fast), live_out=live_out, count=TRIED, seconds=0.1
    )
    return found.equal


def _cycles_saved(first: Runner, second: Runner, state: State) -> int | None:
    before, after = first.run(state, 2_000), second.run(state, 2_000)
    return before.cycles - after.cycles if "limit" not in (before.ended, after.ended) else None
