"""All kinds of claim that a text makes about the hardware and its code, each checked against the facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from datasets_app.domains.asm65816.facts.access import ACCESS, TWICE, find_access_claims
from datasets_app.domains.asm65816.facts.flags import FLAGS, find_flag_claims
from datasets_app.domains.asm65816.facts.measures import CYCLES, SIZE, find_measure_claims
from datasets_app.domains.asm65816.facts.misuse import find_misuses
from datasets_app.domains.asm65816.facts.names import find_name_claims
from datasets_app.domains.asm65816.facts.opcode_claims import OPCODE, find_opcode_claims
from datasets_app.domains.asm65816.facts.pairs import KIND, SYMBOL
from datasets_app.domains.asm65816.facts.purposes import PURPOSE, find_purpose_claims
from datasets_app.domains.asm65816.facts.reading import Reading
from datasets_app.domains.asm65816.facts.symbols import Symbols
from datasets_app.domains.asm65816.facts.values import VALUE, find_value_claims
from datasets_app.domains.asm65816.facts.widths import WIDTH, find_width_claims
from datasets_app.domains.base import Claim

KINDS: Mapping[str, str] = {
    KIND: "a register's address and name",
    SYMBOL: "an address and name of the project's own",
    PURPOSE: "what a register is for",
    ACCESS: "whether a register is read or written",
    TWICE: "whether a register takes two accesses",
    SIZE: "the bytes of an instruction",
    CYCLES: "the CPU cycles of an instruction",
    FLAGS: "the flags an instruction changes or tests",
    WIDTH: "the register widths that REP and SEP set",
    OPCODE: "the byte that encodes an instruction",
    VALUE: "what a register holds after a statement",
}
"""The kinds of claim, each with what it is about."""

_FINDERS: tuple[Callable[[Reading], Iterator[Claim]], ...] = (
    find_name_claims,
    find_purpose_claims,
    find_access_claims,
    find_misuses,
    find_measure_claims,
    find_flag_claims,
    find_width_claims,
    find_opcode_claims,
    find_value_claims,
)


def check_claims(text: str, symbols: Symbols | None = None) -> list[Claim]:
    """Return every claim found in the text, in order, with its verdict; KINDS lists their kinds.

    With the `symbols` of a project the pairs of its own addresses and labels are judged too. Code makes a claim of
    access only where it accesses a register in a way that the hardware does not allow; values in comments are checked
    by running the code, every other kind against the tables.
    """
    reading = Reading(text, symbols)
    return sorted((claim for find in _FINDERS for claim in find(reading)), key=lambda c: (c.start, c.end))
