"""Register questions of the 65816 domain as cases: held-out wordings that no generator uses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from django.utils.text import slugify

from afsweb.core.models import EventSource, User
from datasets_app.domains.asm65816.registers import Register, all_registers, find_register
from datasets_app.domains.asm65816.suite import cases
from datasets_app.models import Domain
from evals_app.errors import UnknownRegister
from evals_app.models import Suite
from evals_app.suites import CaseDraft, make_suite

DIRECTIONS = {"name": "by address, asking for the name", "address": "by name, asking for the address"}


def areas() -> list[str]:
    """The parts of the machine that registers belong to, in address order: PPU, APU, WRAM, CPU, DMA."""
    return list(dict.fromkeys(register.area for register in all_registers()))


def registers_of(names: str, chosen_areas: Iterable[str]) -> list[Register]:
    """The registers that people wrote down (names or addresses, any separators), else all of the chosen areas.

    Raises UnknownRegister.
    """
    written = re.findall(r"[^\s,;]+", names)
    if not written:
        wanted = set(chosen_areas)
        return [register for register in all_registers() if register.area in wanted]
    return list(dict.fromkeys(map(_find, written)))


def register_cases(
    registers: Sequence[Register], *, seed: int, directions: Sequence[str] = ("name",)
) -> list[CaseDraft]:
    """3 cases for each register and direction; all cases of a register are one cluster."""
    return [
        CaseDraft(
            key=draft.key,
            category=draft.category,
            cluster=draft.cluster,
            messages=[{"role": "user", "content": draft.prompt}],
            expected=draft.expected,
        )
        for draft in cases(registers, seed, directions)
    ]


def make_register_suite(
    name: str,
    registers: Sequence[Register],
    *,
    seed: int,
    directions: Sequence[str],
    description: str = "",
    by: User | None,
    source: EventSource = EventSource.UI,
) -> Suite:
    """The version of the suite that holds these questions, made if there is none yet. Raises SuiteIsEmpty."""
    return make_suite(
        slugify(name)[:64],
        name=name,
        domain=Domain.objects.get(slug="asm65816"),
        scorer="register_claims",
        drafts=register_cases(registers, seed=seed, directions=directions),
        description=description,
        by=by,
        source=source,
    )


def _find(name: str) -> Register:
    register = find_register(name)
    if register is None:
        raise UnknownRegister(name=name[:40])
    return register
