"""Code with more ways through it than anybody can wait for is said to be so, and nothing else is claimed of it."""

from __future__ import annotations

import time

from datasets_app.domains.asm65816.assembler import assemble
from datasets_app.domains.asm65816.assembler.limits import Limits
from datasets_app.domains.asm65816.lint import TOO_LARGE, examine, lint, timing
from datasets_app.domains.asm65816.verify import Rung, verify

CALLS = "\n".join(f"L{n}: JSR L{n + 1} : JSR L{n + 1}" for n in range(600)) + "\nL600: RTS"
LOOPS = "\n".join(f"L{n}: BEQ L{n} : BNE L{n} : PHP : PLP" for n in range(900)) + "\nRTS"


def test_calls_within_calls_are_given_up_soon() -> None:
    assembly = assemble(CALLS, limits=Limits())  # assembling has all the time that a busy machine takes
    began = time.process_time()
    assert lint(assembly) == (TOO_LARGE,)
    assert time.process_time() - began < 1
    assert (timing(assembly).bytes, timing(assembly).fewest, timing(assembly).most) == (3601, 0, None)
    assert examine(assembly) == ((TOO_LARGE,), timing(assembly))


def test_a_text_with_such_code_is_not_measured() -> None:
    verdict = verify(f"```asm\n{CALLS}\n```")
    assert [(one.level, one.code) for one in verdict.findings] == [("warn", "flow_too_large")]
    assert (verdict.level, verdict.byte_count) == (Rung.RESOLVE, None)


def test_many_loops_are_followed() -> None:
    began = time.process_time()
    assert TOO_LARGE not in examine(assemble(LOOPS))[0]
    assert time.process_time() - began < 2
