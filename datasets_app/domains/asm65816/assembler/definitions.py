"""Labels, constants and functions that a text defines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from datasets_app.domains.asm65816.assembler import quotes
from datasets_app.domains.asm65816.assembler.functions import UserFunction
from datasets_app.domains.asm65816.assembler.problem import Problem

if TYPE_CHECKING:
    from datasets_app.domains.asm65816.assembler.session import Session
    from datasets_app.domains.asm65816.assembler.statement import Statement

_ANONYMOUS = re.compile(r"(\??(?:\++|-+)):?")
_LABEL = re.compile(r"(\??\.*[A-Za-z_0-9][A-Za-z0-9_.]*)(:?)")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_FUNCTION = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)\(([^()]*)\)")


def place_label(session: Session, word: str, *, outside: bool = False) -> None:
    """Define a label as written in front of a statement: `Main:`, `.sub`, `#side:`, `+`, `?inside:`."""
    labels = session.labels
    anonymous = _ANONYMOUS.fullmatch(word)
    if anonymous and not outside:
        _set_here(session, labels.anonymous_name(anonymous[1], define=True), static=False)
        return
    define = not word.startswith("#")
    matched = _LABEL.fullmatch(word if define else word[1:])
    if not matched or (matched[1].lstrip("?.")[:1].isdigit() and not labels.struct):
        raise Problem("broken_label", f"“{word}” is no label.", "Labels are letters, digits and _: Main:", word)
    raw, colon = matched[1], matched[2]
    opened = session.structs.opened
    if opened and not raw.startswith("."):
        raise Problem("broken_label", "In a struct only labels such as .field: stand.", at=word)
    if session.stub and raw.startswith(".") and not labels.parents and not opened:
        session.report.warning(
            "label_missing_parent",
            f"{raw} belongs to a label, and none stands before it.",
            "Put Main: before it.",
            word,
        )
    name = labels.full_name(raw, define=define and not labels.struct, orphan=session.stub)
    if outside and (opened or raw.startswith("?") or not colon):
        raise Problem("invalid_global_label", f"“{word}” cannot be global.", "It is written: global Main:", word)
    if labels.namespace and not outside:
        name = labels.namespace + name
    _set_here(session, name, static=bool(opened and opened.static))


def _set_here(session: Session, name: str, *, static: bool) -> None:
    address = session.place.pc if session.structs.opened else session.here()
    set_label(session, name, address, static=static)


def set_label(session: Session, name: str, address: int, *, static: bool) -> None:
    """Give a label its address; raises Problem where it has another already."""
    labels = session.labels
    if name in labels.defined:
        shown = name if not name.startswith(":") else "This label"
        raise Problem("label_redefined", f"{shown} is defined already.", "Use another name, or a .sublabel.", name)
    if session.number > 1 and labels.table.get(name, address) != address:
        raise Problem("label_ambiguous", f"Where {name} is depends on itself.", "Set lengths with .b, .w or .l.", name)
    labels.defined.add(name)
    labels.table[name] = address
    if static:
        labels.static.add(name)


def define_global(session: Session, statement: Statement) -> None:
    """`global Main:`: a label outside the namespaces."""
    word = statement.words[1]
    if not word.endswith(":") or word[:1] in "+-:":
        raise Problem("invalid_global_label", f"“{word}” cannot be global.", "It is written: global Main:", word)
    place_label(session, word, outside=True)


def assign(session: Session, statement: Statement) -> None:
    """`name = value`: a label at an address of its own; `'a' = $41`: a character of the table."""
    word, _, text = statement.words
    value = session.integer(text)
    if session.found and not session.static:
        session.settle()
        raise Problem("label_cross_assignment", "A label cannot be set to one that may move.", at=text)
    if len(word) == 3 and word[0] == word[2] == "'":
        session.tables.set(word[1], value)
        return
    in_macro = word.startswith("?")
    name = word[1:] if in_macro else word
    if not _NAME.fullmatch(name):
        raise Problem("broken_label", f"“{word}” is no name for a label.", "A define is set with !name = value.", word)
    if in_macro:
        frame = session.labels.frame
        if frame is None:
            raise Problem("macro_label_outside_macro", f"{word} is a macro's label, and this is no macro.", at=word)
        name = f":macro_{frame.number}_{name}"
    set_label(session, session.labels.namespace + name, int(value), static=True)


def define_function(session: Session, statement: Statement) -> None:
    """`function name(a,b) = a+b`, without spaces in the body."""
    words = statement.words
    matched = _FUNCTION.fullmatch(words[1]) if len(words) == 4 and words[2] == "=" else None
    if not matched:
        hint = "It is written without spaces: function name(a,b) = a+b"
        raise Problem("broken_function", "This defines no function.", hint)
    parameters = matched[2].split(",")
    seen: set[str] = set()
    for parameter in parameters:
        if not _NAME.fullmatch(parameter):
            raise Problem("invalid_parameter", f"“{parameter}” is no name for a parameter.", at=words[1])
        if parameter.lower() in seen:
            raise Problem("parameter_redefined", f"The parameter {parameter} is there twice.", at=parameter)
        seen.add(parameter.lower())
    if not quotes.parentheses_match(words[3]):
        raise Problem("mismatched_parentheses", "The parentheses do not match.", at=words[3])
    session.functions.define(matched[1], UserFunction(tuple(parameters), words[3]))
