"""Questions about code for suites: nothing of them is ever trained on.

Two things keep them apart from what the generators write, whatever seed those are given. All memory lies half a step
beside every address that a generator can draw (`Family.moved`), so that no routine is one of theirs. And every sentence
around the code is from `wordings`, which no generator uses. Seeds begin at 9000; the tasks themselves are the pool's.
"""

from datasets_app.domains.asm65816.held_out.debug import debug_drafts
from datasets_app.domains.asm65816.held_out.draft import CodeDraft
from datasets_app.domains.asm65816.held_out.optimise import optimise_drafts
from datasets_app.domains.asm65816.held_out.write import write_drafts

__all__ = ["CodeDraft", "debug_drafts", "optimise_drafts", "write_drafts"]
