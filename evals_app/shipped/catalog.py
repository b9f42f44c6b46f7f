"""Which suites come with the house."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from evals_app.models import Purpose
from evals_app.shipped import explain, general, hardware, opcodes, safety, snippets
from evals_app.shipped.assembly import AsmSuite, asm_suites
from evals_app.suites import CaseDraft


@dataclass(frozen=True)
class Shipped:
    """One suite that comes with the house. Its cases name their scorers; `scorer` is that of cases added later."""

    slug: str
    name: str
    cases: Callable[[], Sequence[CaseDraft]]
    description: str
    domain: str = "asm65816"
    purpose: Purpose = Purpose.DOMAIN
    scorer: str = "choice"


TOLD = (
    Shipped(
        "basic-65816",
        "Basic 65816",
        opcodes.cases,
        "Opcodes, purposes, flags, addressing modes, sizes and cycles, from the instruction tables.",
    ),
    Shipped(
        "intermediate-65816",
        "Intermediate 65816",
        snippets.cases,
        "Register widths, effective addresses, times, sizes and values of short code, measured.",
        scorer="exact",
    ),
    Shipped(
        "snes-hardware",
        "SNES hardware",
        hardware.cases,
        "Registers by address and by name, freely and among look-alikes; their bits and who may access them.",
        scorer="register_claims",
    ),
    Shipped(
        "explain-65816",
        "Explain (Veran)",
        explain.cases,
        "Code is given: what it does among near misses, what it leaves in A, which registers it touches.",
    ),
    Shipped(
        "safety-65816",
        "Safety",
        safety.cases,
        "Registers and instructions that there are not, false premises, what nobody can know.",
        purpose=Purpose.SAFETY,
    ),
    Shipped(
        "general",
        "General ability",
        general.cases,
        "Numbers, words, order and doing as told, apart from any domain: what training must not destroy.",
        domain="text",
        purpose=Purpose.GENERAL,
        scorer="exact",
    ),
)
"""Suites of questions, whose answers are computed from the facts or measured."""


def _cases_of(suite: AsmSuite) -> Sequence[CaseDraft]:
    return suite.drafts


CODE = tuple(
    Shipped(one.slug, one.name, partial(_cases_of, one), one.description, scorer=one.scorer) for one in asm_suites()
)
"""Suites of code to be optimised, written and repaired."""

SHIPPED = (*TOLD, *CODE)
