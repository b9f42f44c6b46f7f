"""Every domain, by its slug. Their thresholds are rows; their names here are for programs without a database."""

from __future__ import annotations

from datasets_app.domains.asm65816.demo_set import DemoSet
from datasets_app.domains.asm65816.generators.register_facts import RegisterFacts
from datasets_app.domains.asm65816.generators.routines import Routines
from datasets_app.domains.asm65816.verify import LADDER, VERSION, verify
from datasets_app.domains.base import Domain

ASM65816 = Domain(
    slug="asm65816",
    name="65816 assembly",
    description="SNES assembly code and hardware registers",
    generators=(RegisterFacts(), Routines(), DemoSet()),
    verifier=verify,
    verifier_version=VERSION,
    ladder=LADDER,
)

DOMAINS: dict[str, Domain] = {
    domain.slug: domain
    for domain in (
        ASM65816,
        Domain("oracle", "Oracle of Secrets", "ROM hack code and tooling"),
        Domain("yaze", "yaze", "C++ of the ROM editor"),
        Domain("cpp", "C++", "C++ code"),
        Domain("gigaleak", "Original sources", "Commented original game sources"),
        Domain("errors", "Errors", "Error messages and their causes"),
        Domain("text", "Text", "Prose about the games and their tools"),
    )
}
