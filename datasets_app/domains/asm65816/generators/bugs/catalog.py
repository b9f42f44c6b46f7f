"""All kinds of fault, by name."""

from __future__ import annotations

from datasets_app.domains.asm65816.generators.bugs import calls, flow, memory, widths
from datasets_app.domains.asm65816.generators.bugs.kinds import Bug

BUGS: tuple[Bug, ...] = (*widths.BUGS, *flow.BUGS, *memory.BUGS, *calls.BUGS)
BY_SLUG = {bug.slug: bug for bug in BUGS}
