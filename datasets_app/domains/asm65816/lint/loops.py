"""Loops that count X or Y from one constant to another: how often they run, and the time that it takes."""

from __future__ import annotations

from functools import lru_cache

from datasets_app.domains.asm65816.assembler.result import Placed
from datasets_app.domains.asm65816.lint.effects import Effect
from datasets_app.domains.asm65816.lint.flow import Flow
from datasets_app.domains.asm65816.opcodes import Mode

Range = tuple[int, int | None, str]
"""Fewest, most, why there is no most."""

Ways = dict[int, list[tuple[int, int]]]
"""From each instruction, where control goes (-1: the end) and the cycles that going there adds."""

_CHANGES = {
    "X": {"LDX", "TAX", "TYX", "TSX", "INX", "DEX", "PLX", "MVN", "MVP", "PLP", "XCE"},
    "Y": {"LDY", "TAY", "TXY", "INY", "DEY", "PLY", "MVN", "MVP", "PLP", "XCE"},
}
_STEPS = {"INX": ("X", 1), "INY": ("Y", 1), "DEX": ("X", -1), "DEY": ("Y", -1)}
_COMPARES = {"CPX": "X", "CPY": "Y"}
_CALLS = (int(Effect.CALL), int(Effect.INDIRECT_CALL))


def close_loops(flow: Flow, visit: int, ways: Ways, costs: dict[int, Range]) -> int:
    """Take the loops out of `ways`, adding to the cost of where they begin what all rounds but the last take.

    Returns an instruction of a loop whose rounds cannot be counted, -1 when none is left.
    """
    edges = _back_edges(flow.visits[visit].start, ways)
    before = _predecessors(ways)
    loops = sorted(
        ((_body(before, source, head), source, head) for source, head in edges), key=lambda loop: len(loop[0])
    )
    heads = [head for _, head in edges]
    for body, source, head in loops:
        rounds = _rounds(flow, visit, ways, body, source, head) if heads.count(head) == 1 else None
        if rounds is None:
            return head
        added = dict(ways[source])[head]
        fewest, most, why = _once(ways, costs, body, source, head)
        if any(target not in body for at in body if at != source for target, _ in ways[at]):
            fewest = -added  # A way out of the middle may be taken in the first round.
        ways[source] = [way for way in ways[source] if way[0] != head]
        again = rounds - 1
        old = costs[head]
        total = None if most is None or old[1] is None else old[1] + again * (most + added)
        costs[head] = (old[0] + again * (fewest + added), total, old[2] or why)
    return -1


def _back_edges(start: int, ways: Ways) -> list[tuple[int, int]]:
    found = []
    state = {-1: 2, start: 1}
    path = [(start, iter(ways[start]))]
    while path:
        at, rest = path[-1]
        for target, _ in rest:
            seen = state.get(target, 0)
            if seen == 1:
                found.append((at, target))
            elif seen == 0:
                state[target] = 1
                path.append((target, iter(ways[target])))
                break
        else:
            state[at] = 2
            path.pop()
    return found


def _predecessors(ways: Ways) -> dict[int, list[int]]:
    before: dict[int, list[int]] = {}
    for at, targets in ways.items():
        for target, _ in targets:
            before.setdefault(target, []).append(at)
    return before


def _body(before: dict[int, list[int]], source: int, head: int) -> set[int]:
    """The instructions from which `source` is reached without going through `head`, and `head`."""
    body = {head, source}
    todo = [source] if source != head else []
    while todo:
        for at in before.get(todo.pop(), ()):
            if at not in body:
                body.add(at)
                todo.append(at)
    return body


def _rounds(flow: Flow, visit: int, ways: Ways, body: set[int], source: int, head: int) -> int | None:
    """How often the loop runs; None where its end does not step one register and test it, or the start is not known."""
    outside = {at for at, targets in ways.items() if at not in body for target, _ in targets if target in body}
    if outside != {head - 1} or flow.graph.target[source] != head:
        return None
    tail = _tail(flow, source, head)
    if tail is None:
        return None
    register, steps, compare, stepping = tail
    if any(_changes(flow, visit, at, register, set()) for at in body - stepping):
        return None
    loaded = _loaded(flow, head, register)
    if loaded is None:
        return None
    value, size = loaded
    mask = 0xFF if size == 1 else 0xFFFF
    branch = flow.graph.instructions[source].opcode.mnemonic
    return rounds(value & mask, steps, mask, branch, None if compare is None else compare & mask)


def _tail(flow: Flow, source: int, head: int) -> tuple[str, int, int | None, set[int]] | None:
    """Read the end of a loop backwards: the register, what a round adds to it, what it is compared with, the steps."""
    at, compare, register, total = source - 1, None, "", 0
    if at >= head and (compared := _COMPARES.get(_mnemonic(flow, at))):
        placed = flow.graph.instructions[at]
        if placed.opcode.mode != Mode.IMMEDIATE_X or placed.operand is None:
            return None
        register, compare, at = compared, placed.operand, at - 1
    stepping = set()
    while at >= head and _mnemonic(flow, at) in _STEPS:
        stepped, step = _STEPS[_mnemonic(flow, at)]
        if register and stepped != register:
            break
        register, total = stepped, total + step
        stepping.add(at)
        if at in flow.graph.jumped:
            break
        at -= 1
    inside = set(range(min(stepping, default=source) + 1, source + 1))
    return (register, total, compare, stepping) if total and not inside & flow.graph.jumped else None


def _mnemonic(flow: Flow, at: int) -> str:
    return flow.graph.instructions[at].opcode.mnemonic


def _changes(flow: Flow, visit: int, at: int, register: str, seen: set[int]) -> bool:
    """Whether an instruction, or a routine that it calls, can change the register or its width."""
    graph = flow.graph
    placed = graph.instructions[at]
    if placed.opcode.mnemonic in _CHANGES[register] or _changes_width(placed):
        return True
    if graph.effects[at] not in _CALLS:
        return False
    callees = flow.calls.get((visit, at), [])
    inside = [key[:2] for key in flow.states if key[0] in callees and key[0] not in seen]
    seen.update(callees)
    return not callees or any(_changes(flow, callee, position, register, seen) for callee, position in inside)


def _changes_width(placed: Placed) -> bool:
    return placed.opcode.mnemonic in ("REP", "SEP") and bool((placed.operand or 0) & 0x10)


def _loaded(flow: Flow, head: int, register: str) -> tuple[int, int] | None:
    """The constant that the register holds where the loop begins, and its bytes: the last load on the straight way."""
    graph = flow.graph
    at = head - 1
    while at >= 0 and graph.following[at] == at + 1 and (at + 1 == head or at + 1 not in graph.jumped):
        placed = graph.instructions[at]
        if placed.opcode.mnemonic == f"LD{register}" and placed.opcode.mode == Mode.IMMEDIATE_X:
            return (placed.operand or 0, len(placed.data) - 1)
        if placed.opcode.mnemonic in _CHANGES[register] or _changes_width(placed):
            return None
        if graph.effects[at] >= Effect.BRANCH and graph.effects[at] != Effect.BRANCH:
            return None
        at -= 1
    return None


def _once(ways: Ways, costs: dict[int, Range], body: set[int], source: int, head: int) -> Range:
    """The shortest and the longest way from the head of a loop to the branch that goes back, both counted."""
    done: dict[int, Range] = {source: costs[source]}
    path = [head]
    while path:
        at = path[-1]
        ahead = [(target, added) for target, added in ways[at] if target in body and target != head]
        open_ones = [target for target, _ in ahead if target not in done]
        if at in done or not open_ones:
            if at not in done:
                done[at] = _longer(costs[at], [(done[target], added) for target, added in ahead])
            path.pop()
        else:
            path.extend(open_ones)
    return done[head]


def _longer(cost: Range, ahead: list[tuple[Range, int]]) -> Range:
    why = cost[2] or next((rest[2] for rest, _ in ahead if rest[1] is None), "")
    fewest = cost[0] + min(rest[0] + added for rest, added in ahead)
    most = None if cost[1] is None or why else cost[1] + max((rest[1] or 0) + added for rest, added in ahead)
    return fewest, most, why


@lru_cache(maxsize=1024)
def rounds(start: int, step: int, mask: int, branch: str, compare: int | None) -> int | None:
    """Return how often a loop runs that adds `step` to a register and branches back; None where it never ends.

    `compare` is what CPX or CPY compares with before the branch; without it the branch tests the register itself.
    """
    sign = (mask + 1) >> 1
    value = start
    for count in range(1, mask + 2):
        value = value + step & mask
        tested = value if compare is None else value - compare & mask
        if branch == "BNE":
            back = tested != 0
        elif branch == "BEQ":
            back = tested == 0
        elif branch in ("BPL", "BMI"):
            back = bool(tested & sign) == (branch == "BMI")
        elif compare is not None and branch in ("BCC", "BCS"):
            back = (value >= compare) == (branch == "BCS")
        else:
            return None
        if not back:
            return count
    return None
