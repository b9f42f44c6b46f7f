"""The suites of code: optimise, write, debug. Each case's own reference earns the whole point."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from datasets_app.domains.asm65816.held_out import CodeDraft, debug_drafts, optimise_drafts, write_drafts
from evals_app.suites import CaseDraft


@dataclass(frozen=True)
class AsmSuite:
    """A suite that comes with the app. Making its `drafts` takes seconds: they are run as generators' samples are."""

    slug: str
    name: str
    description: str
    scorer: str
    make: Callable[..., Sequence[CodeDraft]]

    @property
    def drafts(self) -> list[CaseDraft]:
        """Its cases, the same at every call."""
        return [_draft(draft) for draft in self.make()]


ASM_SUITES = (
    AsmSuite(
        "optimise",
        "Optimise (Din)",
        "Routines to be made shorter or faster. Right is what does the same from 256 states for less; the point is "
        "shared out by how near it comes to the best code known.",
        "asm_exec",
        optimise_drafts,
    ),
    AsmSuite(
        "write",
        "Write (Nayru)",
        "Routines to be written from a specification, run from 256 states that it draws.",
        "asm_exec",
        write_drafts,
    ),
    AsmSuite(
        "debug",
        "Debug (Farore)",
        "Routines with one fault each. Right is a small change with which the failing vector passes and 256 others do.",
        "debug",
        debug_drafts,
    ),
)


def asm_suites() -> tuple[AsmSuite, ...]:
    """The suites of code for Din, Nayru and Farore."""
    return ASM_SUITES


def _draft(draft: CodeDraft) -> CaseDraft:
    return CaseDraft(
        key=draft.key,
        category=draft.category,
        cluster=draft.cluster,
        messages=[{"role": "user", "content": draft.prompt}],
        expected=draft.expected,
        tags=["held out"],
        references=[draft.reference],
    )
