"""How routines are called: saved registers, widths, arguments on the stack, direct page and data bank."""

from __future__ import annotations

from random import Random

from datasets_app.domains.asm65816.generators.pool.family import Family, Place, Values, Way
from datasets_app.domains.asm65816.generators.pool.states import End, Start, number, row

_FRAME = 0x1EF3
"""Where the word lies that was pushed last before JSR: the stack is at $1EF0 in every case."""


def _object_at(v: Values, s: Start) -> End:
    return {"memory": number(v["object"] + 4, s.word(v["object"] + 4) + s.word(v["object"] + 8), 2), "d": 0}


def _push_arguments(_v: Values, s: Start, rng: Random) -> None:
    s.put(_FRAME, rng.choice((0, 1, 0xFF, 0x100, rng.randrange(0x10000))), 2)
    s.put(_FRAME + 2, rng.choice((0, 1, 0xFFFF, 0x7FFF, rng.randrange(0x10000))), 2)


def _point(v: Values, s: Start, _rng: Random) -> None:
    s.put(v["pointer"], v["data"], 3)


def _point_word(v: Values, s: Start, _rng: Random) -> None:
    s.put(v["pointer"], v["data"], 2)


FAMILIES = (
    Family(
        slug="any_width_add",
        names=("AddSafe", "AddCoins", "RaiseScore"),
        ways=(
            Way(
                """
                PHP                     ; keep the caller's widths
                REP #$20                ; 16-bit A
                PHA
                LDA {total}
                CLC
                ADC #{amount:w}
                STA {total}
                PLA
                PLP                     ; widths and flags as they were
                RTS
                """,
                (
                    "PHP and PLP bring back whatever widths the caller had. A is "
                    "pushed while it is 16 bits wide and pulled at the"
                    " same width.",
                ),
            ),
        ),
        asks=(
            "Add {amount} to the word at {total}. The routine may be called with any "
            "register widths and must preserve A, X, Y and the"
            " flags.",
        ),
        does=("adds {amount} to the word at {total} and preserves A, X, Y and all flags",),
        takes="{total}: a word; any register widths",
        gives="{total}: {amount} more; registers and flags as they were",
        places={"total": Place("low", 2, ("Coins", "Score", "Distance"))},
        choices={"amount": (1, 5, 10, 20, 50, 100, 300, 1000)},
        keeps="axy",
        spec=lambda v, s: {"memory": number(v["total"], s.word(v["total"]) + v["amount"], 2)},
    ),
    Family(
        slug="save_registers",
        names=("ClearSafe", "ResetSlots", "WipeFlags"),
        ways=(
            Way(
                """
                PHP
                SEP #$30                ; 8-bit A, X and Y
                PHA
                PHX
                LDX #{count:b-1}
                LDA #{value:b}
                .loop: STA {dest},X
                DEX
                BPL .loop
                PLX                     ; in reverse order
                PLA
                PLP
                RTS
                """,
                ("What is pushed last is pulled first: X, then A, then the flags with the widths.",),
            ),
        ),
        asks=(
            "Set the {count} bytes at {dest} to {value:b}. Called with 8-bit A, X "
            "and Y; A, X and the flags must come back unchanged.",
        ),
        does=("sets the {count} bytes at {dest} to {value:b} and gives A, X and the flags back unchanged",),
        takes="8-bit A, X and Y",
        gives="{dest}: {count} times {value:b}; A, X, P as they were",
        places={"dest": Place("low", "count", ("Slots", "Flags", "Buffer"), "w")},
        choices={"count": (4, 6, 8, 12), "value": (0x01, 0x55, 0x80, 0xFF)},
        entry=(True, True),
        keeps="axy",
        spec=lambda v, _s: {"memory": row(v["dest"], [v["value"]] * v["count"])},
    ),
    Family(
        slug="keep_index",
        names=("SumPair", "AddOffsets", "Combine"),
        ways=(
            Way(
                """
                REP #$30                ; 16-bit A, X and Y
                PHX
                LDX {index}
                LDA {table},X
                CLC
                ADC {table}+2,X
                STA {result}
                PLX                     ; at the width it was pushed
                SEP #$20                ; 8-bit A
                RTS
                """,
                (
                    "X is used as an index inside, so it is pushed first and pulled "
                    "before the return, both times 16 bits wide.",
                ),
            ),
        ),
        asks=(
            "With the byte offset in the word at {index} (0, 2 or 4), add the words at "
            "{table}+offset and {table}+offset+2 and store the"
            " sum to {result}. Called with 16-bit X and Y; X must be preserved.",
        ),
        does=(
            "adds two neighbouring words of the table at {table}, at the "
            "offset in {index}, and stores the sum to {result}",
        ),
        takes="{index}: 0, 2 or 4; 16-bit X and Y",
        gives="{result}: the sum; X as it was",
        places={
            "index": Place("low", 2, ("Index", "Offset"), "r"),
            "table": Place("low", 8, ("Heights", "Table"), "r"),
            "result": Place("low", 2, ("Sum", "Result"), "w"),
        },
        entry=(None, False),
        keeps="xy",
        prepare=lambda v, s, rng: s.put(v["index"], rng.choice((0, 2, 4)), 2),
        spec=lambda v, s: {
            "memory": number(
                v["result"],
                s.word(v["table"] + s.word(v["index"])) + s.word(v["table"] + s.word(v["index"]) + 2),
                2,
            )
        },
    ),
    Family(
        slug="stack_arguments",
        names=("AddArguments", "StoreSum", "SumFromStack"),
        ways=(
            Way(
                """
                REP #$20                ; 16-bit A
                LDA $03,S               ; the word pushed last
                CLC
                ADC $05,S               ; the word pushed first
                STA {result}
                RTS
                """,
                (
                    "JSR leaves two bytes of return address on top, at 1,S and 2,S, so the arguments begin at 3,S.",
                    "Stack-relative loads read the arguments in place; the caller removes them afterwards.",
                ),
            ),
            Way(
                """
                REP #$20                ; 16-bit A
                PHD
                TSC
                TCD                     ; direct page = stack
                LDA $05                 ; two bytes further: PHD
                CLC
                ADC $07
                PLD
                STA {result}
                RTS
                """,
                ("With the stack pointer in D the arguments are on the direct page; PHD moved them up by two bytes.",),
            ),
        ),
        asks=(
            "The caller pushes two words and does JSR. Add both arguments and store the "
            "sum to {result}; leave the stack to the caller and"
            " return with 16-bit A.",
        ),
        does=("adds the two words that its caller pushed and stores the sum to {result}",),
        takes="two words on the stack, above the return address",
        gives="{result}: their sum; A 16 bits wide; the arguments still on the stack",
        places={"result": Place("low", 2, ("Result", "Sum"), "w")},
        prepare=_push_arguments,
        spec=lambda v, s: {"memory": number(v["result"], s.word(_FRAME) + s.word(_FRAME + 2), 2), "d": 0},
    ),
    Family(
        slug="direct_page_object",
        names=("MoveObject", "UpdateObject", "StepActor"),
        ways=(
            Way(
                """
                PHD                     ; keep the caller's direct page
                REP #$20                ; 16-bit A
                LDA #{object:w}
                TCD                     ; the object is the direct page now
                LDA $04                 ; its position
                CLC
                ADC $08                 ; its speed
                STA $04
                PLD
                SEP #$20                ; 8-bit A
                RTS
                """,
                (
                    "With D at the start of the object its fields are direct page "
                    "addresses, one byte shorter each. PHD and PLD give the"
                    " caller's D back.",
                ),
            ),
        ),
        asks=(
            "The object at {object} has its position (a word) at offset 4 and its "
            "speed at offset 8. Point D at it, add the speed to the"
            " position and restore D.",
        ),
        does=("points the direct page at the object at {object}, adds its speed to its position and restores D",),
        takes="{object}: position at offset 4, speed at offset 8",
        gives="{object}+4: the new position; D as it was",
        places={"object": Place("low", 16, ("Player", "Boss", "Actor"))},
        spec=_object_at,
    ),
    Family(
        slug="indirect_copy",
        names=("ReadRecord", "CopyRecord", "LoadEntry"),
        ways=(
            Way(
                """
                SEP #$30                ; 8-bit A, X and Y
                LDY #{count:b-1}
                .loop: LDA [{pointer}],Y ; 24-bit pointer
                STA {dest},Y
                DEY
                BPL .loop
                RTS
                """,
                ("Square brackets read a 24-bit pointer, so the record may be in any bank; Y is added to it.",),
            ),
        ),
        asks=(
            "Copy {count} bytes from the address in the 24-bit direct page pointer at {pointer} to {dest} (D = $0000).",
        ),
        does=("copies {count} bytes from where the 24-bit pointer at {pointer} points to {dest}",),
        takes="{pointer}: a 24-bit address; D = $0000",
        gives="{dest}: {count} bytes",
        places={
            "pointer": Place("direct", 3, ("Pointer", "Source"), "r"),
            "data": Place("work", "count", ("Record",), "r"),
            "dest": Place("low", "count", ("Record", "Buffer", "Entry"), "w"),
        },
        choices={"count": (4, 5, 6, 8, 10)},
        prepare=_point,
        spec=lambda v, s: {"memory": row(v["dest"], s.area(v["data"], v["count"]))},
    ),
    Family(
        slug="indirect_fill",
        names=("FillAt", "ClearAt", "PaintRow"),
        ways=(
            Way(
                """
                SEP #$30                ; 8-bit A, X and Y
                LDA #{value:b}
                LDY #{count:b-1}
                .loop: STA ({pointer}),Y
                DEY
                BPL .loop
                RTS
                """,
                ("The 16-bit pointer gives the address, the data bank the bank, and Y the offset.",),
            ),
        ),
        asks=(
            "Write {value:b} to the {count} bytes where the 16-bit direct page "
            "pointer at {pointer} points, in the current data bank"
            " (D = $0000).",
        ),
        does=("writes {value:b} to the {count} bytes where the pointer at {pointer} points",),
        takes="{pointer}: a 16-bit address in the data bank; D = $0000",
        gives="{count} bytes there: {value:b}",
        places={
            "pointer": Place("direct", 2, ("Pointer", "RowPtr"), "r"),
            "data": Place("low", "count", ("Row",), "w"),
        },
        choices={"count": (4, 6, 8, 10), "value": (0x00, 0x24, 0x7F, 0xFE)},
        prepare=_point_word,
        spec=lambda v, _s: {"memory": row(v["data"], [v["value"]] * v["count"])},
    ),
    Family(
        slug="set_data_bank",
        names=("ResetWork", "ClearInBank", "StoreInBank"),
        ways=(
            Way(
                """
                PHB                     ; keep the caller's data bank
                SEP #$20                ; 8-bit A
                LDA #$7F
                PHA
                PLB                     ; the new data bank
                REP #$20                ; 16-bit A
                LDA #{value:w}
                STA {inner}
                STA {inner}+2
                SEP #$20                ; 8-bit A
                PLB
                RTS
                """,
                (
                    "PHA and PLB set the data bank; PLB pulls one byte, so A has to be "
                    "8 bits wide at the PHA. Then 16-bit addresses"
                    " reach bank $7F.",
                ),
            ),
        ),
        asks=(
            "Store the word {value:w} to {target} and to the word after it with 16-bit "
            "addresses: set the data bank to $7F and restore it.",
        ),
        does=("sets the data bank to $7F, stores {value:w} to two words at {target} and restores the data bank",),
        gives="{target}: two words {value:w}; DBR as it was",
        places={"target": Place("far", 4, ("MapHeader", "Decode"), "w")},
        choices={"value": (0x0000, 0x1234, 0x8000, 0xFFFF)},
        derive=lambda v: {"inner": f"${v['target'] & 0xFFFF:04X}"},
        spec=lambda v, s: {"memory": row(v["target"], [v["value"]] * 2, 2), "dbr": s.dbr},
    ),
    Family(
        slug="widen_byte",
        names=("WidenByte", "ByteToWord", "AddByteToWord"),
        ways=(
            Way(
                """
                SEP #$20                ; 8-bit A
                LDA #$00
                XBA                     ; clear the high byte
                LDA {small}
                REP #$20                ; 16-bit A: $00xx
                CLC
                ADC {total}
                STA {total}
                SEP #$20                ; 8-bit A
                RTS
                """,
                (
                    "The high byte of A survives in 8-bit mode, so it is cleared "
                    "with LDA #$00 and XBA before A becomes wide.",
                ),
            ),
            Way(
                """
                REP #$20                ; 16-bit A
                LDA {small}
                AND #$00FF              ; drop the neighbour
                CLC
                ADC {total}
                STA {total}
                SEP #$20                ; 8-bit A
                RTS
                """,
                ("The 16-bit load also reads the byte behind; AND #$00FF drops it.",),
            ),
        ),
        asks=(
            "Add the unsigned byte at {small} to the word at {total}.",
            "Zero-extend the byte at {small} to 16 bits and add it to the word at {total}.",
        ),
        does=("adds the unsigned byte at {small} to the word at {total}",),
        takes="{small}: a byte; {total}: a word",
        gives="{total}: the sum, modulo 65536",
        places={
            "small": Place("low", 1, ("Bonus", "Speed", "Gain"), "r"),
            "total": Place("low", 2, ("Score", "Distance", "PlayerX")),
        },
        spec=lambda v, s: {"memory": number(v["total"], s.word(v["total"]) + s.byte(v["small"]), 2)},
    ),
)
