"""All kinds of optimisation, by name."""

from __future__ import annotations

from datasets_app.domains.asm65816.generators.rewriting import jumps, loads, sums
from datasets_app.domains.asm65816.generators.rewriting.kinds import Rewriting

REWRITINGS: tuple[Rewriting, ...] = (*loads.REWRITINGS, *sums.REWRITINGS, *jumps.REWRITINGS)
BY_SLUG = {rewriting.slug: rewriting for rewriting in REWRITINGS}
