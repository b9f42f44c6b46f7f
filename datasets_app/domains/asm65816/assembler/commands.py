"""What the first word of a statement does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from datasets_app.domains.asm65816.assembler import (
    conditions,
    data,
    definitions,
    files,
    messages,
    moves,
    namespaces,
    structs,
    switches,
    tables,
)
from datasets_app.domains.asm65816.assembler.encodings import is_mnemonic, mnemonic_table
from datasets_app.domains.asm65816.assembler.instructions import assemble_instruction
from datasets_app.domains.asm65816.assembler.lookup import STUB_DEFINE
from datasets_app.domains.asm65816.assembler.problem import Problem
from datasets_app.domains.asm65816.assembler.suggest import closest

if TYPE_CHECKING:
    from datasets_app.domains.asm65816.assembler.session import Session
    from datasets_app.domains.asm65816.assembler.statement import Statement

Action = Callable[["Session", "Statement"], None]

# Name, fewest and most words with the name itself.
_TABLE: tuple[tuple[str, int, int, Action], ...] = (
    ("if while", 1, 999, conditions.begin),
    ("for", 1, 999, conditions.begin_for),
    ("elseif", 1, 999, conditions.begin_elseif),
    ("else", 1, 999, conditions.begin_else),
    ("endif endwhile endfor", 1, 999, conditions.end),
    ("assert", 1, 999, conditions.check_assertion),
    ("db dw dl dd", 2, 2, data.write_data),
    ("fill", 1, 999, data.fill),
    ("skip", 1, 999, data.skip),
    ("fillbyte fillword filllong filldword", 2, 2, data.set_fill),
    ("padbyte padword padlong paddword", 2, 2, data.set_pad),
    ("pad", 2, 2, data.pad),
    ("lorom hirom exlorom exhirom norom", 1, 1, moves.choose_mapper),
    ("org", 2, 2, moves.move),
    ("base", 2, 2, moves.rebase),
    ("pushpc", 1, 1, moves.push_pc),
    ("pullpc", 1, 1, moves.pull_pc),
    ("pushbase", 1, 1, moves.push_base),
    ("pullbase", 1, 1, moves.pull_base),
    ("warnpc", 2, 2, moves.warn_pc),
    ("namespace", 2, 3, namespaces.choose_namespace),
    ("pushns", 1, 1, namespaces.push_namespace),
    ("pullns", 1, 1, namespaces.pull_namespace),
    ("print", 2, 2, messages.print_text),
    ("error", 1, 2, messages.report_error),
    ("warn", 1, 3, messages.report_warning),
    ("incsrc", 2, 2, files.include_source),
    ("incbin", 2, 4, files.include_binary),
    ("includeonce", 1, 1, files.include_once),
    ("table", 2, 2, tables.load_table),
    ("cleartable", 1, 1, tables.clear_table),
    ("pushtable", 1, 1, tables.push_table),
    ("pulltable", 1, 1, tables.pull_table),
    ("global", 2, 2, definitions.define_global),
    ("function", 1, 999, definitions.define_function),
    ("struct", 1, 999, structs.begin_struct),
    ("endstruct", 1, 999, structs.end_struct),
    ("math", 1, 3, switches.set_math),
    ("asar", 1, 2, switches.set_version),
    ("optimize", 3, 3, switches.set_optimize),
    ("dpbase", 2, 2, switches.set_direct_base),
    ("bank", 2, 2, switches.set_bank),
    ("check", 3, 3, switches.set_check),
    ("warnings", 2, 3, switches.set_warnings),
    ("arch", 2, 2, switches.set_arch),
    ("undef", 2, 2, switches.undefine),
    ("reset", 2, 2, switches.reset_counter),
    ("rep", 2, 2, switches.repeat),
    ("include includefrom xkas header fastrom freespacebyte", 1, 2, switches.ignore),
    ("{ }", 1, 1, switches.ignore),
    ("freespace freecode freedata prot autoclean autoclear sa1rom fullsa1rom sfxrom", 1, 999, switches.refuse),
    ("spcblock endspcblock startpos", 1, 999, switches.refuse),
)
_COMMANDS = {name: (least, most, action) for names, least, most, action in _TABLE for name in names.split()}
_NEVER_NAMES = ("if", "elseif", "while", "for", "assert", "else", "endif", "endwhile", "endfor", "check", "warnings")
_ALIASES = {
    "blt": "BCC",
    "bge": "BCS",
    "tab": "XBA or TAX",
    "tsa": "TSC",
    "tas": "TCS",
    "tad": "TCD",
    "tda": "TDC",
    "swa": "XBA",
    "ina": "INC A",
    "dea": "DEC A",
    "cpa": "CMP",
    "jsl.l": "JSL",
    "align": "skip align",
    "include": "incsrc",
    ".byte": "db",
    ".word": "dw",
}


def command_names() -> frozenset[str]:
    """Return the words that begin a command, in small letters; for the lexer."""
    return frozenset(name for name in _COMMANDS if name.isalnum())


def action_of(head: str, words: tuple[str, ...]) -> Action:
    """Return what carries out a statement with this first word."""
    command = _COMMANDS.get(head)
    if is_mnemonic(head) and (head != "rep" or len(words) != 2 or words[1][:1] == "#"):
        return assemble_instruction
    if head[0] == "%":
        return _call_macro
    if len(words) == 3 and words[1] == "=" and head not in _NEVER_NAMES:
        return definitions.assign
    if command:
        least, most, action = command
        return action if least <= len(words) <= most else _wrong_count
    return report_unknown


def _call_macro(session: Session, statement: Statement) -> None:
    session.macros.run(session, statement)


def _wrong_count(_: Session, statement: Statement) -> None:
    least, most = _COMMANDS[statement.head][:2]
    count = len(statement.words) - 1
    takes = f"{least - 1}" if least == most else f"{least - 1} to {most - 1}"
    hint = "What it takes is written without spaces." if count >= most else ""
    raise Problem("wrong_word_count", f"{statement.head} takes {takes} words after it, and {count} stand there.", hint)


def report_unknown(session: Session, statement: Statement) -> None:
    """Raise Problem for a word that means nothing, unless it stands for a define that is missing."""
    word = statement.words[0]
    if session.stub and word.startswith(STUB_DEFINE):
        return
    raise Problem("unknown_mnemonic", f"“{word[:40]}” is no instruction and no command.", _hint(statement), word)


def _hint(statement: Statement) -> str:
    word, head = statement.words[0], statement.head
    if head in _ALIASES:
        return f"asar calls it {_ALIASES[head]}."
    if len(statement.words) == 1 and head.isidentifier():
        short = len(head) == 3
        name = closest(head, mnemonic_table() if short else [*mnemonic_table(), *_COMMANDS], 0.6 if short else 0.8)
        return f"Did you mean {_cased(name)}? " * bool(name) + f"A label needs a colon: {word}:"
    name = closest(head.partition(".")[0], [*mnemonic_table(), *_COMMANDS])
    return f"Did you mean {_cased(name)}?" if name else ""


def _cased(name: str) -> str:
    return name.upper() if name in mnemonic_table() else name
