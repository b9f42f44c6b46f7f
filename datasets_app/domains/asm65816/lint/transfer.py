"""What one instruction makes of the state before it."""

from __future__ import annotations

from collections.abc import Callable

from datasets_app.domains.asm65816.assembler.result import Placed
from datasets_app.domains.asm65816.lint import stack, widths
from datasets_app.domains.asm65816.lint.effects import CARRY_LOSERS, Effect

State = tuple[int, int, int, int, stack.Stack]
"""Width of A, width of X and Y (`widths`), emulation mode, carry (each 0, 1, or 2 for unknown), the stack."""

PULLED = {"PLA": "A", "PLX": "X", "PLY": "Y", "PLP": "P", "PLB": "B", "PLD": "D"}
_PUSHED = {"PHA": "A", "PHX": "X", "PHY": "Y", "PHP": "P", "PHB": "B", "PHK": "K", "PHD": "D"}


def join_states(old: State, new: State, at: int) -> State:
    """Return what holds on both paths that meet at position `at`; it is `old` itself when nothing is lost."""
    m, x = widths.join(old[0], new[0], at), widths.join(old[1], new[1], at)
    emulation = old[2] if old[2] == new[2] else 2
    carry = old[3] if old[3] == new[3] else 2
    shape, entries, below = old[4]
    joined = stack.join_entries(entries, new[4][1], shape, at)
    state = (m, x, emulation, carry, (shape, joined, below))
    return old if state == old else state


def width_of(what: str, state: State) -> int:
    """Return the width of A, or of X and Y for all other things."""
    return state[0] if what == "A" else state[1]


def bytes_moved(what: str, state: State) -> int:
    """Return how many bytes a push or pull of `what` moves, 0 where the width is not known."""
    if what in "AXY":
        return widths.size_of(width_of(what, state))
    return 2 if what in "DE" else 1


def _immediate_m(at: int, placed: Placed, state: State) -> State:
    m, x, emulation, carry, pushed = state
    carry = 2 if placed.opcode.mnemonic in CARRY_LOSERS else carry
    return _as_encoded(m, len(placed.data) - 2, at), x, emulation, carry, pushed


def _immediate_x(at: int, placed: Placed, state: State) -> State:
    m, x, emulation, carry, pushed = state
    carry = 2 if placed.opcode.mnemonic in CARRY_LOSERS else carry
    return m, _as_encoded(x, len(placed.data) - 2, at), emulation, carry, pushed


def _as_encoded(value: int, encoded: int, at: int) -> int:
    """The operand is evidence, except against what the code itself set: there it is the operand that is wrong."""
    return value if value & 7 < 2 else widths.width(encoded, at)


def _rep(at: int, placed: Placed, state: State) -> State:
    bits = placed.operand or 0
    carry = 0 if bits & 1 else state[3]
    if state[2] == 1:
        return (*state[:3], carry, state[4])
    made = widths.width(widths.SIXTEEN, at)
    return (made if bits & 0x20 else state[0], made if bits & 0x10 else state[1], state[2], carry, state[4])


def _sep(at: int, placed: Placed, state: State) -> State:
    bits = placed.operand or 0
    made = widths.width(widths.EIGHT, at)
    carry = 1 if bits & 1 else state[3]
    return (made if bits & 0x20 else state[0], made if bits & 0x10 else state[1], state[2], carry, state[4])


def _carry_lost(_at: int, _placed: Placed, state: State) -> State:
    return state if state[3] == 2 else (*state[:3], 2, state[4])


def _carry_set(_at: int, _placed: Placed, state: State) -> State:
    return (*state[:3], 1, state[4])


def _carry_clear(_at: int, _placed: Placed, state: State) -> State:
    return (*state[:3], 0, state[4])


def _xce(at: int, _placed: Placed, state: State) -> State:
    """Into emulation everything is 8 bits wide; out of it, it still is. CLC : XCE is written where emulation was on."""
    m, x, emulation, carry, pushed = state
    if carry == 1:
        m = x = widths.width(widths.EIGHT, at)
    elif carry == 2 and emulation != 1:
        m = x = widths.width(widths.UNKNOWN, at)
    elif emulation == 2:
        likely = widths.width(widths.MAYBE_EIGHT, at)
        m, x = (likely if value & 7 == widths.UNKNOWN else value for value in (m, x))
    return m, x, carry, emulation, pushed


def _push(at: int, placed: Placed, state: State) -> State:
    what = _PUSHED.get(placed.opcode.mnemonic, "E")
    entry = (at, width_of(what, state), 0)
    if what == "P":
        entry = (at, state[0], state[1])
    elif what == "E":
        entry = (at, (placed.operand or 0) & 0xFFFF if placed.opcode.mnemonic != "PEI" else -1, 0)
    size = bytes_moved(what, state)
    return (*state[:4], stack.push(state[4], what, size, entry))


def _pull(at: int, placed: Placed, state: State) -> State:
    what = PULLED[placed.opcode.mnemonic]
    size = bytes_moved(what, state)
    if not size and not state[4][0] and width_of(what, state) & 7 != widths.UNKNOWN:
        size = 1  # Of two widths, the narrower one already pulls what is not this routine's.
    pulled, found, entry = stack.pull(state[4], size, at)
    if what != "P":
        return (*state[:4], pulled)
    if state[2] == 1:
        return (*state[:3], 2, pulled)
    if found == "P" and entry:
        return entry[1], entry[2], state[2], 2, pulled
    if not found:  # A PLP without PHP is remarked on as such; the stack is not counted wrong for it as well.
        pulled = state[4]
    unknown = widths.width(widths.UNKNOWN, at)
    return unknown, unknown, state[2], 2, pulled


def _stack_moved(_at: int, _placed: Placed, state: State) -> State:
    return (*state[:4], stack.LOST)


TRANSFER: dict[int, Callable[[int, Placed, State], State]] = {
    int(Effect.CARRY_LOST): _carry_lost,
    int(Effect.IMMEDIATE_M): _immediate_m,
    int(Effect.IMMEDIATE_X): _immediate_x,
    int(Effect.REP): _rep,
    int(Effect.SEP): _sep,
    int(Effect.CARRY_SET): _carry_set,
    int(Effect.CARRY_CLEAR): _carry_clear,
    int(Effect.XCE): _xce,
    int(Effect.PUSH): _push,
    int(Effect.PULL): _pull,
    int(Effect.STACK_MOVED): _stack_moved,
}
"""The state after an instruction at a position, by its effect, where control just goes on."""
