"""Routines that set up the picture: screen, palette, VRAM, backgrounds."""

from __future__ import annotations

from collections.abc import Mapping

from datasets_app.domains.asm65816.generators.routine import Routine

_LAYERS = ("BG1", "BG2", "BG3", "BG4", "the objects")


def _colour(v: Mapping[str, int]) -> Mapping[str, int | str]:
    word = v["blue"] << 10 | v["green"] << 5 | v["red"]
    return {"word": word, "low": word & 0xFF, "high": word >> 8}


def _layers(v: Mapping[str, int]) -> Mapping[str, int | str]:
    shown = [name for bit, name in enumerate(_LAYERS) if v["mask"] >> bit & 1]
    return {"shown": shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + " and " + shown[-1]}


def _split(v: Mapping[str, int]) -> Mapping[str, int | str]:
    return {"low": v["offset"] & 0xFF, "high": v["offset"] >> 8}


def _planes(v: Mapping[str, int]) -> Mapping[str, int | str]:
    return {"r": 0x20 | v["red"], "g": 0x40 | v["green"], "b": 0x80 | v["blue"]}


ROUTINES = (
    Routine(
        slug="forced_blank_on",
        asks=(
            "Turn the screen off with forced blank.",
            "Write code that switches forced blank on, so that VRAM can be written at any time.",
            "How do I blank the screen before a large upload?",
            "Force the display blank; keep {level} in the brightness bits.",
        ),
        code=("SEP #$20", "LDA #$8{level:X}", "STA @INIDISP"),
        whys=(
            "Bit 7 of @INIDISP is forced blank. The low four bits keep brightness {level}.",
            "The screen goes black because bit 7 of @INIDISP is set; VRAM, OAM and CGRAM are then free for the CPU.",
            "SEP makes A 8 bits wide. Then $8{level:X} goes to @INIDISP, whose top bit forces the blank.",
        ),
        choices={"level": range(16)},
    ),
    Routine(
        slug="screen_on",
        asks=(
            "Turn the screen on at brightness {level}.",
            "Set the brightness to {level} of 15 and end forced blank.",
            "Show the picture again, brightness {level}.",
            "What code leaves forced blank with brightness {level}?",
        ),
        code=("SEP #$20", "LDA #$0{level:X}", "STA @INIDISP"),
        whys=(
            "@INIDISP takes the brightness in bits 3-0; with bit 7 clear the picture is shown.",
            "Forced blank ends because bit 7 of @INIDISP is now 0, and the brightness becomes {level}.",
            "One byte does both: in @INIDISP the low nibble is brightness, the top bit forced blank.",
        ),
        choices={"level": range(1, 16)},
    ),
    Routine(
        slug="background_mode",
        asks=(
            "Select background mode {mode}.",
            "Switch the PPU to mode {mode} with 8x8 tiles.",
            "How is BG mode {mode} chosen?",
        ),
        code=("SEP #$20", "LDA #$0{mode:X}", "STA @BGMODE"),
        whys=(
            "Bits 2-0 of @BGMODE choose the mode, here {mode}; the tile size bits stay 0, which means 8x8.",
            "Mode {mode} is selected by the three low bits of @BGMODE.",
            "A write of {mode} to @BGMODE sets the mode and leaves all tiles at 8x8 pixels.",
        ),
        choices={"mode": range(8)},
    ),
    Routine(
        slug="main_screen",
        asks=(
            "Show {shown} on the main screen and nothing else.",
            "Which write makes {shown} visible?",
            "Set the main screen layers so that only {shown} can be seen.",
        ),
        code=("SEP #$20", "LDA #${mask:02X}", "STA @TM"),
        whys=(
            "@TM has one bit for each layer: bits 0 to 3 are BG1 to BG4, bit 4 the objects. ${mask:02X} shows {shown}.",
            "The layers of the main screen are the bits of @TM, and ${mask:02X} stands for {shown}.",
            "To show {shown}, ${mask:02X} is written to @TM.",
        ),
        choices={"mask": range(1, 32)},
        derive=_layers,
    ),
    Routine(
        slug="palette_colour",
        asks=(
            "Set palette colour {index} to red {red}, green {green}, blue {blue}.",
            "Write colour {index} of CGRAM: red {red}, green {green}, blue {blue} (0 to 31 each).",
            "Upload one colour, number {index}, with the components {red}, {green} and {blue}.",
        ),
        code=(
            "SEP #$20",
            "LDA #${index:02X}",
            "STA @CGADD",
            "LDA #${low:02X}",
            "STA @CGDATA",
            "LDA #${high:02X}",
            "STA @CGDATA",
        ),
        whys=(
            "@CGADD selects colour {index}. @CGDATA is written twice, low byte first; the 15-bit value is ${word:04X}.",
            "A colour is 15 bits, blue above green above red: ${word:04X}. It goes through @CGDATA in two writes, "
            "after @CGADD was set to the colour's number.",
            "First the number goes to @CGADD, then ${low:02X} and ${high:02X} to @CGDATA.",
        ),
        choices={"index": range(256), "red": range(32), "green": range(32), "blue": range(32)},
        derive=_colour,
    ),
    Routine(
        slug="vram_address",
        asks=(
            "Set the VRAM address to word ${word:04X} for 16-bit writes.",
            "Prepare VRAM writes that start at word address ${word:04X}.",
            "Point the VRAM port at ${word:04X} and step by one word.",
        ),
        code=("SEP #$20", "LDA #$80", "STA @VMAIN", "REP #$20", "LDA #${word:04X}", "STA @VMADDL", "SEP #$20"),
        whys=(
            "@VMAIN = $80 steps the address after each high byte. A 16-bit store to @VMADDL also fills the high byte.",
            "One 16-bit write sets the word address in @VMADDL; before that, $80 in @VMAIN asks for single steps.",
            "With bit 7 of @VMAIN set, the address moves on after the high data byte. @VMADDL takes ${word:04X}.",
        ),
        choices={"word": range(0, 0x8000, 0x100)},
    ),
    Routine(
        slug="vram_word",
        asks=(
            "Write the word ${value:04X} to VRAM; the address is already set.",
            "Put ${value:04X} into VRAM at the current address.",
            "Store one tilemap entry, ${value:04X}, through the VRAM port.",
        ),
        code=("REP #$20", "LDA #${value:04X}", "STA @VMDATAL", "SEP #$20"),
        whys=(
            "A 16-bit store to @VMDATAL writes the low byte there and the high byte to @VMDATAH.",
            "@VMDATAL and the register after it, @VMDATAH, take both bytes of ${value:04X} in one store.",
        ),
        choices={"value": range(0, 0x10000, 0x111)},
    ),
    Routine(
        slug="scroll",
        asks=(
            "Scroll BG{x} horizontally to {offset}.",
            "Set the horizontal offset of BG{x} to {offset} pixels.",
            "Which writes move BG{x} to X offset {offset}?",
        ),
        code=("SEP #$20", "LDA #${low:02X}", "STA @BGxHOFS", "LDA #${high:02X}", "STA @BGxHOFS"),
        whys=(
            "@BGxHOFS is written twice: the low byte ${low:02X}, then the high byte ${high:02X}.",
            "The offset {offset} is ${offset:04X}. Both bytes go to @BGxHOFS, the low one first.",
            "Scroll registers take two writes, and so @BGxHOFS gets ${low:02X} and then ${high:02X}.",
        ),
        choices={"x": range(1, 5), "offset": range(0, 1024, 8)},
        derive=_split,
    ),
    Routine(
        slug="fixed_colour",
        asks=(
            "Set the fixed colour to red {red}, green {green}, blue {blue}.",
            "Give colour math the fixed colour {red}, {green}, {blue} (red, green, blue).",
        ),
        code=(
            "SEP #$20",
            "LDA #${r:02X}",
            "STA @COLDATA",
            "LDA #${g:02X}",
            "STA @COLDATA",
            "LDA #${b:02X}",
            "STA @COLDATA",
        ),
        whys=(
            "@COLDATA takes one component at a time: bit 5 is for red, bit 6 green, bit 7 blue; bits 4-0 the value.",
            "Three writes to @COLDATA set red, green and blue; the top three bits say which one is meant.",
        ),
        choices={"red": range(32), "green": range(32), "blue": range(32)},
        derive=_planes,
    ),
    Routine(
        slug="mosaic",
        asks=(
            "Turn on a mosaic of {size}x{size} pixels for BG1.",
            "Give BG1 a mosaic effect with blocks of {size} pixels.",
        ),
        code=("SEP #$20", "LDA #${top:X}1", "STA @MOSAIC"),
        whys=(
            "The high nibble of @MOSAIC is the block size minus one, here {top}; bit 0 enables it for BG1.",
            "Blocks of {size} pixels need {top} in bits 7-4 of @MOSAIC, and bit 0 stands for BG1.",
        ),
        choices={"size": range(2, 17)},
        derive=lambda v: {"top": v["size"] - 1},
    ),
    Routine(
        slug="tilemap_base",
        asks=(
            "Put the tilemap of BG{x} at VRAM word address ${word:04X}, one screen in size.",
            "Set the BG{x} tilemap to ${word:04X}, 32x32 tiles.",
        ),
        code=("SEP #$20", "LDA #${value:02X}", "STA @BGxSC"),
        whys=(
            "Bits 7-2 of @BGxSC are the address in steps of $0400 words; the size bits 1-0 are 0 for 32x32 tiles.",
            "@BGxSC holds the upper address bits, so ${word:04X} becomes ${value:02X}.",
        ),
        choices={"x": range(1, 5), "word": range(0, 0x8000, 0x400)},
        derive=lambda v: {"value": v["word"] >> 8},
    ),
    Routine(
        slug="oam_address",
        asks=(
            "Set the OAM address to word ${word:02X}.",
            "Point the OAM port at word ${word:02X} before writing sprites.",
        ),
        code=("REP #$20", "LDA #$00{word:02X}", "STA @OAMADDL", "SEP #$20"),
        whys=(
            "The 16-bit store sets @OAMADDL and, with 0, the register after it, @OAMADDH.",
            "@OAMADDL takes the word address ${word:02X}; the high byte of the store clears @OAMADDH.",
        ),
        choices={"word": range(0, 256, 2)},
    ),
)
