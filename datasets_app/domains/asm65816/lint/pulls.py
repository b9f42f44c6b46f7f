"""Does a pull take what was pushed?"""

from __future__ import annotations

from datasets_app.domains.asm65816.lint import stack, widths
from datasets_app.domains.asm65816.lint.remarks import Remarks
from datasets_app.domains.asm65816.lint.transfer import PULLED, State, bytes_moved, width_of


def check_pull(remarks: Remarks, at: int, states: list[tuple[int, State]]) -> None:
    """Find `pull_size`, `pull_order` and `plp_without_php` at a pull, given the states it is reached in."""
    placed = remarks.flow.graph.instructions[at]
    what = PULLED[placed.opcode.mnemonic]
    flags_elsewhere = any((state[4][0] or "").endswith("P1") for _, state in states)
    for _, state in states:
        size = bytes_moved(what, state)
        _, found, entry = stack.pull(state[4], size, at)
        if found == "size" and entry:
            _wrong_size(remarks, at, what, size, state[4])
        elif what == "P":
            _check_status(remarks, at, state[4], found, flags_elsewhere)
        elif entry and what in "AXY" and found in (what, "r"):
            pushed = (entry[1], widths.EIGHT, 0) if found == "r" else entry
            _check_doubtful(remarks, at, width_of(what, state), pushed)


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


def _check_doubtful(remarks: Remarks, at: int, value: int, entry: stack.Entry) -> None:
    """A register pushed and pulled at widths of which one differs by path, though it was set in between."""
    pushed_at, pushed, _ = entry
    doubtful = value if value & 7 >= widths.CONFLICT else pushed
    other = pushed if doubtful == value else value
    if doubtful & 7 < widths.CONFLICT or other & 7 >= widths.UNKNOWN:
        return
    if doubtful & 7 >= widths.HALF_EIGHT and doubtful & 1 == other & 1:
        return
    moment = "pulled" if doubtful == value else "pushed"
    remarks.add(
        "warning",
        at,
        "pull_size",
        f"{remarks.flow.graph.instructions[at].opcode.mnemonic} pulls what {remarks.said(pushed_at)} pushed, but when "
        f"it is {moment}, the width differs by path: see line {remarks.line(widths.origin_of(doubtful))}.",
        "Make the register as wide at the pull as it was at the push, on every path.",
    )


def _check_status(remarks: Remarks, at: int, pushed: stack.Stack, found: str, flags_elsewhere: bool) -> None:
    shape, entries, _ = pushed
    if shape is None or found == "P":
        return
    if not shape:
        remarks.add(
            "warning",
            at,
            "plp_without_php",
            "PLP pulls the flags, but this code has not pushed anything that is still on the stack.",
            "Push the flags with PHP first, or set the widths with REP and SEP.",
        )
    elif "P" in shape[::2] or found in "XYBKD" or flags_elsewhere or (found == "A" and entries[-1][0] != at - 1):
        where = "the flags lie below it" if "P" in shape[::2] else "that are no flags"
        where = "on another path the flags lie there" if flags_elsewhere else where
        remarks.add(
            "warning",
            at,
            "pull_order",
            f"PLP pulls what {remarks.said(entries[-1][0])} pushed; {where}.",
            "Pull in the reverse order of the pushes.",
        )
