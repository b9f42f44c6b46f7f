"""How long the code takes: the CPU cycles of its shortest and of its longest way from the entry to its end."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from heapq import heappop, heappush

from datasets_app.domains.asm65816.assembler.result import Placed
from datasets_app.domains.asm65816.lint import widths
from datasets_app.domains.asm65816.lint.effects import Effect
from datasets_app.domains.asm65816.lint.flow import Flow
from datasets_app.domains.asm65816.lint.loops import Range, Ways, close_loops
from datasets_app.domains.asm65816.opcodes import Mode, all_opcodes

_INDEXED = (Mode.ABSOLUTE_X, Mode.ABSOLUTE_Y)
_DEEPEST = 100
_CALLS = (int(Effect.CALL), int(Effect.INDIRECT_CALL))
_JUMPS = (int(Effect.BRANCH), int(Effect.JUMP))


@dataclass(frozen=True, slots=True)
class Timing:
    """The bytes of all instructions, and the CPU cycles of one run from the first entry to its end.

    `fewest` is a lower bound, `most` an upper one, both reached only if all branches can go that way; the return is
    counted, the call that led here is not. What is not known (low byte of D, page crossings, widths) makes the range
    wider. Loops that count X or Y from one constant to another are counted. `most` is None where no bound can be given,
    and `why` says what stands against it: another loop, code elsewhere.
    """

    bytes: int
    fewest: int
    most: int | None
    why: str = ""


def time_flow(flow: Flow) -> Timing:
    """Return the timing of code that was followed; the first entry is the one that counts."""
    size = sum(len(placed.data) for placed in flow.graph.instructions)
    if not flow.visits:
        return Timing(size, 0, 0)
    return Timing(size, *_Clock(flow).time(0))


class _Clock:
    """The times of all visits of a flow, each worked out once."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.done: dict[int, Range] = {}
        self.begun: set[int] = set()
        self.before: list[dict[int, tuple[int, int, int]]] = [{} for _ in flow.visits]
        for (visit, at, _, _), state in flow.states.items():
            known = self.before[visit].get(at)
            self.before[visit][at] = state[:3] if known is None else _joined(known, state[:3], at)

    def time(self, visit: int) -> Range:
        """Return the range of a visit; a routine that calls itself has no upper bound."""
        if visit in self.done:
            return self.done[visit]
        start = self.flow.visits[visit].start
        if visit in self.begun:
            return 0, None, f"The routine in line {self._line(start)} calls itself."
        if len(self.begun) - len(self.done) >= _DEEPEST:
            return 0, None, f"The calls that lead to line {self._line(start)} are nested too deeply to be followed."
        self.begun.add(visit)
        costs = {at: self._cost(visit, at) for at in self.before[visit]}
        ways = {at: self._ways(visit, at) for at in costs}
        order, loop = _order(start, ways)
        if loop >= 0:
            loop = close_loops(self.flow, visit, ways, costs)
            order, _ = _order(start, ways)
        if loop < 0:
            found = _acyclic(order, ways, costs)
        else:
            why = f"The loop through line {self._line(loop)} may run any number of times."
            found = (_shortest(start, ways, costs), None, why)
        self.done[visit] = found
        return found

    def _line(self, at: int) -> int:
        return self.flow.graph.instructions[at].line

    def _ways(self, visit: int, at: int) -> list[tuple[int, int]]:
        """Where control goes from here inside the visit, with the cycles that going there adds; -1 is the end."""
        graph, reached = self.flow.graph, self.before[visit]
        effect = graph.effects[at]
        behind = graph.following[at]
        if effect < Effect.BRANCH or effect in _CALLS:
            return [(behind if behind in reached else -1, 0)]
        resumed = self.flow.resumed.get((visit, at), -1)
        if resumed >= 0:
            return [(resumed, 0)]
        if effect == Effect.INDIRECT_JUMP:
            return [(target, 0) for target in graph.table(at) if target in reached or target < 0]
        if effect not in _JUMPS:
            return [(-1, 0)]
        return self._branch_ways(visit, at)

    def _branch_ways(self, visit: int, at: int) -> list[tuple[int, int]]:
        graph, reached = self.flow.graph, self.before[visit]
        target, behind = graph.target[at], graph.following[at]
        if graph.effects[at] == Effect.JUMP:
            return [(target, 0)]
        ways = [(target, 1)] if target < 0 or target in reached else []
        if behind in reached or (behind < 0 and not graph.always_leaves(at)):
            ways.append((behind, 0))
        return ways or [(-1, 0)]

    def _cost(self, visit: int, at: int) -> Range:
        """The cycles of one instruction, a branch taken apart, with the routine that it calls."""
        placed = self.flow.graph.instructions[at]
        m, x, emulation = self.before[visit][at]
        can_cross = placed.opcode.mode not in _INDEXED or bool((placed.operand or 0) & 0xFF)
        if placed.opcode.mode == Mode.IMMEDIATE_M:
            m = len(placed.data) - 2
        elif placed.opcode.mode == Mode.IMMEDIATE_X:
            x = len(placed.data) - 2
        fewest, most = _instruction(placed.opcode.code, m & 7, x & 7, emulation == 1, can_cross)
        effect = self.flow.graph.effects[at]
        if effect in _CALLS:
            return self._with_callee(visit, at, fewest, most)
        if placed.opcode.mode == Mode.BLOCK:
            return self._block_move(at)
        return fewest, *self._open_end(placed, visit, at, most)

    def _open_end(self, placed: Placed, visit: int, at: int, most: int) -> tuple[int | None, str]:
        """No upper bound where the processor waits or runs code that is not here."""
        graph, effect = self.flow.graph, self.flow.graph.effects[at]
        if placed.opcode.mnemonic == "WAI":
            return None, f"WAI in line {placed.line} waits for an interrupt."
        if placed.opcode.mnemonic in ("BRK", "COP"):
            return None, f"{placed.opcode.mnemonic} in line {placed.line} runs a handler that is not in this text."
        leaves = effect in _JUMPS and graph.target[at] < 0
        leaves = leaves or (effect == Effect.INDIRECT_JUMP and -1 in graph.table(at))
        if leaves or (effect == Effect.RETURN and at not in self.flow.visits[visit].returns):
            return None, f"{placed.opcode.mnemonic} in line {placed.line} goes on outside this text."
        return most, ""

    def _with_callee(self, visit: int, at: int, fewest: int, most: int) -> Range:
        placed = self.flow.graph.instructions[at]
        graph = self.flow.graph
        callees = [self.time(callee) for callee in self.flow.calls.get((visit, at), [])]
        unseen = graph.target[at] < 0 if graph.effects[at] == Effect.CALL else -1 in graph.table(at)
        if unseen or not callees:
            name = placed.label or "a routine"
            return (
                fewest,
                None,
                f"{placed.opcode.mnemonic} in line {placed.line} calls {name}, which is not in this text.",
            )
        why = next((reason for _, bound, reason in callees if bound is None), "")
        longest = None if why else most + max(bound or 0 for _, bound, _ in callees)
        return fewest + min(callee[0] for callee in callees), longest, why

    def _block_move(self, at: int) -> Range:
        """MVN and MVP take 7 cycles a byte, and C holds one less than the number of bytes."""
        count = self._accumulator_before(at)
        if count is None:
            placed = self.flow.graph.instructions[at]
            return 7, None, f"{placed.opcode.mnemonic} in line {placed.line} moves a number of bytes that is not known."
        return 7 * (count + 1), 7 * (count + 1), ""

    def _accumulator_before(self, at: int) -> int | None:
        """The 16-bit constant that a straight run of loads has put into A, if that is what stands there."""
        graph = self.flow.graph
        while at > 0 and graph.following[at - 1] == at and at not in graph.jumped:
            at -= 1
            placed = graph.instructions[at]
            if placed.opcode.mnemonic == "LDA":
                wide = placed.opcode.mode == Mode.IMMEDIATE_M and len(placed.data) == 3
                return placed.operand if wide and placed.operand is not None else None
            if placed.opcode.mnemonic not in ("LDX", "LDY", "REP", "PHB"):
                return None
        return None


def _joined(old: tuple[int, int, int], new: tuple[int, int, int], at: int) -> tuple[int, int, int]:
    m, x = widths.join(old[0], new[0], at), widths.join(old[1], new[1], at)
    return m, x, old[2] if old[2] == new[2] else 2


@cache
def _instruction(code: int, m: int, x: int, emulation: bool, can_cross: bool) -> tuple[int, int]:
    """Fewest and most cycles of an opcode, a branch not taken, for kinds of widths."""
    opcode = all_opcodes()[code]
    if opcode.mnemonic == "BRA":
        cycles = opcode.cycles_with(m=True, x=True, emulation=emulation)
        return cycles, cycles + emulation
    narrow_m, narrow_x = m >= widths.UNKNOWN or not m & 1, x >= widths.UNKNOWN or not x & 1
    wide_m, wide_x = m >= widths.UNKNOWN or m & 1, x >= widths.UNKNOWN or x & 1
    fewest = opcode.cycles_with(m=narrow_m, x=narrow_x, emulation=emulation)
    most = opcode.cycles_with(
        m=not wide_m, x=not wide_x, emulation=emulation, direct_unaligned=True, page_crossed=can_cross
    )
    return fewest, most


def _order(start: int, ways: Ways) -> tuple[list[int], int]:
    """Return the instructions reached from the start, each behind what it leads to, and one in a loop (-1: none)."""
    order: list[int] = []
    state = {-1: 2, start: 1}
    path = [(start, iter(ways[start]))]
    loop = -1
    while path:
        at, rest = path[-1]
        for target, _ in rest:
            seen = state.get(target, 0)
            if seen == 1:
                loop = target
            elif seen == 0:
                state[target] = 1
                path.append((target, iter(ways[target])))
                break
        else:
            state[at] = 2
            order.append(at)
            path.pop()
    return order, loop


def _acyclic(order: list[int], ways: Ways, costs: dict[int, Range]) -> Range:
    """The shortest and the longest way through code without loops, from its first instruction, the last in `order`."""
    found: dict[int, Range] = {-1: (0, 0, "")}
    for at in order:
        fewest, most, why = costs[at]
        ahead = [(found[target], added) for target, added in ways[at]]
        why = why or next((rest[2] for rest, _ in ahead if rest[1] is None), "")
        fewest += min(rest[0] + added for rest, added in ahead)
        longest = None if most is None or why else most + max((rest[1] or 0) + added for rest, added in ahead)
        found[at] = (fewest, longest, why)
    return found[order[-1]]


def _shortest(start: int, ways: Ways, costs: dict[int, Range]) -> int:
    """The shortest way to an end; where there is none, the time until the first loop closes."""
    best = {start: 0}
    heap = [(0, start)]
    closed: int | None = None
    while heap:
        spent, at = heappop(heap)
        if at < 0:
            return spent
        if spent > best[at]:
            continue
        for target, added in ways[at]:
            total = spent + costs[at][0] + added
            if target in best and target >= 0 and best[target] <= spent:
                closed = total if closed is None else min(closed, total)
            if total < best.get(target, total + 1):
                best[target] = total
                heappush(heap, (total, target))
    return closed or 0
