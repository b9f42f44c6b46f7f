"""Routines that talk to the console: multiplier, DMA, VRAM, palette, sprites, interrupts, joypads."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from datasets_app.domains.asm65816.generators.pool.family import Family, Place, Values, Way
from datasets_app.domains.asm65816.generators.pool.states import End, Start, number

_SYSTEM = (0x00, 0x80)
"""Data banks that show the registers."""


def _word_writes(at: int, value: int) -> list[tuple[int, int]]:
    return [(at, value & 0xFF), (at + 1, value >> 8)]


def _multiply(v: Values, s: Start) -> End:
    return {"memory": number(v["product"], s.byte(v["first"]) * s.byte(v["second"]), 2)}


def _divide(v: Values, s: Start) -> End:
    quotient, rest = divmod(s.word(v["dividend"]), v["divisor"])
    return {"memory": number(v["quotient"], quotient, 2) | {v["rest"]: rest}}


def _channel(v: Values) -> dict[str, int | str]:
    base = 0x4300 + 0x10 * v["channel"]
    names = ("dmap", "bbad", "a1tl", "a1th", "a1b", "dasl")
    return {name: f"${base + offset:04X}" for offset, name in enumerate(names)} | {"bit": 1 << v["channel"]}


def _dma(v: Values, mode: int, port: int, size: int) -> list[tuple[int, int]]:
    base = 0x4300 + 0x10 * v["channel"]
    return [
        (base, mode),
        (base + 1, port),
        *_word_writes(base + 2, v["source"] & 0xFFFF),
        (base + 4, v["source"] >> 16),
        *_word_writes(base + 5, size),
        (0x420B, 1 << v["channel"]),
    ]


def _colours(v: Values, s: Start) -> list[tuple[int, int]]:
    data = s.area(v["colours"], 2 * v["count"])
    return [(0x2121, v["index"]), *((0x2122, byte) for byte in data)]


def _pairs(at: int, values: Iterable[int]) -> list[tuple[int, int]]:
    return [write for value in values for write in _word_writes(at, value)]


def _fade(v: Values, s: Start) -> End:
    level = max(s.byte(v["level"]) - 1, 0)
    return {"memory": {v["level"]: level}, "writes": [(0x2100, level)]}


def _darken(v: Values, s: Start) -> End:
    colour = s.word(v["colour"])
    return {"memory": number(v["colour"], colour - 1 if colour & 0x1F else colour, 2)}


def _level(v: Values, s: Start, rng: Random) -> None:
    s.put(v["level"], 0 if rng.random() < 0.3 else rng.randrange(16))


def _colour(v: Values, s: Start, rng: Random) -> None:
    colour = rng.randrange(0x8000)
    s.put(v["colour"], colour & 0x7FE0 if rng.random() < 0.4 else colour, 2)


def _pads(_v: Values, s: Start, rng: Random) -> None:
    """The joypad is ready, and these buttons are held."""
    s.put(0x4212, rng.randrange(0x100) & 0xFE)
    s.put(0x4218, rng.randrange(0x10000), 2)


FAMILIES = (
    Family(
        slug="hardware_multiply",
        names=("Multiply", "MulBytes", "Area"),
        ways=(
            Way(
                """
                SEP #$20                ; 8-bit A
                LDA {first}
                STA $4202
                LDA {second}
                STA $4203               ; starts the multiplication
                NOP
                NOP
                NOP                     ; wait for the result
                REP #$20                ; 16-bit A
                LDA $4216
                STA {product}
                SEP #$20                ; 8-bit A
                RTS
                """,
                (
                    "The write to WRMPYB ($4203) starts the multiplier, which "
                    "needs 8 cycles; three NOPs and REP are 9.",
                    "WRMPYA ($4202) takes the first factor. The product is read as a word from RDMPYL ($4216).",
                ),
            ),
        ),
        asks=(
            "Multiply the unsigned bytes at {first} and {second} with the hardware "
            "multiplier; store the 16-bit product to {product}."
            " The data bank shows the registers.",
        ),
        does=("multiplies the bytes at {first} and {second} in hardware and stores the product to {product}",),
        takes="{first}, {second}: two bytes; a data bank that shows the registers",
        gives="{product}: the product, a word",
        places={
            "first": Place("low", 1, ("Width", "Level", "Count"), "r"),
            "second": Place("low", 1, ("Height", "Damage", "Price"), "r"),
            "product": Place("low", 2, ("Product", "Total"), "w"),
        },
        banks=_SYSTEM,
        spec=_multiply,
    ),
    Family(
        slug="hardware_divide",
        names=("Divide", "DivideWord", "ToCells"),
        ways=(
            Way(
                """
                REP #$20                ; 16-bit A
                LDA {dividend}
                STA $4204
                SEP #$20                ; 8-bit A
                LDA #{divisor:b}
                STA $4206               ; starts the division
                NOP
                NOP
                NOP
                NOP
                NOP
                NOP
                NOP                     ; wait for the result
                REP #$20                ; 16-bit A
                LDA $4214
                STA {quotient}
                SEP #$20                ; 8-bit A
                LDA $4216
                STA {rest}
                RTS
                """,
                (
                    "The write to WRDIVB ($4206) starts the divider, which needs 16 cycles; seven NOPs and REP are 17.",
                    "WRDIVL and WRDIVH ($4204, $4205) take the dividend in one 16-bit "
                    "store; the quotient is in RDDIVL ($4214), the"
                    " remainder in RDMPYL ($4216).",
                ),
            ),
        ),
        asks=(
            "Divide the unsigned word at {dividend} by {divisor} with the hardware "
            "divider. Store the quotient (a word) to {quotient} and"
            " the remainder (a byte) to {rest}. The data bank shows the registers.",
        ),
        does=(
            "divides the word at {dividend} by {divisor} in hardware; the "
            "quotient goes to {quotient}, the remainder to {rest}",
        ),
        takes="{dividend}: a word; a data bank that shows the registers",
        gives="{quotient}: a word; {rest}: a byte",
        places={
            "dividend": Place("low", 2, ("Pixels", "Score", "Ticks"), "r"),
            "quotient": Place("low", 2, ("Cells", "Quotient"), "w"),
            "rest": Place("low", 1, ("Rest", "Remainder"), "w"),
        },
        choices={"divisor": (3, 5, 6, 7, 10, 12, 24, 60, 100)},
        banks=_SYSTEM,
        spec=_divide,
    ),
    Family(
        slug="dma_to_vram",
        names=("UploadTiles", "DmaToVram", "LoadGraphics"),
        ways=(
            Way(
                """
                SEP #$20                ; 8-bit A
                REP #$10                ; 16-bit X and Y
                LDA #$80
                STA $2115               ; step after the high byte
                LDX #{vram:w}
                STX $2116               ; VRAM word address
                LDA #$01
                STA {dmap}              ; two registers, one write each
                LDA #$18
                STA {bbad}              ; target port
                LDX #{address:w}
                STX {a1tl}
                LDA #{bank:b}
                STA {a1b}               ; source
                LDX #{size:w}
                STX {dasl}              ; bytes
                LDA #{bit:b}
                STA $420B               ; start
                RTS
                """,
                (
                    "Mode 1 writes alternately to the two registers from $2118 on, "
                    "VMDATAL and VMDATAH. Everything has to be set before"
                    " the write to MDMAEN ($420B), which starts the transfer.",
                    "VMAIN ($2115) is $80, so the VRAM address moves on after the high byte of each word.",
                ),
            ),
        ),
        asks=(
            "During forced blank or vblank, copy {size} bytes from {source} to VRAM "
            "word address {vram:w} with DMA channel {channel}. The"
            " data bank shows the registers.",
        ),
        does=("sends {size} bytes from {source} to VRAM word address {vram:w} by DMA on channel {channel}",),
        takes="a data bank that shows the registers; forced blank or vblank",
        gives="VRAM from word {vram:w} on: {size} bytes",
        places={"source": Place("work", 4, ("Tiles", "Graphics", "Font"), "r")},
        choices={
            "channel": (0, 1, 2, 3, 6, 7),
            "vram": range(0, 0x8000, 0x400),
            "size": (0x40, 0x200, 0x400, 0x800, 0x1000),
        },
        derive=lambda v: {**_channel(v), "address": v["source"] & 0xFFFF, "bank": v["source"] >> 16},
        banks=_SYSTEM,
        spec=lambda v, _s: {"writes": [(0x2115, 0x80), *_word_writes(0x2116, v["vram"]), *_dma(v, 1, 0x18, v["size"])]},
    ),
    Family(
        slug="dma_to_cgram",
        names=("UploadPalette", "DmaToCgram", "LoadColours"),
        ways=(
            Way(
                """
                SEP #$20                ; 8-bit A
                REP #$10                ; 16-bit X and Y
                LDA #{index:b}
                STA $2121               ; first colour
                STZ {dmap}              ; one register, every byte
                LDA #$22
                STA {bbad}              ; target port
                LDX #{address:w}
                STX {a1tl}
                LDA #{bank:b}
                STA {a1b}
                LDX #{size:w}
                STX {dasl}
                LDA #{bit:b}
                STA $420B               ; start
                RTS
                """,
                (
                    "CGADD ($2121) takes the first colour. Mode 0 sends every byte to the "
                    "same register, CGDATA ($2122), which takes the"
                    " two bytes of a colour one after the other.",
                ),
            ),
        ),
        asks=(
            "Upload {count} colours from {source} to the palette, from colour {index} "
            "on, with DMA channel {channel}. The data bank shows"
            " the registers.",
        ),
        does=(
            "uploads {count} colours ({size} bytes) from {source} to CGRAM, from "
            "colour {index} on, by DMA on channel {channel}",
        ),
        takes="a data bank that shows the registers; forced blank or vblank",
        gives="CGRAM from colour {index} on: {count} colours",
        places={"source": Place("work", 4, ("Palette", "Colours"), "r")},
        choices={"channel": (0, 1, 2, 4, 7), "index": (0, 16, 32, 64, 128, 144), "count": (16, 32, 64, 112)},
        derive=lambda v: {
            **_channel(v),
            "address": v["source"] & 0xFFFF,
            "bank": v["source"] >> 16,
            "size": 2 * v["count"],
        },
        banks=_SYSTEM,
        spec=lambda v, _s: {"writes": [(0x2121, v["index"]), *_dma(v, 0, 0x22, 2 * v["count"])]},
    ),
    Family(
        slug="dma_to_oam",
        names=("UploadOam", "DmaToOam", "SendSprites"),
        ways=(
            Way(
                """
                SEP #$20                ; 8-bit A
                REP #$10                ; 16-bit X and Y
                LDX #$0000
                STX $2102               ; OAM address 0
                STZ {dmap}
                LDA #$04
                STA {bbad}              ; target port
                LDX #{address:w}
                STX {a1tl}
                LDA #{bank:b}
                STA {a1b}
                LDX #$0220              ; the size of OAM
                STX {dasl}
                LDA #{bit:b}
                STA $420B               ; start
                RTS
                """,
                (
                    "OAM has 512 bytes of entries and 32 bytes of high bits, 544 in all. "
                    "They go to OAMDATA ($2104), after OAMADDL and"
                    " OAMADDH ($2102, $2103) were set to 0.",
                ),
            ),
        ),
        asks=(
            "In vblank, send the 544-byte OAM copy at {source} to OAM with DMA "
            "channel {channel}. The data bank shows the registers.",
        ),
        does=("sends the 544 bytes of the OAM copy at {source} to OAM by DMA on channel {channel}",),
        takes="a data bank that shows the registers; vblank",
        gives="OAM: the copy",
        places={"source": Place("work", 4, ("OamBuffer", "SpriteTable"), "r")},
        choices={"channel": (0, 1, 3, 5, 7)},
        derive=lambda v: {**_channel(v), "address": v["source"] & 0xFFFF, "bank": v["source"] >> 16},
        banks=_SYSTEM,
        spec=lambda v, _s: {"writes": [*_word_writes(0x2102, 0), *_dma(v, 0, 0x04, 0x220)]},
    ),
    Family(
        slug="write_vram_words",
        names=("WriteVram", "DrawText", "PutTiles"),
        ways=(
            Way(
                """
                REP #$30                ; 16-bit A, X and Y
                LDA #{vram:w}
                STA $2116               ; VRAM word address
                LDX #$0000
                .loop: LDA {words},X
                STA $2118               ; both bytes of the word
                INX
                INX
                CPX #{bytes:w}
                BNE .loop
                SEP #$20                ; 8-bit A
                RTS
                """,
                (
                    "A 16-bit store to VMDATAL ($2118) writes the low byte there and the "
                    "high byte to VMDATAH ($2119); the address steps"
                    " after the second one.",
                ),
            ),
        ),
        asks=(
            "Write the {count} words at {words} to VRAM, from word address {vram:w} "
            "on. VMAIN ($2115) holds $80 already, the screen is"
            " blanked, and the data bank shows the registers.",
        ),
        does=("writes the {count} words at {words} to VRAM from word address {vram:w} on, without DMA",),
        takes="{words}: {count} words; steps after the high byte; forced blank or vblank",
        gives="VRAM from word {vram:w} on: the words",
        places={"words": Place("low", "count", ("TileRow", "TextBuffer", "Words"), "r", unit=2)},
        choices={"count": (3, 4, 6, 8), "vram": range(0x4000, 0x8000, 0x80)},
        derive=lambda v: {"bytes": 2 * v["count"]},
        banks=_SYSTEM,
        spec=lambda v, s: {
            "writes": [*_word_writes(0x2116, v["vram"]), *_pairs(0x2118, s.words(v["words"], v["count"]))]
        },
    ),
    Family(
        slug="write_palette",
        names=("SetColours", "WritePalette", "UpdatePalette"),
        ways=(
            Way(
                """
                SEP #$30                ; 8-bit A, X and Y
                LDA #{index:b}
                STA $2121               ; first colour
                LDX #$00
                .loop: LDA {colours},X
                STA $2122               ; low byte, then high byte
                INX
                CPX #{bytes:b}
                BNE .loop
                RTS
                """,
                (
                    "CGDATA ($2122) takes a colour as two writes, the low byte "
                    "first, and CGADD ($2121) then steps by itself.",
                ),
            ),
        ),
        asks=(
            "Write {count} colours from {colours} to CGRAM, from colour {index} "
            "on, in a loop without DMA. The data bank shows the"
            " registers.",
        ),
        does=("writes the {count} colours at {colours} to CGRAM from colour {index} on",),
        takes="{colours}: {count} colours; forced blank or vblank",
        gives="CGRAM from colour {index} on: the colours",
        places={"colours": Place("low", "count", ("Colours", "Palette"), "r", unit=2)},
        choices={"count": (2, 3, 4, 8), "index": (0, 1, 16, 33, 128, 240)},
        derive=lambda v: {"bytes": 2 * v["count"]},
        banks=_SYSTEM,
        spec=lambda v, s: {"writes": _colours(v, s)},
    ),
    Family(
        slug="set_scroll",
        names=("SetScroll", "ScrollLayer", "UpdateScroll"),
        ways=(
            Way(
                """
                SEP #$20                ; 8-bit A
                LDA {x}
                STA {hofs}              ; low byte first
                LDA {x}+1
                STA {hofs}              ; then the high byte
                LDA {y}
                STA {vofs}
                LDA {y}+1
                STA {vofs}
                RTS
                """,
                (
                    "A scroll register takes two writes, low byte and high byte, to "
                    "the same address. A 16-bit store would write the"
                    " high byte to the next register.",
                ),
            ),
        ),
        asks=(
            "Set the scroll offsets of BG{layer} from the words at {x} "
            "(horizontal) and {y} (vertical). The data bank shows the"
            " registers.",
        ),
        does=("writes the words at {x} and {y} to the horizontal and the vertical scroll register of BG{layer}",),
        takes="{x}, {y}: offsets, words",
        gives="BG{layer} scrolled",
        places={"x": Place("low", 2, ("ScrollX", "CameraX"), "r"), "y": Place("low", 2, ("ScrollY", "CameraY"), "r")},
        choices={"layer": (1, 2, 3, 4)},
        derive=lambda v: {"hofs": f"${0x210B + 2 * v['layer']:04X}", "vofs": f"${0x210C + 2 * v['layer']:04X}"},
        banks=_SYSTEM,
        spec=lambda v, s: {
            "writes": [
                (0x210B + 2 * v["layer"], s.byte(v["x"])),
                (0x210B + 2 * v["layer"], s.byte(v["x"] + 1)),
                (0x210C + 2 * v["layer"], s.byte(v["y"])),
                (0x210C + 2 * v["layer"], s.byte(v["y"] + 1)),
            ]
        },
    ),
    Family(
        slug="fade_out",
        names=("FadeOut", "DimScreen", "StepBrightness"),
        ways=(
            Way(
                """
                SEP #$20                ; 8-bit A
                LDA {level}
                BEQ .write              ; dark already
                DEC A
                STA {level}
                .write: STA $2100
                RTS
                """,
                (
                    "Bits 3-0 of INIDISP ($2100) are the brightness. The level is "
                    "kept in RAM because INIDISP cannot be read.",
                ),
            ),
        ),
        asks=(
            "Lower the screen brightness kept at {level} (0 to 15) by one, not below 0, "
            "and write it to INIDISP ($2100). The data bank shows the"
            " registers.",
        ),
        does=("lowers the brightness level at {level} by one, not below 0, and sets the screen to it",),
        takes="{level}: 0 to 15",
        gives="the level at {level} one lower, or 0; the brightness set to it",
        places={"level": Place("low", 1, ("Brightness", "FadeLevel"))},
        banks=_SYSTEM,
        prepare=_level,
        spec=_fade,
    ),
    Family(
        slug="fade_red",
        names=("FadeRed", "DarkenRed", "FadeColour"),
        ways=(
            Way(
                """
                REP #$20                ; 16-bit A
                LDA {colour}
                AND #$001F              ; red, bits 4-0
                BEQ .done               ; nothing left of it
                DEC {colour}            ; red is lowest: no borrow
                .done: SEP #$20         ; 8-bit A
                RTS
                """,
                ("A colour is 0bbbbbgg gggrrrrr. As long as red is not 0, decrementing the word touches red alone.",),
            ),
        ),
        asks=(
            "The word at {colour} is a 15-bit SNES colour. Lower its red component "
            "(bits 4-0) by one unless it is 0; green and blue stay.",
        ),
        does=("lowers the red component of the colour at {colour} by one unless it is 0",),
        takes="{colour}: a 15-bit colour",
        gives="{colour}: red one less, or as it was",
        places={"colour": Place("low", 2, ("Colour", "FadeTarget", "Backdrop"))},
        prepare=_colour,
        spec=_darken,
    ),
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
        banks=_SYSTEM,
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
        banks=_SYSTEM,
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
