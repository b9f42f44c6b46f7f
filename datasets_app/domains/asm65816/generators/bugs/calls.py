"""Faults with the stack, with saved registers and in interrupt handlers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from datasets_app.domains.asm65816.generators.bugs.kinds import Bug, changed, dropped, dropped_pair, swapped
from datasets_app.domains.asm65816.generators.pool.lines import Code
from datasets_app.domains.asm65816.generators.site import Site

_PULLS = ("PLA", "PLX", "PLY", "PLB", "PLP")
_SAVING = {"PHA", "PHX", "PHY", "PHB", "PHP", "PHD", "REP", "SEP"}
_PUSHES = ("PHA", "PHX", "PHY", "PHB", "PHP")


def _is_handler(code: Code) -> bool:
    return code[-1].op == "RTI"


def _no_pull(code: Code) -> Iterator[Site]:
    for at, line in enumerate(code):
        if line.op in _PULLS and not _is_handler(code):
            yield dropped(code, at)


def _no_push(code: Code) -> Iterator[Site]:
    for at, line in enumerate(code):
        if line.op in _PUSHES and not _is_handler(code):
            yield dropped(code, at)


def _pulls_swapped(code: Code) -> Iterator[Site]:
    for at, line in enumerate(code[:-1]):
        if line.op in _PULLS and code[at + 1].op in _PULLS and not _is_handler(code):
            site = swapped(code, at)
            if site:
                yield site


def _wrong_return(code: Code) -> Iterator[Site]:
    for at, line in enumerate(code):
        if line.op == "RTS":
            yield changed(code, at, replace(line, op="RTL"))


def _offset(code: Code) -> Iterator[Site]:
    """A stack-relative operand forgets what was pushed since, or the return address."""
    for at, line in enumerate(code):
        if line.operand.endswith(",S"):
            low = int(line.operand[1:3], 16)
            if low > 2:
                yield changed(code, at, replace(line, operand=f"${low - 2:02X},S", comment=""))


def _not_saved(code: Code) -> Iterator[Site]:
    for push, pull in (("PHX", "PLX"), ("PHA", "PLA"), ("PHP", "PLP"), ("PHB", "PLB")):
        moves = any(line.op in ("MVN", "MVP") for line in code)
        if not _is_handler(code) and not (moves and push == "PHB") and _saves_first(code, push):
            yield from dropped_pair(code, push, pull)


def _saves_first(code: Code, push: str) -> bool:
    """Whether a push stands before anything is changed: later it keeps a value of the routine's own."""
    ops = [line.op for line in code]
    return push in ops and set(ops[: ops.index(push)]) <= _SAVING


def _handler_return(code: Code) -> Iterator[Site]:
    for at, line in enumerate(code):
        if line.op == "RTI":
            yield changed(code, at, replace(line, op="RTL"))
            yield changed(code, at, replace(line, op="RTS"))


def _handler_not_saved(code: Code) -> Iterator[Site]:
    if _is_handler(code):
        for push, pull in (("PHX", "PLX"), ("PHA", "PLA")):
            yield from dropped_pair(code, push, pull)


def _handler_width(code: Code) -> Iterator[Site]:
    """A is pushed at whatever width the interrupted code had, or pulled at another one."""
    if _is_handler(code):
        for at, line in enumerate(code):
            if line.op == "REP":
                yield dropped(code, at)


def _handler_pull(code: Code) -> Iterator[Site]:
    if _is_handler(code):
        for at, line in enumerate(code):
            if line.op in ("PLB", "PLX", "PLA"):
                yield dropped(code, at)


BUGS = (
    Bug(
        "no_pull",
        "stack",
        _no_pull,
        (
            "What is pushed is never pulled: {better} is missing, and the "
            "return takes its address from the wrong bytes.",
            "The stack is not balanced on return, since {better} is missing.",
        ),
    ),
    Bug(
        "no_push",
        "stack",
        _no_push,
        (
            "There is a pull without its push: {better} is missing, so the return takes the wrong bytes.",
            "{better} is missing; its pull takes bytes that something else has put there.",
        ),
    ),
    Bug(
        "pulls_swapped",
        "stack",
        _pulls_swapped,
        ("The pulls are in the wrong order: what was pushed last comes off first, so {better}.",),
    ),
    Bug(
        "wrong_return",
        "stack",
        _wrong_return,
        (
            "{worse} pulls three bytes, but JSR pushed two. The routine has to end with {better}.",
            "The routine is called with JSR, so it returns with {better}; {worse} belongs to JSL.",
        ),
    ),
    Bug(
        "stack_offset",
        "stack",
        _offset,
        ("{worse} reads two bytes too low, where the return address is. The argument is at {better}.",),
    ),
    Bug(
        "not_saved",
        "register_preservation",
        _not_saved,
        (
            "The routine promises to leave this register as it was, but nothing saves it: {better} are missing.",
            "{better} are missing, so the caller's value is lost.",
        ),
    ),
    Bug(
        "handler_return",
        "interrupt",
        _handler_return,
        (
            "An interrupt pushes the flags and a 24-bit address, and only "
            "{better} pulls all of that. {worse} does not.",
            "The handler ends with {worse} and so leaves part of the "
            "interrupt's frame on the stack; it has to be {better}.",
        ),
    ),
    Bug(
        "handler_not_saved",
        "interrupt",
        _handler_not_saved,
        (
            "A handler may change nothing of the code it interrupts, and this "
            "register is not saved: {better} are missing.",
        ),
    ),
    Bug(
        "handler_width",
        "interrupt",
        _handler_width,
        (
            "The interrupted code may have any register widths. Without {better} the "
            "handler saves or restores only half of a register.",
            "{better} is missing: the push and the pull must happen at a known width, and 16 bits lose nothing.",
        ),
    ),
    Bug(
        "handler_pull",
        "interrupt",
        _handler_pull,
        ("{better} is missing, so RTI takes the flags and the return address from the wrong bytes.",),
    ),
)
