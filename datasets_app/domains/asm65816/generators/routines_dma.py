"""Routines that move blocks of data: DMA and HDMA."""

from __future__ import annotations

from collections.abc import Mapping

from datasets_app.domains.asm65816.generators.routine import Routine


def _mask(v: Mapping[str, int]) -> Mapping[str, int | str]:
    return {"mask": 1 << v["x"]}


_SOURCE = {"x": range(8), "bank": range(0x80, 0xC0), "source": range(0x8000, 0xC000, 0x200)}
_SET_SOURCE = ("LDX #${source:04X}", "STX @A1TxL", "LDA #${bank:02X}", "STA @A1Bx")
_START = ("LDX #${size:04X}", "STX @DASxL", "LDA #${mask:02X}", "STA @MDMAEN")

ROUTINES = (
    Routine(
        slug="start_dma",
        asks=(
            "Start DMA channel {x}; it is already set up.",
            "Run the transfer prepared on channel {x}.",
            "Trigger a general DMA on channel {x}.",
        ),
        code=("SEP #$20", "LDA #${mask:02X}", "STA @MDMAEN"),
        whys=(
            "Bit {x} of @MDMAEN starts channel {x}; the CPU waits until the transfer is over.",
            "@MDMAEN has one bit for each channel, and ${mask:02X} is the one of channel {x}.",
            "Channel {x} runs as soon as ${mask:02X} is written to @MDMAEN.",
        ),
        choices={"x": range(8)},
        derive=_mask,
    ),
    Routine(
        slug="enable_hdma",
        asks=("Enable HDMA on channel {x}.", "Let channel {x} run at every horizontal blank."),
        code=("SEP #$20", "LDA #${mask:02X}", "STA @HDMAEN"),
        whys=(
            "@HDMAEN has one bit for each channel; bit {x} is the one of channel {x}.",
            "Bit {x} in @HDMAEN turns on HDMA for channel {x}.",
        ),
        choices={"x": range(8)},
        derive=_mask,
    ),
    Routine(
        slug="stop_hdma",
        asks=("Stop HDMA on all channels.", "Turn every HDMA channel off."),
        code=("SEP #$20", "STZ @HDMAEN"),
        whys=("A zero in @HDMAEN leaves no channel enabled.", "All eight bits of @HDMAEN are cleared with STZ."),
        choices={},
    ),
    Routine(
        slug="dma_to_vram",
        asks=(
            "Copy ${size:04X} bytes from ${bank:02X}:{source:04X} to VRAM word ${word:04X} with DMA channel {x}.",
            "Upload tiles: ${size:04X} bytes at ${bank:02X}:{source:04X} go to VRAM ${word:04X}. Use channel {x}.",
        ),
        code=(
            "SEP #$20",
            "REP #$10",
            "LDA #$80",
            "STA @VMAIN",
            "LDX #${word:04X}",
            "STX @VMADDL",
            "LDA #$01",
            "STA @DMAPx",
            "LDA #$18",
            "STA @BBADx",
            *_SET_SOURCE,
            *_START,
        ),
        whys=(
            "@VMAIN and @VMADDL set the target. @DMAPx = $01 alternates between two registers, and @BBADx = $18 "
            "makes @VMDATAL the first. @A1TxL and @A1Bx hold the source, @DASxL the size; @MDMAEN starts channel {x}.",
            "The source goes into @A1TxL with its bank in @A1Bx, the byte count into @DASxL. Pattern 1 in @DMAPx "
            "with $18 in @BBADx writes words to VRAM, where @VMADDL points; @VMAIN steps by words. "
            "Bit {x} of @MDMAEN runs it.",
        ),
        choices={**_SOURCE, "word": range(0, 0x7000, 0x400), "size": range(0x100, 0x2100, 0x100)},
        derive=_mask,
    ),
    Routine(
        slug="dma_to_cgram",
        asks=(
            "Upload a palette of {colours} colours from ${bank:02X}:{source:04X} with DMA channel {x}.",
            "Fill CGRAM from colour 0 on: {colours} colours at ${bank:02X}:{source:04X}, channel {x}.",
        ),
        code=(
            "SEP #$20",
            "REP #$10",
            "STZ @CGADD",
            "STZ @DMAPx",
            "LDA #$22",
            "STA @BBADx",
            *_SET_SOURCE,
            *_START,
        ),
        whys=(
            "@CGADD starts at colour 0. Pattern 0 in @DMAPx feeds one register, and @BBADx = $22 makes it @CGDATA. "
            "Each colour is two bytes, so @DASxL holds ${size:04X}; @MDMAEN starts channel {x}.",
            "{colours} colours are ${size:04X} bytes, which goes to @DASxL. @BBADx points at @CGDATA, the source is "
            "in @A1TxL and @A1Bx, and the write to @MDMAEN begins the copy.",
        ),
        choices={**_SOURCE, "colours": (16, 32, 64, 128, 256)},
        derive=lambda v: {**_mask(v), "size": v["colours"] * 2},
    ),
    Routine(
        slug="dma_to_oam",
        asks=(
            "Copy a sprite table of 544 bytes from ${bank:02X}:{source:04X} to OAM with DMA channel {x}.",
            "Refresh OAM by DMA, channel {x}, from ${bank:02X}:{source:04X}.",
        ),
        code=(
            "SEP #$20",
            "REP #$10",
            "LDX #$0000",
            "STX @OAMADDL",
            "STZ @DMAPx",
            "LDA #$04",
            "STA @BBADx",
            *_SET_SOURCE,
            *_START,
        ),
        whys=(
            "OAM is 544 bytes ($0220). @OAMADDL starts at 0, @BBADx = $04 makes @OAMDATA the target, and @MDMAEN "
            "starts the transfer of the bytes that @DASxL counts.",
            "The target is @OAMDATA, because @BBADx holds $04. @A1TxL and @A1Bx give the source; channel {x} is "
            "started through @MDMAEN.",
        ),
        choices=_SOURCE,
        derive=lambda v: {**_mask(v), "size": 544},
    ),
)
