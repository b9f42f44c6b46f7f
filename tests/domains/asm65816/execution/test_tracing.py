"""A run step by step."""

from __future__ import annotations

from datasets_app.domains.asm65816.assembler import assemble
from datasets_app.domains.asm65816.execution.program import load
from datasets_app.domains.asm65816.execution.running import Runner
from datasets_app.domains.asm65816.execution.state import State
from datasets_app.domains.asm65816.execution.tracing import trace

CODE = "Main:\nSEP #$20\nLDA $0310\nINC A\nSTA $0311\nRTS"
START = State(a=0x1200, p=0x30, memory={0x0310: 0x41})


def runner(code: str = CODE) -> Runner:
    return Runner(load(assemble(code)))


def test_each_step_has_the_registers_after_it_and_what_it_touched() -> None:
    steps = trace(runner(), START, 25)
    assert steps is not None
    assert [step.a for step in steps] == [0x1200, 0x1241, 0x1242, 0x1242, 0x1242]
    assert steps[1].read == ((0x0310, 0x41),)
    assert steps[3].written == ((0x0311, 0x42),)
    assert [step.cycles for step in steps] == [3, 4, 2, 4, 6]
    assert steps[1].address == 0x008002


def test_a_run_that_takes_too_long_is_none() -> None:
    assert trace(runner(), START, 4) is None
    assert trace(runner("Main:\nBRA Main"), START, 25) is None


def test_a_traced_machine_runs_on_as_before() -> None:
    one = runner()
    trace(one, START, 25)
    outcome = one.run(START)
    assert outcome.ended == "RTS" and outcome.written == {0x0311: 0x42}
