"""Routines that send data to VRAM, CGRAM and OAM, by DMA or in a loop."""

from __future__ import annotations

from collections.abc import Iterable

from datasets_app.domains.asm65816.generators.pool.family import SYSTEM_BANKS, Family, Place, Values, Way
from datasets_app.domains.asm65816.generators.pool.states import Start


def _word_writes(at: int, value: int) -> list[tuple[int, int]]:
    return [(at, value & 0xFF), (at + 1, value >> 8)]


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


FAMILIES = (
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
        banks=SYSTEM_BANKS,
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
        banks=SYSTEM_BANKS,
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
        banks=SYSTEM_BANKS,
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
        banks=SYSTEM_BANKS,
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
        banks=SYSTEM_BANKS,
        spec=lambda v, s: {"writes": _colours(v, s)},
    ),
)
