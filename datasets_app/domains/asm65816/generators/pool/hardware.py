"""Routines that use registers of the console: multiplier, divider, scroll, brightness, colours."""

from __future__ import annotations

from random import Random

from datasets_app.domains.asm65816.generators.pool.family import SYSTEM_BANKS, Family, Place, Values, Way
from datasets_app.domains.asm65816.generators.pool.states import End, Start, number


def _multiply(v: Values, s: Start) -> End:
    return {"memory": number(v["product"], s.byte(v["first"]) * s.byte(v["second"]), 2)}


def _divide(v: Values, s: Start) -> End:
    quotient, rest = divmod(s.word(v["dividend"]), v["divisor"])
    return {"memory": number(v["quotient"], quotient, 2) | {v["rest"]: rest}}


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
        banks=SYSTEM_BANKS,
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
        banks=SYSTEM_BANKS,
        spec=_divide,
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
        banks=SYSTEM_BANKS,
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
        banks=SYSTEM_BANKS,
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
)
