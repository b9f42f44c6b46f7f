"""Where things go: org, base, pushpc and their kin, the memory map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datasets_app.domains.asm65816.assembler.mapping import MAPPERS
from datasets_app.domains.asm65816.assembler.place import NOWHERE
from datasets_app.domains.asm65816.assembler.problem import Problem

if TYPE_CHECKING:
    from datasets_app.domains.asm65816.assembler.session import Session
    from datasets_app.domains.asm65816.assembler.statement import Statement


def choose_mapper(session: Session, statement: Statement) -> None:
    """`lorom`, `hirom`, `exlorom`, `exhirom`, `norom`."""
    place, mapper = session.place, MAPPERS[statement.head]
    if place.mapper_chosen and mapper is not place.mapper:
        session.report.warning("mapper_chosen", f"The memory map was {place.mapper.name}, and becomes {mapper.name}.")
    place.mapper, place.mapper_chosen = mapper, True


def move(session: Session, statement: Statement) -> None:
    """`org $008000`."""
    address = _address(session, statement.words[1], "org")
    name = session.place.mapper.name
    if name in ("lorom", "exlorom") and address & 0x408000 == 0x400000 and address & 0x700000 != 0x700000:
        session.report.warning(
            "set_middle_byte", "In this memory map ROM addresses have bit 15 set.", at=statement.words[1]
        )
    session.place.go(address)


def rebase(session: Session, statement: Statement) -> None:
    """`base $7E0000`, `base off`."""
    place, text = session.place, statement.words[1]
    if text.lower() == "off":
        place.pc, place.pc_start = place.real, place.real_start
        return
    place.rebase(_address(session, text, "base"))
    session.settings = session.settings.with_bank(None)


def _address(session: Session, text: str, what: str) -> int:
    address = session.integer(text)
    if session.forward:
        session.settle()
        raise Problem("label_forward", f"{what} can only use labels from before.", "Put the label first.", text)
    session.settle()
    if not 0 <= address <= 0xFFFFFF:
        raise Problem(
            "address_out_of_range", f"{text} is no 24-bit address.", "Addresses are $000000 to $FFFFFF.", text
        )
    return address


def push_pc(session: Session, _: Statement) -> None:
    """`pushpc`: keeps where we are; an org must follow."""
    place = session.place
    session.budget.spend()
    place.stack.append(place.position())
    place.restore((NOWHERE, NOWHERE, NOWHERE, NOWHERE))


def pull_pc(session: Session, _: Statement) -> None:
    """`pullpc`."""
    if not session.place.stack:
        raise Problem("pullpc_without_pushpc", "pullpc finds nothing that pushpc kept.", "Use pushpc first.")
    session.place.restore(session.place.stack.pop())


def push_base(session: Session, _: Statement) -> None:
    """`pushbase`."""
    session.budget.spend()
    session.place.bases.append(session.place.pc)


def pull_base(session: Session, _: Statement) -> None:
    """`pullbase`."""
    place = session.place
    if not place.bases:
        raise Problem("pullbase_without_pushbase", "pullbase finds nothing that pushbase kept.", "Use pushbase first.")
    place.rebase(place.bases.pop())
    if place.pc != place.real_start:
        session.settings = session.settings.with_bank(None)


def warn_pc(session: Session, statement: Statement) -> None:
    """`warnpc $00FFC0`: an error when we are past it."""
    limit = session.integer(statement.words[1])
    session.settle()
    here = session.place.known_pc()
    if here > limit and not session.unresolved:
        raise Problem(
            "warnpc_failed",
            f"We are at ${here:06X}, after ${limit & 0xFFFFFF:06X}.",
            "Make the code shorter or move it.",
        )
