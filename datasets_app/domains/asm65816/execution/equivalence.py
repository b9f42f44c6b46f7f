"""Do two routines do the same? Both run from many states; the first state that tells them apart is the answer."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from datasets_app.domains.asm65816.execution.comparing import Difference, differences
from datasets_app.domains.asm65816.execution.program import Program
from datasets_app.domains.asm65816.execution.running import STEPS, Outcome, Runner
from datasets_app.domains.asm65816.execution.state import DATA_BANKS, REGISTER_BANKS, State, Widths, states

STATES = 1_000
SECONDS = 0.5


@dataclass(frozen=True)
class Equivalence:
    """What running both routines from `tried` states showed.

    `state` with `first`, `second` and `differing` is the counter-example; without one, `aside` names the registers and
    flags that differed in some state but which nobody declared as results. `cut` says why fewer states than asked for
    were tried, empty where all were. `cycles` are the sums over all states that both returned from.
    """

    tried: int
    state: State | None = None
    first: Outcome | None = None
    second: Outcome | None = None
    differing: tuple[Difference, ...] = ()
    aside: tuple[str, ...] = ()
    cut: str = ""
    cycles: tuple[int, int] = (0, 0)

    @property
    def equal(self) -> bool:
        """Whether no state told them apart; False when none was tried."""
        return self.state is None and self.tried > 0


def compare_routines(
    first: Program,
    second: Program,
    widths: Sequence[Widths] = (Widths(),),
    *,
    live_out: Collection[str] | None = None,
    count: int = STATES,
    seconds: float = SECONDS,
    seed: int = 0,
) -> Equivalence:
    """Run both from `count` states, and stop at the first difference that counts.

    Fewer are tried when `seconds` of processor time are over. A state in which the first one does not come to an end
    within the step limit tells nothing and is left out.
    """
    banks = REGISTER_BANKS if first.uses_registers or second.uses_registers else DATA_BANKS
    hints = tuple(sorted({*first.hints, *second.hints}))
    one, other = (Runner(program, tuple(h & 0xFF for h in hints)) for program in (first, second))
    until, tried, aside, spent = time.thread_time() + seconds, 0, dict[str, None](), (0, 0)
    for place, state in enumerate(states(count, widths, hints, seed, banks)):
        if place and time.thread_time() > until:
            return Equivalence(tried, aside=tuple(aside), cut=f"{seconds:g} s were over", cycles=spent)
        was = one.run(state)
        if was.ended == "limit":
            continue
        now = other.run(state, max(4 * was.steps, 1_000) if was.steps < STEPS else STEPS)
        tried += 1
        found = differences(was, now, live_out)
        if any(difference.counts for difference in found):
            return Equivalence(tried, state, was, now, tuple(found))
        aside |= dict.fromkeys(difference.name for difference in found)
        spent = (spent[0] + was.cycles, spent[1] + now.cycles)
    cut = "" if tried == count else f"{count - tried} states led nowhere within {STEPS:,} steps"
    return Equivalence(tried, aside=tuple(aside), cut=cut, cycles=spent)
