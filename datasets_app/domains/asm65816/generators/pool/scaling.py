"""Arithmetic on one number: multiples, halves, averages, signs."""

from __future__ import annotations

from datasets_app.domains.asm65816.generators.pool.family import Family, Place, Way
from datasets_app.domains.asm65816.generators.pool.states import number


def _signed(value: int, bits: int) -> int:
    return value - (1 << bits) if value >> bits - 1 else value


FAMILIES = (
    Family(
        slug="negate_word",
        names=("NegateSpeed", "Negate", "TurnAround"),
        ways=(
            Way(
                """
                REP #$20                ; 16-bit A
                LDA {value}
                EOR #$FFFF              ; invert all bits
                INC A                   ; and add 1
                STA {value}
                SEP #$20                ; 8-bit A
                RTS
                """,
                ("Two's complement: invert every bit, then add one.",),
            ),
            Way(
                """
                REP #$20                ; 16-bit A
                LDA #$0000
                SEC
                SBC {value}             ; 0 - value
                STA {value}
                SEP #$20                ; 8-bit A
                RTS
                """,
                ("It subtracts the value from zero.",),
            ),
        ),
        asks=(
            "Negate the signed word at {value}.",
            "Turn the 16-bit speed at {value} around: store its negative.",
        ),
        does=("replaces the signed 16-bit value at {value} by its negative",),
        takes="{value}: a signed word",
        gives="{value}: its negative",
        places={"value": Place("low", 2, ("SpeedX", "SpeedY", "Delta"))},
        spec=lambda v, s: {"memory": number(v["value"], -s.word(v["value"]), 2)},
    ),
    Family(
        slug="absolute_word",
        names=("AbsWord", "Magnitude", "AbsDistance"),
        ways=(
            Way(
                """
                REP #$20                ; 16-bit A
                LDA {value}
                BPL .positive
                EOR #$FFFF
                INC A                   ; negative: take the complement
                .positive: STA {result}
                SEP #$20                ; 8-bit A
                RTS
                """,
                ("LDA sets the negative flag from bit 15, so BPL can follow at once.",),
            ),
        ),
        asks=(
            "Store the absolute value of the signed word at {value} to {result}.",
            "Compute |value| of the 16-bit number at {value}; the result goes to {result}.",
        ),
        does=("stores the absolute value of the signed word at {value} to {result}",),
        takes="{value}: a signed word",
        gives="{result}: its absolute value ($8000 stays $8000)",
        places={
            "value": Place("low", 2, ("DeltaX", "Offset", "Velocity"), "r"),
            "result": Place("low", 2, ("Distance", "Magnitude"), "w"),
        },
        spec=lambda v, s: {"memory": number(v["result"], abs(_signed(s.word(v["value"]), 16)), 2)},
    ),
    Family(
        slug="multiply_constant",
        names=("TimesConstant", "ScaleIndex", "MulByShift"),
        ways=tuple(
            Way(
                """
                REP #$20                ; 16-bit A
                LDA {value}
"""
                + body
                + """
                STA {result}
                SEP #$20                ; 8-bit A
                RTS
                """,
                hows,
            )
            for body, hows in (
                (
                    """ASL A                   ; x 2
                       CLC
                       ADC {value}             ; x 3
                       ASL A                   ; x 6
                       ASL A                   ; x 12
                    """,
                    (
                        "Each ASL doubles; adding the value once after the first "
                        "ASL makes 3, and two more shifts make 12.",
                    ),
                ),
                (
                    """ASL A                   ; x 2
                       ASL A                   ; x 4
                       CLC
                       ADC {value}             ; x 5
                       ASL A                   ; x 10
                       CLC
                       ADC {value}
                       CLC
                       ADC {value}             ; x 12
                    """,
                    ("Four plus one is five, doubled is ten, and two more additions make 12.",),
                ),
            )
        ),
        asks=(
            "Multiply the word at {value} by 12 without the hardware multiplier; store the product to {result}.",
            "The records of a table are 12 bytes long. Compute the offset of record {value} (a word) into {result}.",
        ),
        does=("multiplies the word at {value} by 12 with shifts and additions and stores the product to {result}",),
        takes="{value}: a word",
        gives="{result}: 12 times the value, modulo 65536",
        places={
            "value": Place("low", 2, ("Index", "RecordId", "Level"), "r"),
            "result": Place("low", 2, ("Offset", "Product"), "w"),
        },
        spec=lambda v, s: {"memory": number(v["result"], 12 * s.word(v["value"]), 2)},
    ),
    Family(
        slug="multiply_ten",
        names=("TimesTen", "NextDigit", "MulTen"),
        ways=(
            Way(
                """
                REP #$20                ; 16-bit A
                ASL {value}             ; x 2, in memory
                LDA {value}
                ASL A                   ; x 4
                ASL A                   ; x 8
                CLC
                ADC {value}             ; x 8 + x 2
                CLC
                ADC #{digit:w}
                STA {value}
                SEP #$20                ; 8-bit A
                RTS
                """,
                (
                    "Ten is eight and two: the doubled value stays in memory and is "
                    "added to the one that was doubled twice more.",
                ),
            ),
        ),
        asks=(
            "Multiply the word at {value} by ten and add {digit}, as when a decimal number is read digit by digit.",
            "Append the decimal digit {digit} to the number at {value}: value = value * 10 + {digit}, 16 bits.",
        ),
        does=("multiplies the word at {value} by ten and adds {digit}",),
        takes="{value}: a word",
        gives="{value}: ten times as much plus {digit}, modulo 65536",
        places={"value": Place("low", 2, ("Entered", "Total", "Number"))},
        choices={"digit": (1, 2, 3, 4, 5, 6, 7, 8, 9)},
        spec=lambda v, s: {"memory": number(v["value"], 10 * s.word(v["value"]) + v["digit"], 2)},
    ),
    Family(
        slug="average_bytes",
        names=("Average", "MidPoint", "BlendBytes"),
        ways=(
            Way(
                """
                SEP #$20                ; 8-bit A
                LDA {first}
                CLC
                ADC {second}            ; bit 8 of the sum is in the carry
                ROR A                   ; halve all nine bits
                STA {result}
                RTS
                """,
                ("ROR shifts the carry in at the top, so the ninth bit of the sum is not lost.",),
            ),
        ),
        asks=(
            "Store the average of the unsigned bytes at {first} and {second} to {result}, rounded down.",
            "Find the midpoint of two bytes, {first} and {second}, without overflow; the result goes to {result}.",
        ),
        does=("stores the average of the bytes at {first} and {second}, rounded down, to {result}",),
        takes="{first}, {second}: two unsigned bytes",
        gives="{result}: their average",
        places={
            "first": Place("low", 1, ("LeftEdge", "ColourA", "X1"), "r"),
            "second": Place("low", 1, ("RightEdge", "ColourB", "X2"), "r"),
            "result": Place("low", 1, ("Middle", "Average"), "w"),
        },
        spec=lambda v, s: {"memory": {v["result"]: (s.byte(v["first"]) + s.byte(v["second"])) // 2}},
    ),
    Family(
        slug="halve_signed",
        names=("SlowDown", "HalveSpeed", "ApplyFriction"),
        ways=(
            Way(
                """
                REP #$20                ; 16-bit A
                LDA {value}
                CMP #$8000              ; carry = sign
                ROR A                   ; shift right, sign kept
                STA {value}
                SEP #$20                ; 8-bit A
                RTS
                """,
                ("CMP #$8000 sets the carry exactly when bit 15 is set, and ROR shifts it in at the top.",),
            ),
        ),
        asks=(
            "Halve the signed word at {value} with an arithmetic shift right.",
            "Apply friction: divide the signed 16-bit speed at {value} by two, keeping its sign.",
        ),
        does=("halves the signed word at {value}, rounding down",),
        takes="{value}: a signed word",
        gives="{value}: half of it, rounded towards minus infinity",
        places={"value": Place("low", 2, ("SpeedX", "SpeedY", "Momentum"))},
        spec=lambda v, s: {"memory": number(v["value"], _signed(s.word(v["value"]), 16) >> 1, 2)},
    ),
    Family(
        slug="sign_extend",
        names=("SignExtend", "WidenDelta", "AddSignedByte"),
        ways=(
            Way(
                """
                REP #$20                ; 16-bit A
                LDA {delta}             ; reads one byte too many
                AND #$00FF              ; so drop it
                CMP #$0080
                BCC .add                ; bit 7 clear: positive
                ORA #$FF00              ; fill the high byte with the sign
                .add: CLC
                ADC {total}
                STA {total}
                SEP #$20                ; 8-bit A
                RTS
                """,
                (
                    "The byte is widened first: bits 15-8 become copies of bit 7. "
                    "Then an ordinary 16-bit addition follows.",
                ),
            ),
        ),
        asks=(
            "Add the signed byte at {delta} to the word at {total}.",
            "The byte at {delta} is a signed offset. Sign-extend it and add it to the 16-bit position at {total}.",
        ),
        does=("sign-extends the byte at {delta} to 16 bits and adds it to the word at {total}",),
        takes="{delta}: a signed byte; {total}: a word",
        gives="{total}: the sum, modulo 65536",
        places={
            "delta": Place("low", 1, ("Delta", "Step", "Drift"), "r"),
            "total": Place("low", 2, ("PlayerX", "CameraY", "Position")),
        },
        spec=lambda v, s: {"memory": number(v["total"], s.word(v["total"]) + _signed(s.byte(v["delta"]), 8), 2)},
    ),
)
