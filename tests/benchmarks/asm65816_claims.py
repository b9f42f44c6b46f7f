"""How long it takes to find and judge all claims of a 40-line sample, with and without values that need a run."""

from __future__ import annotations

import statistics
import time

from datasets_app.domains.asm65816.facts import check_claims, name_claims
from tests.benchmarks.harness import Bar, report

REPEATS = 300
# Milliseconds for a sample whose claims are all answered by tables; running its code costs about another.
LIMIT_MS = 1.5

SAMPLE = """To upload tiles to VRAM, first set VMAIN ($2115) to $80 so the address increments after writing $2119.
Then write the word address to VMADDL/VMADDH ($2116/$2117) and push data through VMDATAL ($2118).

```asm
UploadTiles:
    SEP #$20            ; 8-bit A
    REP #$10            ; 16-bit X/Y
    LDA #$80
    STA $2115           ; VMAIN: increment after high byte
    LDX #$4000
    STX $2116           ; VMADDL: word address
    LDA #$01
    STA $4300           ; DMAP0: two registers, write once
    LDA #$18
    STA $4301           ; BBAD0 -> VMDATAL
    LDX #$8000
    STX $4302           ; A1T0L
    LDA #$7E
    STA $4304           ; A1B0
    LDX #$0800
    STX $4305           ; DAS0L
    LDA #$01
    STA $420B           ; MDMAEN: start channel 0
    LDA $4210           ; acknowledge
.wait
    LDA $4212
    BPL .wait           ; 2 or 3 cycles
    LDA #$0F
    STA $2100           ; INIDISP
    RTS
```

- $2100 (INIDISP) controls the screen brightness and forced blank.
- $2115 (VMAIN) sets how the VRAM address increments.
- $4300 (DMAP0) selects the DMA mode. It is readable and writable.
- $420B (MDMAEN) starts the DMA. It is write-only.
- `LDA #$80` is 2 bytes and takes 2 cycles; `STA $2115` takes 4 cycles.
- SEP #$20 makes the accumulator 8 bits wide, REP #$10 the index registers 16 bits wide.
"""
WITH_VALUES = SAMPLE.replace("LDA #$0F\n", "LDA #$0F            ; A = $0F\n")


def milliseconds(check: object, text: str) -> tuple[float, float]:
    """Median and least time of one call, in milliseconds."""
    assert callable(check)
    times = []
    for _ in range(REPEATS):
        begin = time.perf_counter()
        check(text)
        times.append((time.perf_counter() - begin) * 1000)
    return round(statistics.median(times), 3), round(min(times), 3)


def main() -> None:
    assert all(claim.verdict == "supported" for claim in check_claims(WITH_VALUES))
    names, all_kinds = milliseconds(name_claims, SAMPLE), milliseconds(check_claims, SAMPLE)
    with_values = milliseconds(check_claims, WITH_VALUES)
    figures = {
        "claims": len(check_claims(SAMPLE)),
        "names_ms": names[0],
        "all_kinds_ms": all_kinds[0],
        "all_kinds_least_ms": all_kinds[1],
        "with_values_ms": with_values[0],
        "with_values_least_ms": with_values[1],
    }
    report("asm65816_claims", figures, {"all_kinds_ms": Bar(all_kinds[0], at_most=LIMIT_MS)})


if __name__ == "__main__":
    main()
