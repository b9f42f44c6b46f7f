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
