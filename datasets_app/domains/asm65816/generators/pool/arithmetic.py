"""Addition and subtraction of 8, 16 and 24 bits, binary and decimal, and with limits."""

from __future__ import annotations

from random import Random

from datasets_app.domains.asm65816.generators.pool.family import Family, Place, Values, Way
from datasets_app.domains.asm65816.generators.pool.states import End, Start, number


def _bcd_add(v: Values, s: Start) -> End:
    total = int(f"{s.word(v['score']):04x}") + int(f"{v['points']:04x}")
    return {"memory": number(v["score"], int(f"{total % 10000:04d}", 16), 2)}


def _make_decimal(v: Values, s: Start, _rng: object) -> None:
    digits = "".join(str(byte % 10) + str(byte // 10 % 10) for byte in s.area(v["score"], 2))
    s.put(v["score"], int(digits, 16), 2)


def _alike(v: Values, s: Start, rng: Random) -> None:
    """Top bytes are often equal, and sometimes the rest too."""
    if rng.random() < 0.5:
        s.put(v["second"] + 2, s.byte(v["first"] + 2))
    if rng.random() < 0.3:
        s.put(v["second"], s.word(v["first"]), 2)


FAMILIES = (
    Family(
        slug="add_word",
        names=("AddWord", "AddScore", "AddSpeed", "GiveRupees"),
        ways=(
            Way(
                """
                REP #$20                ; 16-bit A
                LDA {total}
                CLC                     ; no carry in
                ADC {amount}
                STA {total}
                SEP #$20                ; 8-bit A
                RTS
                """,
                (
                    "CLC comes first because ADC always adds the carry.",
                    "One 16-bit ADC does what would take two 8-bit ones.",
                ),
            ),
            Way(
                """
                SEP #$20                ; 8-bit A
                LDA {total}
                CLC
                ADC {amount}            ; low bytes
                STA {total}
                LDA {total}+1
                ADC {amount}+1          ; high bytes and the carry
                STA {total}+1
                RTS
                """,
                (
                    "The carry of the low bytes goes into the addition of the "
                    "high bytes, so there is no CLC between them.",
                    "It stays 8 bits wide: first the low bytes, then the high ones with the carry.",
                ),
            ),
        ),
        asks=(
            "Add the word at {amount} to the word at {total}.",
            "Add two 16-bit numbers: {total} = {total} + {amount}.",
        ),
        does=("adds the 16-bit value at {amount} to the one at {total}",),
        takes="{total}, {amount}: two words",
        gives="{total}: the sum, modulo 65536",
        places={
            "total": Place("low", 2, ("Score", "PlayerX", "Rupees")),
            "amount": Place("low", 2, ("Bonus", "Speed", "Amount"), "r"),
        },
        spec=lambda v, s: {"memory": number(v["total"], s.word(v["total"]) + s.word(v["amount"]), 2)},
    ),
    Family(
        slug="sub_word",
        names=("SubWord", "TakeDamage", "SpendRupees"),
        ways=(
            Way(
                """
                REP #$20                ; 16-bit A
                LDA {total}
                SEC                     ; no borrow
                SBC {amount}
                STA {total}
                SEP #$20                ; 8-bit A
                RTS
                """,
                (
                    "SBC subtracts the complement of the carry, so SEC stands before it.",
                    "After the SBC the carry is clear if the result went below zero.",
                ),
            ),
            Way(
                """
                SEP #$20                ; 8-bit A
                LDA {total}
                SEC
                SBC {amount}            ; low bytes
                STA {total}
                LDA {total}+1
                SBC {amount}+1          ; high bytes less the borrow
                STA {total}+1
                RTS
                """,
                ("The borrow of the low bytes is in the carry when the high bytes are subtracted.",),
            ),
        ),
        asks=(
            "Subtract the word at {amount} from the word at {total} and leave "
            "the carry as the borrow flag (clear: borrow).",
            "Compute {total} = {total} - {amount} in 16 bits. Carry set on return means there was no borrow.",
        ),
        does=(
            "subtracts the 16-bit value at {amount} from the one at {total}; the carry comes back clear on a borrow",
        ),
        takes="{total}, {amount}: two words",
        gives="{total}: the difference; C clear if it went below zero",
        places={
            "total": Place("low", 2, ("Health", "Rupees", "Distance")),
            "amount": Place("low", 2, ("Damage", "Price", "Step"), "r"),
        },
        spec=lambda v, s: {
            "memory": number(v["total"], s.word(v["total"]) - s.word(v["amount"]), 2),
            "flags": {"c": s.word(v["total"]) >= s.word(v["amount"])},
        },
    ),
    Family(
        slug="add_24",
        names=("AddLong", "Add24", "AddExperience"),
        ways=(
            Way(
                """
                REP #$20                ; 16-bit A
                LDA {total}
                CLC
                ADC {amount}            ; the low word
                STA {total}
                SEP #$20                ; 8-bit A; the carry stays
                LDA {total}+2
                ADC {amount}+2          ; the top byte and the carry
                STA {total}+2
                RTS
                """,
                (
                    "SEP changes only the bits it names, so the carry of the "
                    "16-bit addition is still there for the top byte.",
                    "Two bytes are added at once; the third takes the carry.",
                ),
            ),
            Way(
                """
                SEP #$20                ; 8-bit A
                LDA {total}
                CLC
                ADC {amount}
                STA {total}
                LDA {total}+1
                ADC {amount}+1
                STA {total}+1
                LDA {total}+2
                ADC {amount}+2
                STA {total}+2
                RTS
                """,
                ("Three 8-bit additions in a row; each carry goes into the next byte.",),
            ),
        ),
        asks=(
            "Add the 24-bit number at {amount} to the 24-bit number at {total}.",
            "Write a 24-bit addition: three bytes at {total} plus three bytes at {amount}, result to {total}.",
        ),
        does=("adds the 24-bit number at {amount} to the one at {total}",),
        takes="{total}, {amount}: three bytes each, low byte first",
        gives="{total}: the sum, modulo 2^24",
        places={
            "total": Place("low", 3, ("Score", "Experience", "Clock")),
            "amount": Place("low", 3, ("Points", "Gained", "Elapsed"), "r"),
        },
        spec=lambda v, s: {"memory": number(v["total"], s.long(v["total"]) + s.long(v["amount"]), 3)},
    ),
    Family(
        slug="compare_24",
        names=("CompareLong", "IsHighScore", "Compare24"),
        ways=(
            Way(
                """
                SEP #$20                ; 8-bit A
                LDA {first}+2
                CMP {second}+2          ; the top bytes decide
                BNE .done
                REP #$20                ; 16-bit A
                LDA {first}
                CMP {second}            ; equal so far: the low words
                SEP #$20                ; 8-bit A
                .done: RTS
                """,
                (
                    "The top byte is compared first; only when it is equal do the "
                    "low 16 bits matter. SEP #$20 leaves the carry"
                    " alone.",
                ),
            ),
        ),
        asks=(
            "Compare the unsigned 24-bit numbers at {first} and {second}: "
            "return with carry set if the first is greater or"
            " equal, with zero set if they are equal.",
        ),
        does=("compares the 24-bit numbers at {first} and {second} without a sign",),
        takes="{first}, {second}: three bytes each, low byte first",
        gives="C set if the first is not below the second, Z set if they are equal",
        places={
            "first": Place("low", 3, ("Score", "Time"), "r"),
            "second": Place("low", 3, ("HighScore", "BestTime"), "r"),
        },
        prepare=_alike,
        spec=lambda v, s: {
            "flags": {"c": s.long(v["first"]) >= s.long(v["second"]), "z": s.long(v["first"]) == s.long(v["second"])}
        },
    ),
    Family(
        slug="add_bcd",
        names=("AddPoints", "AddDecimal", "ScoreUp"),
        ways=(
            Way(
                """
                REP #$20                ; 16-bit A
                SED                     ; decimal mode for ADC
                LDA {score}
                CLC
                ADC #{points:w}
                STA {score}
                CLD                     ; back to binary
                SEP #$20                ; 8-bit A
                RTS
                """,
                (
                    "In decimal mode ADC carries at 10 in every digit, so the score can be shown without a conversion.",
                    "SED affects only ADC and SBC; CLD must follow before other code adds anything.",
                ),
            ),
        ),
        asks=(
            "Add {shown} points to the four-digit BCD score at {score}.",
            "The word at {score} is a score in packed BCD. Add {shown} to it in decimal mode.",
        ),
        does=("adds {shown} to the four-digit BCD number at {score} in decimal mode",),
        takes="{score}: four BCD digits, low byte first",
        gives="{score}: the new score, modulo 10000; decimal mode off",
        places={"score": Place("low", 2, ("Score", "Coins", "Points"))},
        choices={"points": (0x0001, 0x0005, 0x0010, 0x0025, 0x0050, 0x0100, 0x0150, 0x0200, 0x0500, 0x1000)},
        derive=lambda v: {"shown": f"{v['points']:x}"},
        prepare=_make_decimal,
        spec=_bcd_add,
    ),
    Family(
        slug="add_saturated",
        names=("Heal", "AddHealth", "ChargeMagic"),
        ways=(
            Way(
                """
                SEP #$20                ; 8-bit A
                LDA {value}
                CLC
                ADC #{amount:b}
                BCS .full               ; beyond 255
                CMP #{limit:b}
                BCC .store              ; below the limit
                .full: LDA #{limit:b}
                .store: STA {value}
                RTS
                """,
                (
                    "A carry out of the ADC means the sum passed 255; then, as for "
                    "any sum from {limit} on, the limit is stored.",
                    "Both ways of being too large, the carry and the compare, lead to the same load of the limit.",
                ),
            ),
        ),
        asks=(
            "Add {amount} to the byte at {value}, but never let it exceed {limit}.",
            "Heal {amount} points: raise the unsigned byte at {value}, capped at {limit}.",
        ),
        does=("adds {amount} to the byte at {value} and caps it at {limit}",),
        takes="{value}: an unsigned byte",
        gives="{value}: the sum, at most {limit}",
        places={"value": Place("low", 1, ("Health", "Magic", "Energy"))},
        choices={"amount": (3, 4, 8, 10, 16, 20, 32), "limit": (80, 99, 120, 160, 200, 240)},
        prepare=lambda v, s, rng: s.put(
            v["value"],
            max(0, min(255, v["limit"] - v["amount"] + rng.randrange(-2, 3)))
            if rng.random() < 0.5
            else rng.randrange(256),
        ),
        spec=lambda v, s: {"memory": {v["value"]: min(s.byte(v["value"]) + v["amount"], v["limit"])}},
    ),
    Family(
        slug="subtract_floored",
        names=("Hurt", "DrainMagic", "LoseHealth"),
        ways=(
            Way(
                """
                SEP #$20                ; 8-bit A
                LDA {value}
                SEC
                SBC #{amount:b}
                BCS .store              ; no borrow
                LDA #$00                ; it would go below zero
                .store: STA {value}
                RTS
                """,
                ("A clear carry after SBC means a borrow; then zero is stored instead of the difference.",),
            ),
        ),
        asks=(
            "Subtract {amount} from the byte at {value} and stop at zero.",
            "Take {amount} points of damage off the health at {value}; it must not wrap below 0.",
        ),
        does=("subtracts {amount} from the byte at {value} and stores zero where it would go below",),
        takes="{value}: an unsigned byte",
        gives="{value}: the difference, at least 0",
        places={"value": Place("low", 1, ("Health", "Magic", "Fuel"))},
        choices={"amount": (1, 2, 4, 5, 8, 12, 16, 20)},
        prepare=lambda v, s, rng: s.put(
            v["value"], rng.randrange(2 * v["amount"] + 1) if rng.random() < 0.6 else rng.randrange(256)
        ),
        spec=lambda v, s: {"memory": {v["value"]: max(s.byte(v["value"]) - v["amount"], 0)}},
    ),
)
