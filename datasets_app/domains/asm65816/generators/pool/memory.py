"""Routines that move memory: fill, clear, copy, swap, reverse, block moves."""

from __future__ import annotations

from datasets_app.domains.asm65816.generators.pool.family import Family, Place, Way
from datasets_app.domains.asm65816.generators.pool.states import row

_SMALL = (6, 8, 10, 12, 16, 20, 24)

FAMILIES = (
    Family(
        slug="fill_bytes",
        names=("FillBuffer", "FillBytes", "SetBuffer", "InitBuffer"),
        ways=(
            Way(
                """
                SEP #$30                ; 8-bit A, X and Y
                LDA #{value:b}          ; the fill value
                LDX #{count:b-1}        ; index of the last byte
                .loop: STA {dest},X
                DEX
                BPL .loop               ; until X wraps below zero
                RTS
                """,
                (
                    "X runs from {last} down to 0, so DEX itself sets the flags that BPL tests.",
                    "Counting down saves a CPX: the loop ends when DEX makes X negative.",
                ),
            ),
            Way(
                """
                SEP #$30                ; 8-bit A, X and Y
                LDA #{value:b}
                LDX #$00
                .loop: STA {dest},X
                INX
                CPX #{count:b}          ; all bytes written?
                BNE .loop
                RTS
                """,
                (
                    "X counts up from 0 and the loop ends when it reaches {count}.",
                    "The value stays in A for the whole loop; only X changes.",
                ),
            ),
            Way(
                """
                REP #$20                ; 16-bit A
                SEP #$10                ; 8-bit X and Y
                LDA #{both:w}           ; the value in both bytes
                LDX #{count:b-2}
                .loop: STA {dest},X     ; two bytes at a time
                DEX
                DEX
                BPL .loop
                SEP #$20                ; 8-bit A
                RTS
                """,
                (
                    "With a 16-bit accumulator each store writes two bytes, which halves the number of passes.",
                    "The value stands in both bytes of A, and X goes down in steps of two.",
                ),
            ),
        ),
        asks=(
            "Fill the {count} bytes at {dest} with {value:b}.",
            "Write {value:b} to each of the {count} bytes from {dest} on.",
            "Set {count} bytes of RAM, starting at {dest}, to the value {value:b}.",
        ),
        does=(
            "fills the {count} bytes from {dest} on with {value:b}",
            "writes {value:b} to {count} bytes in a row, the first one at {dest}",
        ),
        gives="{count} bytes from {dest} on: {value:b} each",
        places={"dest": Place("low", "count", ("Buffer", "TileFlags", "RoomState", "Slots"), "w")},
        choices={"count": _SMALL, "value": (0x01, 0x20, 0x38, 0x55, 0x7F, 0x80, 0xE0, 0xF0, 0xFF)},
        derive=lambda v: {"last": v["count"] - 1, "both": v["value"] * 0x101},
        spec=lambda v, _s: {"memory": row(v["dest"], [v["value"]] * v["count"])},
    ),
    Family(
        slug="clear_words",
        names=("ClearWords", "ResetTable", "ClearState", "WipeBuffer"),
        ways=(
            Way(
                """
                REP #$20                ; 16-bit A, so STZ clears two bytes
                SEP #$10                ; 8-bit X and Y
                LDX #{bytes:b-2}
                .loop: STZ {dest},X
                DEX
                DEX
                BPL .loop
                SEP #$20                ; 8-bit A
                RTS
                """,
                (
                    "STZ is as wide as the accumulator, so every pass clears one word; X goes down by two.",
                    "The last word is at offset {offset}; from there X walks down to 0.",
                ),
            ),
            Way(
                """
                REP #$20                ; 16-bit A
                SEP #$10                ; 8-bit X and Y
                LDA #$0000
                LDX #$00
                .loop: STA {dest},X
                INX
                INX                     ; next word
                CPX #{bytes:b}
                BNE .loop
                SEP #$20                ; 8-bit A
                RTS
                """,
                ("A word takes two bytes, so X is incremented twice and compared with {bytes}, the size in bytes.",),
            ),
        ),
        asks=(
            "Clear the {count} words at {dest}.",
            "Zero a table of {count} 16-bit entries that begins at {dest}.",
            "Set {count} words from {dest} on to 0.",
        ),
        does=(
            "clears {count} words from {dest} on",
            "writes zero to the {bytes} bytes that begin at {dest}, a word at a time",
        ),
        gives="{count} words from {dest} on: 0",
        places={"dest": Place("low", "count", ("Table", "Velocities", "Timers", "ObjectX"), "w", unit=2)},
        choices={"count": (4, 6, 8, 10, 12, 16)},
        derive=lambda v: {"bytes": 2 * v["count"], "offset": 2 * v["count"] - 2},
        spec=lambda v, _s: {"memory": row(v["dest"], [0] * (2 * v["count"]))},
    ),
    Family(
        slug="copy_bytes",
        names=("CopyBytes", "CopyBuffer", "SaveState", "CopyRow"),
        ways=(
            Way(
                """
                SEP #$30                ; 8-bit A, X and Y
                LDX #{count:b-1}
                .loop: LDA {source},X
                STA {dest},X
                DEX
                BPL .loop
                RTS
                """,
                (
                    "One index serves both blocks; it counts down so that no compare is needed.",
                    "X holds the offset in both blocks and runs from {last} to 0.",
                ),
            ),
            Way(
                """
                SEP #$30                ; 8-bit A, X and Y
                LDY #$00
                .loop: LDA {source},Y
                STA {dest},Y
                INY
                CPY #{count:b}
                BCC .loop               ; Y below the count: go on
                RTS
                """,
                ("Y counts up; BCC goes back as long as Y is below {count}.",),
            ),
            Way(
                """
                REP #$20                ; 16-bit A
                SEP #$10                ; 8-bit X and Y
                LDX #{count:b-2}
                .loop: LDA {source},X
                STA {dest},X
                DEX
                DEX
                BPL .loop
                SEP #$20                ; 8-bit A
                RTS
                """,
                ("The copy goes two bytes at a time, because A is 16 bits wide here.",),
            ),
        ),
        asks=(
            "Copy {count} bytes from {source} to {dest}.",
            "Copy the {count}-byte block at {source} to {dest}; the two do not overlap.",
            "Write a loop that copies {count} bytes of RAM, {source} to {dest}.",
        ),
        does=(
            "copies {count} bytes from {source} to {dest}",
            "makes a copy of the {count} bytes at {source}, starting at {dest}",
        ),
        takes="{source}: {count} bytes to copy",
        gives="{dest}: the copy",
        places={
            "source": Place("low", "count", ("Source", "Current", "Work"), "r"),
            "dest": Place("low", "count", ("Dest", "Backup", "Saved"), "w"),
        },
        choices={"count": _SMALL},
        derive=lambda v: {"last": v["count"] - 1},
        spec=lambda v, s: {"memory": row(v["dest"], s.area(v["source"], v["count"]))},
    ),
    Family(
        slug="copy_long",
        names=("CopyToWork", "UploadBlock", "StoreFar"),
        ways=(
            Way(
                """
                SEP #$20                ; 8-bit A
                REP #$10                ; 16-bit X and Y
                LDX #{count:w-1}
                .loop: LDA.l {source},X
                STA.l {dest},X
                DEX
                BPL .loop
                RTS
                """,
                (
                    "Long addressing reaches both banks whatever the data bank is; it exists with X only, not with Y.",
                    "LDA and STA carry the bank in their operand, so DBR does not matter.",
                ),
            ),
        ),
        asks=(
            "Copy {count} bytes from {source} to {dest} without touching the data bank.",
            "Copy the {count} bytes at {source} (bank $7E) to {dest} (bank $7F) with long addressing.",
        ),
        does=("copies {count} bytes from bank $7E, {source}, to bank $7F, {dest}, with long addressing",),
        takes="{source}: {count} bytes",
        gives="{dest}: the copy; DBR as it was",
        places={
            "source": Place("work", "count", ("Decompressed", "MapBuffer"), "r"),
            "dest": Place("far", "count", ("MapCopy", "TileCopy"), "w"),
        },
        choices={"count": (8, 12, 16, 24, 32)},
        spec=lambda v, s: {"memory": row(v["dest"], s.area(v["source"], v["count"])), "dbr": s.dbr},
    ),
    Family(
        slug="copy_mvn",
        names=("BlockCopy", "MoveBlock", "CopyMvn"),
        ways=(
            Way(
                """
                PHB                     ; MVN changes the data bank
                REP #$30                ; 16-bit A, X and Y
                LDA #{count:w-1}        ; bytes to move, less one
                LDX #{from:w}
                LDY #{to:w}
                MVN $7F,$7E             ; destination bank, source bank
                PLB
                SEP #$20                ; 8-bit A
                RTS
                """,
                (
                    "MVN moves A+1 bytes, from X in the source bank to Y in the "
                    "destination bank. It leaves the destination"
                    " bank in DBR, hence PHB and PLB.",
                    "A holds the number of bytes less one. asar writes the destination bank first.",
                ),
            ),
        ),
        asks=(
            "Copy {count} bytes from {source} to {dest} with MVN; keep the data bank.",
            "Use a block move to copy the {count} bytes at {source} to {dest}. The data bank must come back as it was.",
        ),
        does=(
            "moves a block of {count} bytes from {source} to {dest} with MVN and restores the data bank",
            "copies {count} bytes between the two work RAM banks, {source} to {dest}, by block move",
        ),
        takes="{source}: {count} bytes",
        gives="{dest}: the copy; DBR as it was",
        places={
            "source": Place("work", "count", ("Decompressed", "RoomData"), "r"),
            "dest": Place("far", "count", ("RoomCopy", "Collision"), "w"),
        },
        choices={"count": (12, 16, 20, 24, 32, 40, 48)},
        derive=lambda v: {"from": v["source"] & 0xFFFF, "to": v["dest"] & 0xFFFF},
        spec=lambda v, s: {"memory": row(v["dest"], s.area(v["source"], v["count"])), "dbr": s.dbr},
    ),
    Family(
        slug="move_up_mvp",
        names=("MakeRoom", "ShiftUp", "OpenGap"),
        ways=(
            Way(
                """
                PHB                     ; MVP changes the data bank
                REP #$30                ; 16-bit A, X and Y
                LDA #{count:w-1}
                LDX #{from:w}           ; last byte of the source
                LDY #{to:w}             ; last byte of the destination
                MVP $7E,$7E
                PLB
                SEP #$20                ; 8-bit A
                RTS
                """,
                (
                    "The blocks overlap and the data move up, so the copy has to "
                    "begin at the end: MVP counts X and Y down.",
                    "MVP starts at the last byte of both blocks and works towards lower addresses; MVN would overwrite"
                    " bytes that are still to be moved.",
                ),
            ),
        ),
        asks=(
            "Move the {count} bytes at {list} up by {shift} bytes in place, so that a gap opens at the start.",
            "Make room for {shift} bytes at the start of the {count}-byte list at {list}: move it up with MVP.",
        ),
        does=("moves the {count} bytes at {list} up by {shift}, with MVP because source and destination overlap",),
        takes="{list}: {count} bytes",
        gives="{list}+{shift}: the same bytes; DBR as it was",
        places={"list": Place("work", "room", ("SpriteList", "Queue", "EventList"), "rw")},
        choices={"count": (10, 14, 18, 24), "shift": (2, 3, 4, 6), "room": (32,)},
        derive=lambda v: {
            "from": (v["list"] + v["count"] - 1) & 0xFFFF,
            "to": (v["list"] + v["count"] + v["shift"] - 1) & 0xFFFF,
        },
        spec=lambda v, s: {"memory": row(v["list"] + v["shift"], s.area(v["list"], v["count"])), "dbr": s.dbr},
    ),
    Family(
        slug="swap_words",
        names=("SwapWords", "Exchange", "SwapPositions"),
        ways=(
            Way(
                """
                REP #$30                ; 16-bit A, X and Y
                LDA {first}
                LDX {second}
                STA {second}
                STX {first}
                SEP #$30                ; 8-bit A, X and Y
                RTS
                """,
                ("Two registers hold the two words, so no third place in memory is needed.",),
            ),
            Way(
                """
                REP #$20                ; 16-bit A
                LDA {first}
                PHA                     ; keep the first word
                LDA {second}
                STA {first}
                PLA
                STA {second}
                SEP #$20                ; 8-bit A
                RTS
                """,
                ("The first word waits on the stack while the second one takes its place.",),
            ),
        ),
        asks=(
            "Swap the words at {first} and {second}.",
            "Exchange the two 16-bit values at {first} and {second}.",
        ),
        does=("swaps the 16-bit values at {first} and {second}",),
        takes="{first}, {second}: two words",
        gives="both words in each other's place",
        places={
            "first": Place("low", 2, ("PlayerX", "OldTarget", "FrontPage"), "rw"),
            "second": Place("low", 2, ("SavedX", "NewTarget", "BackPage"), "rw"),
        },
        spec=lambda v, s: {
            "memory": row(v["first"], [s.word(v["second"])], 2) | row(v["second"], [s.word(v["first"])], 2)
        },
    ),
    Family(
        slug="reverse_bytes",
        names=("ReverseBuffer", "MirrorRow", "FlipBytes"),
        ways=(
            Way(
                """
                SEP #$30                ; 8-bit A, X and Y
                LDX #$00                ; from the front
                LDY #{count:b-1}        ; from the back
                .loop: LDA {buffer},X
                PHA
                LDA {buffer},Y
                STA {buffer},X
                PLA
                STA {buffer},Y
                INX
                DEY
                CPX #{half:b}           ; met in the middle?
                BNE .loop
                RTS
                """,
                (
                    "X and Y walk towards each other and swap the bytes they "
                    "point at; after {half} swaps they have met.",
                ),
            ),
        ),
        asks=(
            "Reverse the order of the {count} bytes at {buffer} in place.",
            "Mirror a row of {count} bytes at {buffer}: the first byte becomes the last and so on.",
        ),
        does=("reverses the {count} bytes at {buffer} in place",),
        takes="{buffer}: {count} bytes",
        gives="{buffer}: the same bytes, last one first",
        places={"buffer": Place("low", "count", ("Row", "Buffer", "TileRow"), "rw")},
        choices={"count": (4, 6, 8, 10, 12, 16)},
        derive=lambda v: {"half": v["count"] // 2},
        spec=lambda v, s: {"memory": row(v["buffer"], s.area(v["buffer"], v["count"])[::-1])},
    ),
    Family(
        slug="push_history",
        names=("RecordPosition", "PushHistory", "TrailUpdate"),
        ways=(
            Way(
                """
                REP #$20                ; 16-bit A
                SEP #$10                ; 8-bit X and Y
                LDX #{offset:b}         ; the last entry but one
                .loop: LDA {history},X
                STA {history}+2,X       ; one place further back
                DEX
                DEX
                BPL .loop
                LDA {value}
                STA {history}           ; the newest entry
                SEP #$20                ; 8-bit A
                RTS
                """,
                (
                    "The entries move back one place, from the oldest to the "
                    "newest, so that none is overwritten before it"
                    " was copied; then the new word goes to the front.",
                ),
            ),
        ),
        asks=(
            "Keep a history of {count} words at {history}, newest first: move "
            "the entries back by one and put the word at"
            " {value} in front.",
            "Push the word at {value} onto the front of the {count}-entry "
            "trail at {history}; the oldest entry drops out.",
        ),
        does=("moves the {count} words at {history} back by one entry and stores the word at {value} in front",),
        takes="{value}: the new word",
        gives="{history}: {count} words, newest first",
        places={
            "history": Place("low", "count", ("Trail", "History", "Shadow"), "rw", unit=2),
            "value": Place("low", 2, ("PlayerX", "CameraX", "Position"), "r"),
        },
        choices={"count": (4, 5, 6, 8)},
        derive=lambda v: {"offset": 2 * v["count"] - 4},
        spec=lambda v, s: {
            "memory": row(v["history"], [s.word(v["value"]), *s.words(v["history"], v["count"] - 1)], 2)
        },
    ),
)
