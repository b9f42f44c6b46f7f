"""What goes wrong when code runs was announced, and a run takes as long as was said."""

from __future__ import annotations

from random import Random

import pytest

from datasets_app.domains.asm65816.lint import examine
from tests.domains.asm65816.lint.linting import placed
from tests.domains.asm65816.lint.programs import program, run

ABOUT_THE_STACK = {"stack_unbalanced", "pull_size", "pull_order", "plp_without_php", "return_jumps"}


@pytest.mark.parametrize("seed", range(0, 2000, 100))
def test_runs_are_as_announced(seed: int) -> None:
    ended = 0
    for number in range(seed, seed + 100):
        random = Random(number)
        source = program(random)
        assembly = placed(source)
        m, x = random.random() < 0.5, random.random() < 0.5
        remarks, timing = examine(assembly, m=m, x=x)
        outcome = run(assembly, random, m=m, x=x)
        if outcome is None:
            continue
        ended += 1
        found = {remark.code for remark in remarks if remark.severity != "note" or remark.code in ABOUT_THE_STACK}
        lines = {remark.line for remark in remarks if remark.code.startswith("width") and remark.severity != "note"}
        if outcome.how == "done" and not found:
            assert timing.fewest <= outcome.cycles, source
            assert timing.most is None or outcome.cycles <= timing.most, source
        elif outcome.how == "wide":
            assert outcome.line in lines or found & ABOUT_THE_STACK, source
        elif outcome.how == "stack":
            assert found & ABOUT_THE_STACK, source
    assert ended > 80
