"""A draft leaves its generator only after the domain's own verifier has passed it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from datasets_app.domains.asm65816.verify import Rung, verify
from datasets_app.domains.base import Context, Draft, DraftRefused, Params, Verdict

_MISSES = 200


def checked(draft: Draft, rung: Rung) -> Draft:
    """Return the draft if it reaches `rung` with nothing bad said about it; else DraftRefused says why."""
    verdict = verdict_on(draft)
    bad = next((finding.message for finding in verdict.findings if finding.level == "bad"), "")
    if bad or verdict.level < rung:
        raise DraftRefused(bad or f"it reaches level {verdict.level}, not {int(rung)} ({draft.group_id})")
    return draft


def verdict_on(draft: Draft) -> Verdict:
    """Verify a draft as its sample will be verified."""
    return verify(draft.output, Context(draft.instruction, draft.input, draft.kind, draft.params))


def distinct(
    count: int, rng: random.Random, draw: Callable[[int, random.Random], Params | None], ask: Callable[[Params], str]
) -> Iterator[Params]:
    """Yield up to `count` params from `draw`, no two of which `ask` the same. `draw` gets a running number, and gives
    None where nothing came of it. It ends when 200 draws in a row bring nothing new.
    """
    seen: set[str] = set()
    misses = number = 0
    while len(seen) < count and misses < _MISSES:
        params = draw(number, rng)
        number += 1
        asked = ask(params) if params is not None else None
        if params is None or asked is None or asked in seen:
            misses += 1
            continue
        misses = 0
        seen.add(asked)
        yield params
