"""Commands that change how the rest is read: math, optimize, bank, check, warnings, arch, asar."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from datasets_app.domains.asm65816.assembler.problem import Problem
from datasets_app.domains.asm65816.assembler.suggest import did_you_mean

if TYPE_CHECKING:
    from datasets_app.domains.asm65816.assembler.session import Session
    from datasets_app.domains.asm65816.assembler.statement import Statement

_VERSION = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?")
_OURS = (1, 9, 1)
_OTHERS = ("spc700", "spc700-inline", "spc700-raw", "superfx")
_OPTIMIZE = {"dp": ("none", "ram", "always"), "address": ("default", "ram", "mirrors")}


def set_math(session: Session, statement: Statement) -> None:
    """`math pri on`, `math round off`."""
    words = [word.lower() for word in statement.words[1:]]
    if len(words) != 2 or words[0] not in ("pri", "round") or words[1] not in ("on", "off"):
        raise Problem("broken_command", "This is no math command.", "It is written: math pri on, math round off")
    on = words[1] == "on"
    if words[0] == "pri":
        session.settings = replace(session.settings, math_priorities=on)
    else:
        session.settings = replace(session.settings, math_rounding=on)


def set_version(session: Session, statement: Statement) -> None:
    """`asar 1.90`: from 1.90 on expressions have priorities and keep their fractions."""
    if session.flow.begun:
        raise Problem(
            "not_at_start", "asar and its version stand at the start of a text.", "Move it to the first line."
        )
    if len(statement.words) == 1:
        return
    matched = _VERSION.fullmatch(statement.words[1][:20])
    if not matched or (matched[3] is None and len(matched[2]) != 2):
        raise Problem("invalid_version", "This is no version of asar.", "It is written: asar 1.90", statement.words[1])
    major, minor = int(matched[1]), int(matched[2])
    version = (major, minor, int(matched[3])) if matched[3] else (major, minor // 10, minor % 10)
    if version > _OURS:
        raise Problem("asar_too_old", f"This text is for asar {matched[0]}, and 1.91 is what it is read as.")
    if version >= (1, 9, 0):
        session.settings = replace(session.settings, modern=True)


def set_optimize(session: Session, statement: Statement) -> None:
    """`optimize dp always`, `optimize address mirrors`."""
    words = [word.lower() for word in statement.words[1:]]
    choices = _OPTIMIZE.get(words[0], ()) if len(words) == 2 else ()
    if not choices or words[1] not in choices:
        known = "dp none|ram|always, address default|ram|mirrors"
        raise Problem("broken_command", "This is no optimize command.", f"It is written: optimize {known}")
    if words[0] == "dp":
        session.settings = replace(session.settings, direct=words[1])
    else:
        session.settings = replace(session.settings, address=words[1])


def set_direct_base(session: Session, statement: Statement) -> None:
    """`dpbase $2100`."""
    base = session.integer(statement.words[1])
    session.settle()
    if base & ~0xFF00:
        raise Problem("bad_dp_base", "The base is the start of a page: $2100, not $2101.", at=statement.words[1])
    session.settings = replace(session.settings, direct_base=base)


def set_bank(session: Session, statement: Statement) -> None:
    """`bank auto`, `bank noassume`, `bank $7E`."""
    text = statement.words[1].lower()
    if text == "auto":
        bank: int | None = None
    elif text == "noassume":
        bank = 0x100
    else:
        bank = session.integer(statement.words[1])
        session.settle()
        if not 0 <= bank <= 0xFF:
            raise Problem("address_out_of_range", f"{statement.words[1]} is no bank.", "Banks are $00 to $FF.")
    session.settings = session.settings.with_bank(bank)


def set_check(session: Session, statement: Statement) -> None:
    """`check bankcross off|half|full`; `check title` is about a ROM, and there is none here."""
    words = [word.lower() for word in statement.words[1:3]]
    if words[0] == "title":
        return
    if len(words) != 2 or words[0] != "bankcross" or words[1] not in ("on", "off", "half", "full"):
        raise Problem("broken_command", "This is no check command.", "It is written: check bankcross off")
    place = session.place
    if words[1] == "on":
        return
    place.banks_may_cross = words[1] == "off"
    if words[1] != "off":
        place.half_banks = words[1] == "half"


def set_warnings(session: Session, statement: Statement) -> None:
    """`warnings push`, `warnings pull`; asar's own names of warnings mean nothing here."""
    report = session.report
    words = [word.lower() for word in statement.words[1:]]
    if words == ["push"]:
        session.budget.spend()
        report.silenced.append(set(report.silent))
    elif words == ["pull"]:
        if not report.silenced:
            raise Problem("pull_without_push", "warnings pull finds nothing that warnings push kept.")
        report.silent = report.silenced.pop()
    elif len(words) != 2 or words[0] not in ("enable", "disable"):
        report.warning("broken_command", "This is no warnings command; asar does nothing.", "It is: warnings push")


def set_arch(session: Session, statement: Statement) -> None:
    """`arch 65816`: the only one here."""
    name = statement.words[1].lower()
    if name in _OTHERS:
        raise Problem("unsupported", f"Code for {name} is not assembled here.", "Only arch 65816 is.")
    if name != "65816":
        session.report.warning("unknown_arch", f"There is no arch {name}; asar does nothing.", "It is: arch 65816")


def refuse(_: Session, statement: Statement) -> None:
    """What asar does to a whole ROM, or for other processors."""
    raise Problem(
        "unsupported",
        f"{statement.head} is not supported here: it needs a ROM, or another processor.",
        "Say with org where the code goes.",
        statement.words[0],
    )


def ignore(_: Session, __: Statement) -> None:
    """What means nothing here, and is no mistake."""


def undefine(session: Session, statement: Statement) -> None:
    """`undef "name"`."""
    name = statement.words[1].strip('"')
    if not session.defines.remove(name):
        hint = did_you_mean(name, session.defines.names(), "!{}")
        raise Problem("define_not_found", f"There is no define !{name}.", hint, name)


def reset_counter(session: Session, statement: Statement) -> None:
    """`reset bytes`: the count that print shows."""
    if statement.words[1].lower() == "bytes":
        session.counted_from = session.output.count
    elif statement.words[1].lower() != "freespaceuse":
        raise Problem("unknown_variable", f"{statement.words[1]} is no counter.", "It is written: reset bytes")


def repeat(session: Session, statement: Statement) -> None:
    """`rep 3 : nop`: the next statement, three times."""
    count = session.fixed(statement.words[1], "How often to repeat")
    if statement.words[1].startswith("$"):
        session.report.warning(
            "rep_repeats",
            f"Without # this is asar's rep, which repeats the next statement {count} times.",
            f"Did you mean {statement.words[0]} #{statement.words[1]}?",
        )
    if session.found and not session.stubbed:
        raise Problem("no_labels_here", "How often to repeat cannot depend on a label.", at=statement.words[1])
    session.flow.repeat = max(0, min(count, 1 << 31))
