"""All domains by slug. Those without tools of their own are records only: they generate and verify nothing."""

from __future__ import annotations

from datasets_app.domains.asm65816.domain import DOMAIN as ASM65816
from datasets_app.domains.base import Domain

_RECORDS = (
    Domain("oracle", "Oracle of Secrets", "The ROM hack Oracle of Secrets: its code, memory map and build."),
    Domain("yaze", "yaze", "The ROM editor yaze and its C++ code."),
    Domain("cpp", "C++", "C++ of editors, emulators and tools."),
    Domain("gigaleak", "Original sources", "Original game sources, their symbols and comments."),
    Domain(
        "errors",
        "Errors and diagnostics",
        "Messages of assemblers, compilers and emulators, and what to do about them.",
    ),
    Domain("text", "Text", "Prose: documentation, articles, conversations."),
)

DOMAINS: dict[str, Domain] = {domain.slug: domain for domain in (ASM65816, *_RECORDS)}
