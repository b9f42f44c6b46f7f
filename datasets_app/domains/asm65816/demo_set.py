"""The demo's samples: 26 well-known registers and the short routines around them, small enough to learn in a minute."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import islice

from datasets_app.domains.asm65816.generators.register_facts import (
    ADDRESS,
    NAME,
    question_params,
    wordings,
    write_question,
)
from datasets_app.domains.asm65816.generators.routines import EXPLAIN, ROUTINES, WRITE, distinct_params, write_routine
from datasets_app.domains.asm65816.registers import Register, find_register
from datasets_app.domains.base import Draft, Params

_NAMES = """
INIDISP OBSEL BGMODE MOSAIC BG1SC VMAIN VMADDL VMDATAL CGADD CGDATA TM COLDATA
NMITIMEN WRMPYA WRDIVL MEMSEL RDNMI HVBJOY JOY1L
MDMAEN HDMAEN DMAP0 BBAD0 A1T0L A1B0 DAS0L
"""
DEMO_REGISTERS: tuple[Register, ...] = tuple(register for name in _NAMES.split() if (register := find_register(name)))

NAME_WORDINGS = 12
ADDRESS_WORDINGS = 4
ROUTINE_ROWS = 52

# No answer repeats what was asked about: a tiny model slips when it copies, and a slip is a false claim.
_STYLES = {NAME: ("short", "sentence", "purpose"), ADDRESS: ("short", "sentence")}
_SLUGS = """
forced_blank_on screen_on background_mode main_screen mosaic
enable_nmi disable_interrupts acknowledge_nmi wait_vblank fast_rom start_dma enable_hdma stop_hdma
"""
_ROUTINES = tuple(ROUTINES[slug] for slug in _SLUGS.split())


class DemoSet:
    """For each register 12 questions for its name and 4 for its address in drawn wordings; 52 rows about routines."""

    name = "demo_set"
    kinds = (NAME, ADDRESS, WRITE, EXPLAIN)

    def plan(self, count: int, seed: int) -> Iterator[Params]:
        """Yield up to `count` of its 468 params in shuffled order."""
        rng = random.Random(f"{self.name}:{seed}")
        rows = [
            *_questions(rng, NAME, NAME_WORDINGS),
            *_questions(rng, ADDRESS, ADDRESS_WORDINGS),
            *distinct_params(rng, _ROUTINES, (WRITE, EXPLAIN), ROUTINE_ROWS),
        ]
        rng.shuffle(rows)
        yield from islice(rows, count)

    def write(self, params: Params) -> Draft:
        """Write the sample that `params` describe."""
        return write_question(params) if "register" in params else write_routine(params)


def _questions(rng: random.Random, kind: str, count: int) -> Iterator[Params]:
    for register in DEMO_REGISTERS:
        for family, wording in rng.sample(wordings(kind), count):
            yield question_params(rng, register.name, kind, family, wording, _STYLES[kind])
