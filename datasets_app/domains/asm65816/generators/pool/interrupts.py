"""Routines that wait for the console or are called by it: interrupts, vertical blank, joypads."""

from __future__ import annotations

from random import Random

from datasets_app.domains.asm65816.generators.pool.family import SYSTEM_BANKS, Family, Place, Values, Way
from datasets_app.domains.asm65816.generators.pool.states import Start, number


def _pads(_v: Values, s: Start, rng: Random) -> None:
    """The joypad is ready, and these buttons are held."""
    s.put(0x4212, rng.randrange(0x100) & 0xFE)
    s.put(0x4218, rng.randrange(0x10000), 2)


FAMILIES = (
    Family(
        slug="read_joypad",
        names=("ReadPad", "PollJoypad", "GetButtons"),
        ways=(
            Way(
                """
                SEP #$20                ; 8-bit A
                .wait: LDA $4212
                AND #$01                ; still reading?
                BNE .wait
                REP #$20                ; 16-bit A
                LDA $4218
                AND #{mask:w}           ; only these buttons
                STA {buttons}
                SEP #$20                ; 8-bit A
                RTS
                """,
                (
                    "Bit 0 of HVBJOY ($4212) is set while the automatic reading is under "
                    "way; only then is JOY1L ($4218) unreliable, so the"
                    " loop waits for it.",
                ),
            ),
        ),
        asks=(
            "Wait until the automatic joypad reading is over, then store the "
            "buttons of joypad 1, masked with {mask:w}, as a word to"
            " {buttons}. The data bank shows the registers.",
        ),
        does=(
            "waits for the automatic joypad reading and stores the buttons of "
            "joypad 1, masked with {mask:w}, to {buttons}",
        ),
        takes="automatic joypad reading is on; a data bank that shows the registers",
        gives="{buttons}: the buttons, a word",
        places={"buttons": Place("low", 2, ("Buttons", "Joypad", "Input"), "w")},
        choices={"mask": (0xFFF0, 0x0F00, 0xF000, 0x80C0, 0x9000)},
        banks=SYSTEM_BANKS,
        prepare=_pads,
        spec=lambda v, s: {"memory": number(v["buttons"], s.word(0x4218) & v["mask"], 2)},
    ),
    Family(
        slug="wait_and_blank",
        names=("BlankScreen", "WaitAndBlank", "BeginUpload"),
        ways=(
            Way(
                """
                SEP #$20                ; 8-bit A
                .wait: LDA $4212        ; bit 7: vblank
                BPL .wait
                LDA #$80
                STA $2100               ; forced blank
                LDA #{vmain:b}
                STA $2115
                RTS
                """,
                (
                    "BPL loops while bit 7 of HVBJOY ($4212) is clear. In vblank the "
                    "screen can be blanked without a visible break.",
                ),
            ),
        ),
        asks=(
            "Wait for vblank by polling, then switch forced blank on and set VMAIN "
            "($2115) to {vmain:b}. The data bank shows the registers.",
        ),
        does=("polls for vblank, then turns forced blank on and sets VMAIN ($2115) to {vmain:b}",),
        takes="a data bank that shows the registers",
        gives="forced blank on, VMAIN = {vmain:b}",
        choices={"vmain": (0x80, 0x00, 0x81)},
        banks=SYSTEM_BANKS,
        spec=lambda v, _s: {"writes": [(0x2100, 0x80), (0x2115, v["vmain"])]},
    ),
    Family(
        slug="nmi_handler",
        names=("NmiHandler", "VBlank", "OnNmi"),
        ways=(
            Way(
                """
                REP #$30                ; 16-bit A, X and Y
                PHA
                PHX
                PHB
                PHK
                PLB                     ; data bank of the program
                SEP #$20                ; 8-bit A
                LDA $4210               ; acknowledge the NMI
                INC {flag}              ; tell the main loop
                REP #$30                ; 16-bit A, X and Y
                LDX {frames}
                INX
                STX {frames}
                PLB
                PLX
                PLA
                RTI
                """,
                (
                    "The registers are saved and restored at 16 bits, whatever the "
                    "interrupted code used; RTI brings its widths back with the"
                    " flags. Reading RDNMI ($4210) acknowledges the interrupt.",
                ),
            ),
        ),
        asks=(
            "Write an NMI handler: acknowledge the NMI, increment the byte at {flag} "
            "and the word at {frames}, and preserve A, X, Y and"
            " the data bank. It may interrupt code of any register widths.",
        ),
        does=(
            "acknowledges the NMI, increments the byte at {flag} and the word at {frames}, and preserves all registers",
        ),
        takes="an NMI; any register widths",
        gives="{flag} and {frames}: one more; A, X, Y, DBR and flags as they were",
        places={
            "flag": Place("low", 1, ("NmiFlag", "FrameReady", "VBlankFlag")),
            "frames": Place("low", 2, ("FrameCounter", "Frames", "Ticks")),
        },
        keeps="axy",
        spec=lambda v, s: {
            "memory": {v["flag"]: s.byte(v["flag"]) + 1 & 0xFF} | number(v["frames"], s.word(v["frames"]) + 1, 2),
            "dbr": s.dbr,
        },
    ),
    Family(
        slug="irq_handler",
        names=("IrqHandler", "OnTimer", "SplitScreen"),
        ways=(
            Way(
                """
                REP #$20                ; 16-bit A
                PHA
                PHB
                PHK
                PLB                     ; registers in the data bank
                SEP #$20                ; 8-bit A
                LDA $4211               ; acknowledge the IRQ
                LDA {mode}
                STA $2105               ; the mode below the split
                PLB
                REP #$20                ; 16-bit A, as it was pushed
                PLA
                RTI
                """,
                (
                    "TIMEUP ($4211) has to be read, or the IRQ comes again at once. A is "
                    "pushed and pulled with 16 bits so that none of"
                    " the interrupted code's accumulator is lost.",
                ),
            ),
        ),
        asks=(
            "Write a timer IRQ handler that acknowledges the interrupt and writes the byte "
            "at {mode} to BGMODE ($2105); everything else must be"
            " preserved, whatever the register widths of the interrupted code.",
        ),
        does=(
            "acknowledges the timer IRQ and sets the background mode to the byte at {mode}, preserving everything else",
        ),
        takes="an IRQ; any register widths",
        gives="the background mode set to the byte at {mode}; A, X, Y, DBR and flags as they were",
        places={"mode": Place("low", 1, ("SplitMode", "LowerMode"), "r")},
        keeps="axy",
        spec=lambda v, s: {"writes": [(0x2105, s.byte(v["mode"]))], "dbr": s.dbr},
    ),
)
