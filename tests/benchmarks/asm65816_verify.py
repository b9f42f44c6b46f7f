"""How many verdicts a second the ladder gives without running code, and how fast two routines are compared by running.

Controls in the same run: the bare splitting of the same texts, and the machine alone for as many instructions.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Sequence

from datasets_app.domains.asm65816.assembler import assemble
from datasets_app.domains.asm65816.domain import DOMAIN
from datasets_app.domains.asm65816.execution.equivalence import compare_routines
from datasets_app.domains.asm65816.execution.program import Program, load
from datasets_app.domains.asm65816.execution.state import Widths
from datasets_app.domains.asm65816.machine import Machine, SparseMemory
from datasets_app.domains.asm65816.verify import Rung, verify
from datasets_app.domains.base import Context, Verdict
from tests.benchmarks.harness import Bar, report

ROUNDS, SAMPLES, DRAFTS, STATES = 9, 40, 120, 1_000
# The bars: at most 5 ms for a sample of up to 40 lines without running it, half a second for 1,000 states of 100
# instructions.
MEDIAN_MS, SECONDS = 5.0, 0.5

ANSWER = """\
Move{n} adds the speed to the X position of every object and turns the screen on again.

```asm
!Speed = ${speed:02X}
!PosX = $0D00
Move{n}:
    PHP
    REP #$20
    LDA.w !PosX,X
    CLC : ADC #${step:04X}
    STA.w !PosX,X
    SEP #$20
    LDA $7EF36F
    BEQ .no_key
    CMP #$FF
    BNE .count
.no_key
    LDA.b #!Speed
    STA $10
    BRA .done
.count
    DEC A
    STA $7EF36F
    LDX #${count:02X}
-   LDA $0DD0,X
    BEQ +
    JSR Check{n}
+   DEX
    BPL -
.done
    LDA #$80
    STA $2100 ; INIDISP, forced blank
    STZ $420C ; HDMAEN
    LDA #$0F
    STA $2100
    PLP
    RTS
Check{n}:
    LDA.w Table{n},X
    AND #$3F
    STA $2115 ; VMAIN
    RTS
Table{n}: db $01,$02,$03
```

$2100 is INIDISP; bit 7 blanks the screen. RTS returns to a caller that used JSR.
"""
# 99 and 100 instructions: a loop of 16 turns, written in two ways.
FIRST = "Main:\nLDX #$0F\n-\nLDA $0300,X\nCLC\nADC #$05\nSTA $0320,X\nDEX\nBPL -\nINC $10\nRTS"
SECOND = "Main:\nLDX #$0F\n-\nCLC\nLDA $0300,X\nADC #$05\nSTA $0320,X\nDEX\nBPL -\nNOP\nINC $10\nRTS"


def answers(draw: random.Random) -> list[str]:
    """Answers with 40 lines of code that no cache has seen: names and numbers differ."""
    return [
        ANSWER.format(
            n=draw.randrange(1 << 40),
            speed=draw.randrange(256),
            step=draw.randrange(0x100, 0x10000),
            count=draw.randrange(256),
        )
        for _ in range(SAMPLES)
    ]


def drafts(seed: int) -> list[tuple[str, Context]]:
    """What the domain's generators write, with the question; without the input nothing is run."""
    share = DRAFTS // len(DOMAIN.generators)
    written = [g.write(params) for g in DOMAIN.generators for params in g.plan(share, seed)]
    return [(draft.output, Context(draft.instruction)) for draft in written]


def measure(run: Callable[..., object], calls: Sequence[tuple[object, ...]]) -> list[float]:
    """Milliseconds of each call."""
    took = []
    for arguments in calls:
        begin = time.perf_counter()
        run(*arguments)
        took.append(1000 * (time.perf_counter() - begin))
    return took


def verify_answer(text: str) -> Verdict:
    """Verify one, and see that it came through."""
    verdict = verify(text)
    if verdict.level != Rung.MEASURE:
        raise ValueError(verdict.findings[0].message)
    return verdict


def routine(source: str) -> Program:
    return load(assemble(source))


def compare() -> None:
    """Compare the two routines from all states."""
    found = compare_routines(routine(FIRST), routine(SECOND), (Widths(),), live_out=("a", "x"), seconds=60)
    assert found.equal, found.differing
    assert found.tried == STATES


def run_alone(steps: int) -> None:
    """The machine alone: as many instructions of a loop, with nothing set and nothing looked at."""
    memory = SparseMemory()
    memory.load(0x008000, bytes.fromhex("BD0003 18 6905 9D2003 CA 80F3"))
    machine = Machine(memory)
    machine.e, machine.p, machine.pc = False, 0x30, 0x8000
    machine.run(steps)


def main() -> None:
    draw = random.Random(65816)
    verifying: list[float] = []
    control: list[float] = []
    mixed: list[float] = []
    comparing: list[float] = []
    alone: list[float] = []
    for round_ in range(ROUNDS):
        texts = [(text,) for text in answers(draw)]
        control += measure(str.split, texts)
        verifying += measure(verify_answer, texts)
        mixed += measure(verify, drafts(round_))
        alone += measure(run_alone, [(199 * STATES,)])
        comparing += measure(compare, [()])
    median, compared = statistics.median(verifying), statistics.median(comparing) / 1000
    figures = {
        "verdicts_per_s": round(1000 / statistics.mean(mixed)),
        "median_ms": round(median, 3),
        "p95_ms": round(statistics.quantiles(verifying, n=20)[-1], 3),
        "control_split_ms": round(statistics.median(control), 4),
        "equivalence_s": round(compared, 3),
        "states_per_s": round(STATES / compared),
        "control_machine_s": round(statistics.median(alone) / 1000, 3),
    }
    bars = {"median_ms": Bar(median, at_most=MEDIAN_MS), "equivalence_s": Bar(compared, at_most=SECONDS)}
    report("asm65816_verify", figures, bars)


if __name__ == "__main__":
    main()
