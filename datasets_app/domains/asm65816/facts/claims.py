"""All kinds of claim that a text makes about the hardware and its code, each checked against the facts."""

from __future__ import annotations

from datasets_app.domains.asm65816.facts.access import find_access_claims
from datasets_app.domains.asm65816.facts.flags import find_flag_claims
from datasets_app.domains.asm65816.facts.measures import find_measure_claims
from datasets_app.domains.asm65816.facts.names import find_name_claims
from datasets_app.domains.asm65816.facts.opcode_claims import find_opcode_claims
from datasets_app.domains.asm65816.facts.purposes import find_purpose_claims
from datasets_app.domains.asm65816.facts.reading import Reading
from datasets_app.domains.asm65816.facts.symbols import Symbols
from datasets_app.domains.asm65816.facts.widths import find_width_claims
from datasets_app.domains.base import Claim

_FINDERS = (
    find_name_claims,
    find_purpose_claims,
    find_access_claims,
    find_measure_claims,
    find_flag_claims,
    find_width_claims,
    find_opcode_claims,
)


def check_claims(text: str, symbols: Symbols | None = None) -> list[Claim]:
    """Return every claim found in the text, in order, with its verdict.

    With the `symbols` of a project the pairs of its own addresses and labels are judged too.
    """
    reading = Reading(text, symbols)
    return sorted((claim for find in _FINDERS for claim in find(reading)), key=lambda c: (c.start, c.end))
