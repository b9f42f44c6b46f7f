"""All families, by name."""

from __future__ import annotations

from datasets_app.domains.asm65816.generators.pool import (
    arithmetic,
    bits,
    calling,
    comparing,
    game,
    hardware,
    memory,
    tables,
)
from datasets_app.domains.asm65816.generators.pool.family import Family

ALL_FAMILIES: tuple[Family, ...] = (
    *memory.FAMILIES,
    *arithmetic.FAMILIES,
    *comparing.FAMILIES,
    *bits.FAMILIES,
    *tables.FAMILIES,
    *game.FAMILIES,
    *calling.FAMILIES,
    *hardware.FAMILIES,
)
FAMILIES = {family.slug: family for family in ALL_FAMILIES}
