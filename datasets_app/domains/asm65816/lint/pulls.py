"""Does a pull take what was pushed?"""

from __future__ import annotations

from datasets_app.domains.asm65816.lint import stack
from datasets_app.domains.asm65816.lint.remarks import Remarks
from datasets_app.domains.asm65816.lint.transfer import PULLED, State, bytes_moved


def check_pull(remarks: Remarks, at: int, states: list[tuple[int, State]]) -> None:
    """Find `pull_size`, `pull_order` and `plp_without_php` at a pull, given the states it is reached in."""
    placed = remarks.flow.graph.instructions[at]
    what = PULLED[placed.opcode.mnemonic]
    for _, state in states:
        size = bytes_moved(what, state)
        _, found, entry = stack.pull(state[4], size, at)
        if found == "size" and entry:
            _wrong_size(remarks, at, what, size, state[4])
        elif what == "P":
            _check_status(remarks, at, state[4], found, alone=len(states) == 1)


def _wrong_size(remarks: Remarks, at: int, what: str, size: int, pushed: stack.Stack) -> None:
    shape, entries, _ = pushed
    top, pusher = (shape or "")[-2], entries[-1][0]
    mnemonic = remarks.flow.graph.instructions[at].opcode.mnemonic
    rest = " the rest of" if top == "r" else ""
    origin = entries[-1][1] if top == "r" else pusher
    remarks.add(
        "error" if top in (what, "r") or len(entries) == 1 else "warning",
        at,
        "pull_size",
        f"{mnemonic} pulls {size} bytes, but on top of the stack is{rest} what {remarks.said(origin)} pushed, "
        f"{(shape or '')[-1]} byte.",
        "Make the register as wide at the pull as it was at the push.",
    )


def _check_status(remarks: Remarks, at: int, pushed: stack.Stack, found: str, *, alone: bool) -> None:
    shape, entries, _ = pushed
    if shape is None or found == "P":
        return
    if not shape:
        remarks.add(
            "warning" if alone else "note",
            at,
            "plp_without_php",
            "PLP pulls the flags, but this code has not pushed anything that is still on the stack.",
            "Push the flags with PHP first, or set the widths with REP and SEP.",
        )
    elif "P" in shape[::2]:
        remarks.add(
            "warning",
            at,
            "pull_order",
            f"PLP pulls what {remarks.said(entries[-1][0])} pushed; the flags lie below it.",
            "Pull in the reverse order of the pushes.",
        )
