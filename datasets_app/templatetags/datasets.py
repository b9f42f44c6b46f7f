"""`{% load datasets %}`: links to the pages that explain registers and instructions, tables of evidence."""

from __future__ import annotations

from collections.abc import Sequence

from django import template

from afsweb.core.models import Event
from datasets_app.domains.asm65816.facts.instructions import Instruction
from datasets_app.domains.asm65816.registers import Register
from datasets_app.facts.links import linked_text, page_of
from datasets_app.history.about import deed_of

register = template.Library()


@register.filter
def fact_url(fact: Register | Instruction) -> str:
    """The page that explains a register or an instruction."""
    return page_of(fact)


@register.filter
def with_facts(text: object) -> str:
    """A text, escaped, whose mentions of registers and instructions lead to their pages."""
    return linked_text(str(text))


@register.filter
def deed(event: Event) -> str:
    """What a line of history says was done."""
    return deed_of(event)


@register.filter
def spans(row: Sequence[str]) -> list[tuple[str, int]]:
    """The cells of a row with the columns that each takes: the last one with words takes the empty ones behind it."""
    said = max((place for place, cell in enumerate(row) if cell), default=len(row) - 1)
    return [(cell, len(row) - said if place == said else 1) for place, cell in enumerate(row[: said + 1])]
