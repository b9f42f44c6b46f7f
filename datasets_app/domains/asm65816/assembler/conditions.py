"""if, elseif, else, while, for, assert and their ends."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from datasets_app.domains.asm65816.assembler import quotes
from datasets_app.domains.asm65816.assembler.loops import Loop
from datasets_app.domains.asm65816.assembler.messages import printed_text
from datasets_app.domains.asm65816.assembler.problem import LineProblem, Problem

if TYPE_CHECKING:
    from datasets_app.domains.asm65816.assembler.session import Session
    from datasets_app.domains.asm65816.assembler.statement import Statement

_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
    "=": operator.eq,
    "==": operator.eq,
    "!=": operator.ne,
}
_NAME = re.compile(r"[A-Za-z0-9_]+")


def begin(session: Session, statement: Statement) -> None:
    """`if` and `while`."""
    flow, kind = session.flow, statement.head
    if kind == "if" and flow.line_goes_on:
        flow.open_on_line += 1
    loop = flow.loops[flow.depth] = Loop(kind, flow.index)
    counts = flow.counts()
    _open(session)
    if not counts:
        return
    holds = False
    try:
        holds = _condition(session, statement, allow_labels=False)
    finally:
        if holds:
            flow.true_depth += 1
        elif flow.line_goes_on:
            flow.rest_counts = False
        flow.taken[flow.depth] = holds
        loop.goes_on = holds


def _open(session: Session) -> None:
    flow = session.flow
    del flow.opened[flow.depth :]
    flow.opened.append(session.report.where())
    flow.depth += 1


def begin_for(session: Session, statement: Statement) -> None:
    """`for name = from..to`: the define !name counts from the first number up to the one before the last."""
    flow = session.flow
    loop = flow.loops.get(flow.depth)
    again = loop is not None and loop.kind == "for" and loop.current < loop.end
    if loop is None or not again:
        loop = flow.loops[flow.depth] = Loop("for", flow.index)
    counts = flow.counts()
    if counts and flow.for_stage != 1:
        raise LineProblem("single_line_for", "A for must be the first statement of its line.")
    _open(session)
    if not counts:
        return
    if again:
        loop.current += 1
    else:
        _read_range(session, statement, loop)
    loop.goes_on = loop.current < loop.end
    flow.for_stage = 2
    if loop.goes_on:
        flow.true_depth += 1
        loop.shadowed = session.defines.get(loop.variable)
        session.defines.set(loop.variable, str(loop.current))


def _read_range(session: Session, statement: Statement, loop: Loop) -> None:
    words = statement.words
    at = quotes.find(words[3], "..") if len(words) == 4 and words[2] == "=" else -1
    if at < 0 or not _NAME.fullmatch(words[1]):
        raise Problem("broken_for", "This is no for loop.", "It is written: for i = 0..4")
    loop.start = session.flow.index
    loop.current = session.fixed(words[3][:at], "A loop")
    loop.end = session.fixed(words[3][at + 2 :], "A loop")
    loop.variable = words[1]


def begin_elseif(session: Session, statement: Statement) -> None:
    """`elseif`: only looked at when nothing before it held."""
    flow = session.flow
    if flow.depth - flow.true_depth > 1:
        return
    if not flow.depth:
        raise Problem("misplaced_elseif", "elseif follows no if.", "Begin with if.")
    if flow.loop(flow.depth - 1).kind == "while":
        raise Problem("elseif_in_while", "A while has no elseif.", "Put an if inside it.")
    holds = _condition(session, statement, allow_labels=False)
    if flow.counts():
        flow.true_depth -= 1
    if holds and not flow.taken.get(flow.depth):
        flow.rest_counts = True
        flow.true_depth += 1
        flow.taken[flow.depth] = True


def begin_else(session: Session, statement: Statement) -> None:
    """`else`."""
    flow = session.flow
    flow.rest_counts = True
    if len(statement.words) != 1:
        raise Problem("broken_condition", "else takes nothing.", "Did you mean elseif?")
    if not flow.depth:
        raise Problem("misplaced_else", "else follows no if.", "Begin with if.")
    if flow.loop(flow.depth - 1).kind != "if":
        raise Problem("else_in_loop", "A loop has no else.", "Put an if inside it.")
    if flow.counts():
        flow.true_depth -= 1
    elif flow.depth == flow.true_depth + 1 and not flow.taken.get(flow.depth):
        flow.true_depth += 1
        flow.taken[flow.depth] = True


def end(session: Session, statement: Statement) -> None:
    """`endif`, `endwhile`, `endfor`."""
    flow = session.flow
    if flow.open_on_line:
        flow.open_on_line -= 1
    if len(statement.words) != 1:
        raise Problem("broken_condition", f"{statement.head} takes nothing.", "Separate statements with “ : ”.")
    if not flow.depth:
        raise Problem("misplaced_endif", f"{statement.head} ends nothing.", "Remove it, or begin with if.")
    if flow.counts():
        flow.true_depth -= 1
    flow.depth -= 1
    del flow.opened[flow.depth :]
    loop = flow.loop(flow.depth)
    if loop.kind == "for":
        _end_for(session, loop)
    if statement.head != f"end{loop.kind}":
        session.report.warning(
            "mismatched_end", f"{statement.head} ends a {loop.kind}; asar lets it pass.", f"Write end{loop.kind}."
        )


def _end_for(session: Session, loop: Loop) -> None:
    flow = session.flow
    if flow.for_stage == 2:
        flow.for_stage = 3
    ran = loop.goes_on
    if flow.line_goes_on:
        loop.current, loop.goes_on = loop.end, False
        raise Problem("single_line_for", "endfor must be the last statement of its line.")
    if ran:
        if loop.shadowed is None:
            session.defines.remove(loop.variable)
        else:
            session.defines.set(loop.variable, loop.shadowed)


def check_assertion(session: Session, statement: Statement) -> None:
    """`assert condition, "message"`: looked at when everything is known."""
    if not session.final:
        session.defer(partial(check_assertion, session, statement))
        return
    last = statement.words[-1]
    parts = quotes.split_arguments(last)
    if parts is None:
        raise Problem("broken_condition", "The parentheses of this assert do not match.", at=last)
    if not _condition(session, statement, allow_labels=True, last=parts[0]):
        message = printed_text(session, ",".join(parts[1:])) if len(parts) > 1 else ""
        condition = " ".join([*statement.words[1:-1], parts[0]])
        raise Problem("assertion_failed", f"Assertion failed: {message or condition}")


def _condition(session: Session, statement: Statement, *, allow_labels: bool, last: str | None = None) -> bool:
    words = list(statement.words[1:])
    if last is not None and words:
        words[-1] = last
    joint, index = "", 0
    while True:
        holds, index = _term(session, statement.head, words, index, allow_labels)
        following = words[index] if index < len(words) else ""
        if joint and following and following != joint:
            raise Problem("invalid_condition", "&& and || cannot be mixed.", "Use parentheses: and(…), or(…).")
        joint = joint or following
        index += 1
        if joint not in ("", "&&", "||"):
            raise _broken(statement.head, joint)
        if not following or (joint == "&&") != holds:
            return holds


def _term(session: Session, head: str, words: list[str], index: int, allow_labels: bool) -> tuple[bool, int]:
    if index >= len(words) or not words[index]:
        raise _broken(head, "")
    sign = words[index + 1] if index + 1 < len(words) else ""
    if sign in ("", "&&", "||"):
        text = words[index]
        if text.startswith("!"):
            return not _value(session, text[1:], head, allow_labels) > 0, index + 1
        return _value(session, text, head, allow_labels) > 0, index + 1
    compare = _COMPARISONS.get(sign)
    if index + 2 >= len(words) or compare is None:
        raise _broken(head, sign)
    left = _value(session, words[index], head, allow_labels)
    right = _value(session, words[index + 2], head, allow_labels)
    return compare(left, right), index + 3


def _value(session: Session, text: str, head: str, allow_labels: bool) -> float:
    value = session.evaluate(text)
    session.settle()
    if session.found and not session.static and not allow_labels:
        raise Problem("label_in_condition", f"{head} cannot depend on a label that may move.", at=text)
    return 0 if session.stubbed and not allow_labels else value


def _broken(head: str, at: str) -> Problem:
    return Problem(
        "broken_condition", f"This is no condition for {head}.", f"It is written: {head} !x == 1, with spaces.", at
    )
