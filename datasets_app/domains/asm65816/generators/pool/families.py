"""All families, by name."""

from __future__ import annotations

from datasets_app.domains.asm65816.generators.pool import (
    arithmetic,
    bits,
    calling,
    comparing,
    dma,
    game,
    hardware,
    interrupts,
    memory,
    scaling,
    slots,
    tables,
)
from datasets_app.domains.asm65816.generators.pool.family import Family

ALL_FAMILIES: tuple[Family, ...] = (
    *memory.FAMILIES,
    *arithmetic.FAMILIES,
    *scaling.FAMILIES,
    *comparing.FAMILIES,
    *bits.FAMILIES,
    *tables.FAMILIES,
    *game.FAMILIES,
    *slots.FAMILIES,
    *calling.FAMILIES,
    *hardware.FAMILIES,
    *dma.FAMILIES,
    *interrupts.FAMILIES,
)
FAMILIES = {family.slug: family for family in ALL_FAMILIES}
_MODULES = (memory, arithmetic, scaling, comparing, bits, tables, game, slots, calling, hardware, dma, interrupts)
_SUBJECTS = {family.slug: module.__name__.rpartition(".")[2] for module in _MODULES for family in module.FAMILIES}


def subject_of(slug: str) -> str:
    """What a family is about, in one word: memory, arithmetic, dma."""
    return _SUBJECTS[slug]
