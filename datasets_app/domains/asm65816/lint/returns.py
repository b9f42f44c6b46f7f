"""Does a routine give back the stack as it was, and return the way it is called?"""

from __future__ import annotations

from datasets_app.domains.asm65816.assembler.result import Severity
from datasets_app.domains.asm65816.lint import stack
from datasets_app.domains.asm65816.lint.effects import RETURN_SIZE
from datasets_app.domains.asm65816.lint.remarks import Remarks
from datasets_app.domains.asm65816.lint.transfer import State

_RETURN_OF = {"JSR": "RTS", "JSL": "RTL"}
_KEEP = ("PHA", "PHX", "PHY", "PLX", "PLY")
_CALL_OF = {"RTS": "JSR", "RTL": "JSL", "RTI": "an interrupt"}


def check_return(remarks: Remarks, at: int, states: list[tuple[int, State]]) -> None:
    """Find `stack_unbalanced` and `return_jumps` at a return, and `pull_size` where half a word is left."""
    known = [(visit, state) for visit, state in states if state[4][0] is not None]
    wrong = [(visit, state) for visit, state in known if _is_unbalanced(remarks, at, state)]
    if any(remarks.flow.is_jump(at, state) for _, state in known):
        remarks.add(
            "note",
            at,
            "return_jumps",
            f"{remarks.flow.graph.instructions[at].opcode.mnemonic} jumps to the address that was just pushed.",
        )
    for visit, state in wrong:
        loops = remarks.flow.visits[visit].stack_loop
        if loops and len(wrong) < len(known):
            continue
        shape = state[4][0] or ""
        everywhere: Severity = "warning" if loops or len(wrong) < len(known) else "error"
        if shape[-2:] == "r1":
            _half_pulled(remarks, state[4])
        elif stack.depth(state[4]) > 0:
            _left_on_stack(remarks, at, state[4], everywhere)
        else:
            _pulled_too_much(remarks, at, visit, stack.depth(state[4]), everywhere)


def _is_unbalanced(remarks: Remarks, at: int, state: State) -> bool:
    return stack.depth(state[4]) != 0 and not remarks.flow.is_jump(at, state)


def _left_on_stack(remarks: Remarks, at: int, pushed: stack.Stack, severity: Severity) -> None:
    mnemonic = remarks.flow.graph.instructions[at].opcode.mnemonic
    count = stack.depth(pushed)
    remarks.add(
        severity,
        at,
        "stack_unbalanced",
        f"{mnemonic} is reached with {count} {'bytes' if count > 1 else 'byte'} still on the stack"
        f"{'' if severity == 'error' else ' on one path'}: {remarks.pushes(pushed)}.",
        f"Pull what was pushed on every path to {mnemonic}.",
    )


def _pulled_too_much(remarks: Remarks, at: int, visit: int, depth: int, severity: Severity) -> None:
    """Dropping a whole return address returns to the caller's caller, which is done on purpose."""
    mnemonic = remarks.flow.graph.instructions[at].opcode.mnemonic
    call = remarks.flow.visits[visit].call
    whole = -depth == RETURN_SIZE[_RETURN_OF.get(call, mnemonic)] and not _keeps_registers(remarks, visit)
    remarks.add(
        "note" if whole else severity if call else "warning",
        at,
        "stack_unbalanced",
        f"{mnemonic} is reached with {-depth} {'bytes' if depth < -1 else 'byte'} more pulled than pushed"
        + (": it returns to the caller's caller." if whole else ", so the return address is not on top."),
        "" if whole else "Push before you pull, or take one pull away.",
    )


def _keeps_registers(remarks: Remarks, visit: int) -> bool:
    """Whether registers are pushed, or X and Y pulled, on the way: then no return address is dropped on purpose."""
    flow = remarks.flow
    positions = (at for number, at, _, _ in flow.states if number == visit)
    return any(flow.graph.instructions[at].opcode.mnemonic in _KEEP for at in positions)


def _half_pulled(remarks: Remarks, pushed: stack.Stack) -> None:
    pull_at, push_at, _ = pushed[1][-1]
    remarks.add(
        "error",
        pull_at,
        "pull_size",
        f"{remarks.flow.graph.instructions[pull_at].opcode.mnemonic} pulls 1 byte of the 2 that "
        f"{remarks.said(push_at)} pushed; the other is still there at the return.",
        "Make the register as wide at the pull as it was at the push.",
    )


def check_calls(remarks: Remarks) -> None:
    """Find `return_mismatch`: a routine called with JSR that ends with RTL, the reverse, or several kinds of return."""
    flow = remarks.flow
    calls: dict[int, set[str]] = {}
    for visit in flow.visits:
        calls.setdefault(visit.start, set()).add(visit.call)
    for visit in flow.visits:
        returns = {at: flow.graph.instructions[at].opcode.mnemonic for at in visit.returns}
        if not visit.call:
            _check_mixed(remarks, returns)
            continue
        fitting = _RETURN_OF[visit.call]
        for at, mnemonic in returns.items():
            if mnemonic != fitting:
                both_ways = len(calls[visit.start] - {""}) > 1
                _mismatch(remarks, next(iter(visit.callers))[1], at, call_is_wrong=both_ways)


def _mismatch(remarks: Remarks, call: int, at: int, *, call_is_wrong: bool) -> None:
    instructions = remarks.flow.graph.instructions
    calls, returns = instructions[call].opcode.mnemonic, instructions[at].opcode.mnemonic
    message = f"{remarks.said(call)} calls a routine that returns with {remarks.said(at)}."
    hint = f"Return with {_RETURN_OF[calls]}, or call it with {_CALL_OF[returns]}."
    if returns == "RTI":
        hint = f"Return with {_RETURN_OF[calls]}; RTI ends an interrupt handler."
    remarks.add("error", call if call_is_wrong else at, "return_mismatch", message, hint)


def _check_mixed(remarks: Remarks, returns: dict[int, str]) -> None:
    if len(set(returns.values())) < 2:
        return
    first, *others = sorted(returns)
    for at in others:
        if returns[at] != returns[first]:
            remarks.add(
                "warning",
                at,
                "return_mismatch",
                f"This routine returns with {returns[at]} here, but with {remarks.said(first)}.",
                "End every path with the return that fits how the routine is called.",
            )
