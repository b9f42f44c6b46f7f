"""How many samples a second the assembler takes, beside the bare splitting of the same texts as a control."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable

from datasets_app.domains.asm65816.assembler import MODEL_OUTPUT, assemble
from tests.benchmarks.harness import Bar, report

ROUNDS, SAMPLES = 15, 100
# A verdict of levels 1 to 7 has 5 ms; assembling is one of its seven parts.
MEDIAN_MS = 2.0

SAMPLE = """\
; Move an object and tell whether it left the screen
!Speed = ${speed:02X}
!PosX = $0D00
lorom
org $018000
Move{n}:
{{
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
    JSL Update{n}
    PLP
    RTS
}}
Check{n}:
    LDA.l Table{n},X
    AND #$3F : STA $2100
    RTS
Table{n}: db $01,$02,$03,"text"
Update{n}: LDA #$80 : STA $2115 : RTL
"""


def samples(draw: random.Random) -> list[str]:
    """Texts of 40 lines that no cache has seen: names and numbers differ."""
    return [
        SAMPLE.format(
            n=draw.randrange(1 << 40),
            speed=draw.randrange(256),
            step=draw.randrange(1 << 16),
            count=draw.randrange(256),
        )
        for _ in range(SAMPLES)
    ]


def measure(texts: list[str], run: Callable[[str], object]) -> list[float]:
    """Milliseconds for each text."""
    took = []
    for text in texts:
        begin = time.perf_counter()
        run(text)
        took.append(1000 * (time.perf_counter() - begin))
    return took


def assemble_one(text: str) -> None:
    """Assemble a sample, and see that it is right."""
    if not assemble(text, limits=MODEL_OUTPUT).ok:
        raise ValueError(text)


def split_one(text: str) -> list[list[str]]:
    """The control: what reading such a text at all costs in Python."""
    return [line.split() for line in text.splitlines()]


def main() -> None:
    """Measure both on the same texts, in turn, and report medians."""
    draw = random.Random(65816)
    assembling: list[float] = []
    control: list[float] = []
    for _ in range(ROUNDS):
        texts = samples(draw)
        control += measure(texts, split_one)
        assembling += measure(texts, assemble_one)
    median = statistics.median(assembling)
    figures = {
        "assemblies_per_s": round(1000 / median),
        "median_ms": round(median, 3),
        "p95_ms": round(statistics.quantiles(assembling, n=20)[-1], 3),
        "control_split_ms": round(statistics.median(control), 4),
        "lines": SAMPLE.count("\n"),
        "samples": len(assembling),
    }
    report("asm65816_assemble", figures, {"median_ms": Bar(median, at_most=MEDIAN_MS)})


if __name__ == "__main__":
    main()
