"""Single bits, nibbles and bytes within a word."""

from __future__ import annotations

from datasets_app.domains.asm65816.generators.pool.family import Family, Place, Way
from datasets_app.domains.asm65816.generators.pool.states import number

_FLAGS = ("Flags", "Switches", "EventBits", "Abilities")
_MASKS = (0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80)


def _reversed(byte: int) -> int:
    return int(f"{byte:08b}"[::-1], 2)


FAMILIES = (
    Family(
        slug="set_flag",
        names=("SetFlag", "OpenDoor", "MarkEvent"),
        ways=(
            Way(
                """
                SEP #$20                ; 8-bit A
                LDA #{mask:b}
                TSB {flags}             ; set these bits in memory
                RTS
                """,
                ("TSB sets in memory every bit that is set in A, so the byte is not loaded first.",),
            ),
            Way(
                """
                SEP #$20                ; 8-bit A
                LDA {flags}
                ORA #{mask:b}
                STA {flags}
                RTS
                """,
                ("ORA sets the bit and leaves the other seven as they are.",),
            ),
        ),
        asks=("Set bit {bit} of the byte at {flags}.", "Set the flag {mask:b} in {flags} and keep the other bits."),
        does=("sets bit {bit} of the byte at {flags}",),
        takes="{flags}: a byte of flags",
        gives="{flags}: bit {bit} set, the others as they were",
        places={"flags": Place("low", 1, _FLAGS)},
        choices={"mask": _MASKS},
        derive=lambda v: {"bit": v["mask"].bit_length() - 1},
        spec=lambda v, s: {"memory": {v["flags"]: s.byte(v["flags"]) | v["mask"]}},
    ),
    Family(
        slug="clear_flag",
        names=("ClearFlag", "CloseDoor", "ForgetEvent"),
        ways=(
            Way(
                """
                SEP #$20                ; 8-bit A
                LDA #{mask:b}
                TRB {flags}             ; clear these bits in memory
                RTS
                """,
                ("TRB clears in memory every bit that is set in A.",),
            ),
            Way(
                """
                SEP #$20                ; 8-bit A
                LDA {flags}
                AND #{keep:b}           ; everything but bit {bit}
                STA {flags}
                RTS
                """,
                ("The mask {keep:b} has every bit set but bit {bit}, so AND clears that one alone.",),
            ),
        ),
        asks=("Clear bit {bit} of the byte at {flags}.", "Clear the flag {mask:b} in {flags} and keep the other bits."),
        does=("clears bit {bit} of the byte at {flags}",),
        takes="{flags}: a byte of flags",
        gives="{flags}: bit {bit} clear, the others as they were",
        places={"flags": Place("low", 1, _FLAGS)},
        choices={"mask": _MASKS},
        derive=lambda v: {"bit": v["mask"].bit_length() - 1, "keep": 0xFF ^ v["mask"]},
        spec=lambda v, s: {"memory": {v["flags"]: s.byte(v["flags"]) & ~v["mask"]}},
    ),
    Family(
        slug="toggle_flag",
        names=("ToggleFlag", "FlipSwitch", "TogglePause"),
        ways=(
            Way(
                """
                SEP #$20                ; 8-bit A
                LDA {flags}
                EOR #{mask:b}
                STA {flags}
                RTS
                """,
                ("EOR turns over exactly the bits that are set in its operand.",),
            ),
        ),
        asks=(
            "Toggle bit {bit} of the byte at {flags}.",
            "Flip the switch in bit {bit} of {flags}; leave the other bits alone.",
        ),
        does=("toggles bit {bit} of the byte at {flags}",),
        takes="{flags}: a byte of flags",
        gives="{flags}: bit {bit} inverted, the others as they were",
        places={"flags": Place("low", 1, _FLAGS)},
        choices={"mask": _MASKS},
        derive=lambda v: {"bit": v["mask"].bit_length() - 1},
        spec=lambda v, s: {"memory": {v["flags"]: s.byte(v["flags"]) ^ v["mask"]}},
    ),
    Family(
        slug="test_flag",
        names=("TestFlag", "IsDoorOpen", "HasItem"),
        ways=(
            Way(
                """
                SEP #$20                ; 8-bit A
                LDA {flags}
                AND #{mask:b}           ; Z clear if the bit is set
                BEQ .no
                LDA #{yes:b}
                STA {result}
                RTS
                .no: STZ {result}
                RTS
                """,
                ("AND leaves only the bit asked for, and Z says whether anything is left.",),
            ),
        ),
        asks=(
            "If bit {bit} of the byte at {flags} is set, store {yes:b} to {result}, else store 0 there.",
            "Test bit {bit} of {flags}: the byte at {result} becomes {yes:b} when it is set and 0 when it is clear.",
        ),
        does=("stores {yes:b} to {result} if bit {bit} of {flags} is set, and 0 if it is clear",),
        takes="{flags}: a byte of flags",
        gives="{result}: {yes:b} or 0",
        places={
            "flags": Place("low", 1, _FLAGS, "r"),
            "result": Place("low", 1, ("Result", "DoorState", "Answer"), "w"),
        },
        choices={"mask": _MASKS, "yes": (0x01, 0x02, 0x80, 0xFF)},
        derive=lambda v: {"bit": v["mask"].bit_length() - 1},
        spec=lambda v, s: {"memory": {v["result"]: v["yes"] if s.byte(v["flags"]) & v["mask"] else 0}},
    ),
    Family(
        slug="swap_nibbles",
        names=("SwapNibbles", "RotateFour", "NibbleSwap"),
        ways=(
            Way(
                """
                SEP #$20                ; 8-bit A
                LDA {value}
                ASL A
                ADC #$80
                ROL A
                ASL A
                ADC #$80
                ROL A                   ; rotated left by four
                STA {value}
                RTS
                """,
                (
                    "ASL, ADC #$80, ROL rotates a byte left by two: ADC brings the "
                    "bit that was shifted out back in at the bottom"
                    " and pushes the next one into the carry. Done twice, the nibbles have changed places.",
                ),
            ),
            Way(
                """
                SEP #$30                ; 8-bit A, X and Y
                LDA {value}
                AND #$0F
                ASL A
                ASL A
                ASL A
                ASL A                   ; low nibble to the top
                PHA
                LDA {value}
                LSR A
                LSR A
                LSR A
                LSR A                   ; high nibble to the bottom
                ORA $01,S               ; join both
                STA {value}
                PLA
                RTS
                """,
                ("Both halves are shifted by four, and the stack keeps one of them until they are joined.",),
            ),
        ),
        asks=("Swap the two nibbles of the byte at {value}.", "Exchange bits 7-4 and bits 3-0 of {value}."),
        does=("swaps the high and the low nibble of the byte at {value}",),
        takes="{value}: a byte",
        gives="{value}: its nibbles in each other's place",
        places={"value": Place("low", 1, ("Packed", "Attributes", "Pair"))},
        spec=lambda v, s: {"memory": {v["value"]: (s.byte(v["value"]) << 4 | s.byte(v["value"]) >> 4) & 0xFF}},
    ),
    Family(
        slug="split_nibbles",
        names=("SplitNibbles", "UnpackByte", "ToDigits"),
        ways=(
            Way(
                """
                SEP #$30                ; 8-bit A, X and Y
                LDA {value}
                AND #$0F
                STA {digits}            ; the low digit
                LDA {value}
                LSR A
                LSR A
                LSR A
                LSR A
                STA {digits}+1          ; the high digit
                RTS
                """,
                ("AND keeps the low four bits; four LSR bring the high ones down.",),
            ),
        ),
        asks=(
            "Split the byte at {value} into its nibbles: the low one to {digits}, the high one to the byte after it.",
            "Unpack the two hex digits of {value} into two bytes at {digits}, low digit first.",
        ),
        does=("splits the byte at {value} into two nibbles, low one at {digits}, high one behind it",),
        takes="{value}: a byte",
        gives="{digits}: two bytes, 0 to 15",
        places={
            "value": Place("low", 1, ("Score", "Packed", "Seconds"), "r"),
            "digits": Place("low", 2, ("Digits", "Nibbles"), "w"),
        },
        spec=lambda v, s: {"memory": {v["digits"]: s.byte(v["value"]) & 15, v["digits"] + 1: s.byte(v["value"]) >> 4}},
    ),
    Family(
        slug="count_bits",
        names=("CountBits", "CountItems", "PopCount"),
        ways=(
            Way(
                """
                SEP #$30                ; 8-bit A, X and Y
                LDX #$00                ; the count
                LDA {value}
                .loop: BEQ .done        ; no bits left
                LSR A                   ; lowest bit into the carry
                BCC .loop
                INX
                ORA #$00                ; Z from A again, after INX
                BRA .loop
                .done: STX {count}
                RTS
                """,
                (
                    "LSR moves one bit after the other into the carry. The loop ends "
                    "as soon as nothing is left in A, so high zero"
                    " bits cost nothing.",
                ),
            ),
            Way(
                """
                SEP #$30                ; 8-bit A, X and Y
                LDX #$00
                LDY #$08                ; eight bits
                LDA {value}
                .loop: LSR A
                BCC .next
                INX
                .next: DEY
                BNE .loop
                STX {count}
                RTS
                """,
                ("Y counts the eight shifts and X the ones that came out.",),
            ),
        ),
        asks=(
            "Count the bits that are set in the byte at {value} and store the number to {count}.",
            "How many of the eight items in the bit field {value} does the player own? Store the count to {count}.",
        ),
        does=("counts the set bits of the byte at {value} and stores the number to {count}",),
        takes="{value}: a byte",
        gives="{count}: 0 to 8",
        places={
            "value": Place("low", 1, ("Items", "Medals", "Flags"), "r"),
            "count": Place("low", 1, ("Count", "Owned"), "w"),
        },
        spec=lambda v, s: {"memory": {v["count"]: s.byte(v["value"]).bit_count()}},
    ),
    Family(
        slug="reverse_bits",
        names=("ReverseBits", "MirrorPixels", "FlipTileRow"),
        ways=(
            Way(
                """
                SEP #$30                ; 8-bit A, X and Y
                LDX #$08
                .loop: LSR {value}      ; lowest bit into the carry
                ROL A                   ; and into A from below
                DEX
                BNE .loop
                STA {value}
                RTS
                """,
                (
                    "What LSR shifts out at the bottom of the byte, ROL shifts "
                    "into A; after eight turns A holds it mirrored.",
                ),
            ),
        ),
        asks=(
            "Reverse the order of the eight bits in the byte at {value}.",
            "Mirror one row of a bitplane: bit 7 of {value} becomes bit 0 and so on.",
        ),
        does=("reverses the order of the bits in the byte at {value}",),
        takes="{value}: a byte",
        gives="{value}: the same bits, mirrored",
        places={"value": Place("low", 1, ("PlaneRow", "Pixels", "Pattern"))},
        spec=lambda v, s: {"memory": {v["value"]: _reversed(s.byte(v["value"]))}},
    ),
    Family(
        slug="swap_word_bytes",
        names=("SwapBytes", "FlipEndian", "ByteSwap"),
        ways=(
            Way(
                """
                REP #$20                ; 16-bit A
                LDA {value}
                XBA                     ; swap the two bytes of A
                STA {value}
                SEP #$20                ; 8-bit A
                RTS
                """,
                ("XBA exchanges the two halves of the accumulator at any width.",),
            ),
        ),
        asks=(
            "Swap the two bytes of the word at {value}.",
            "The word at {value} came in big-endian order. Put its bytes in the order the CPU wants.",
        ),
        does=("swaps the two bytes of the word at {value}",),
        takes="{value}: a word",
        gives="{value}: its bytes swapped",
        places={"value": Place("low", 2, ("FileSize", "Pointer", "Checksum"))},
        spec=lambda v, s: {"memory": {v["value"]: s.byte(v["value"] + 1), v["value"] + 1: s.byte(v["value"])}},
    ),
    Family(
        slug="high_byte",
        names=("TakeHighByte", "ToPixels", "DropFraction"),
        ways=(
            Way(
                """
                REP #$20                ; 16-bit A
                LDA {position}
                XBA                     ; high byte to the bottom
                AND #$00FF
                CLC
                ADC #{offset:w}
                STA {pixel}
                SEP #$20                ; 8-bit A
                RTS
                """,
                ("XBA and AND #$00FF divide by 256: the high byte is all that stays.",),
            ),
        ),
        asks=(
            "The word at {position} is a position in 1/256 pixels. Store the "
            "whole pixels plus {offset} as a word to {pixel}.",
            "{pixel} = ({position} >> 8) + {offset}, all unsigned 16 bits.",
        ),
        does=("stores the high byte of the word at {position}, plus {offset}, as a word to {pixel}",),
        takes="{position}: a word",
        gives="{pixel}: its high byte plus {offset}",
        places={
            "position": Place("low", 2, ("PlayerX", "FixedX", "Position"), "r"),
            "pixel": Place("low", 2, ("ScreenX", "PixelX"), "w"),
        },
        choices={"offset": (4, 8, 16, 24, 32, 48)},
        spec=lambda v, s: {"memory": number(v["pixel"], (s.word(v["position"]) >> 8) + v["offset"], 2)},
    ),
)
