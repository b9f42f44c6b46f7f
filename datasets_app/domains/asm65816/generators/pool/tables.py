"""Tables, strings and lists: look up, search, compare, sum."""

from __future__ import annotations

from random import Random

from datasets_app.domains.asm65816.generators.pool.family import Family, Place, Values, Way
from datasets_app.domains.asm65816.generators.pool.states import End, Start, number


def _entries(v: Values, size: int) -> list[int]:
    """The contents of a table in ROM, as its seed gives them."""
    rng = Random(f"table:{v['table_seed']}")
    return [rng.randrange(1 << 8 * size) for _ in range(v["count"])]


def _bytes_listed(v: Values) -> dict[str, int | str]:
    return {"listed": ",".join(f"${value:02X}" for value in _entries(v, 1)), "last": v["count"] - 1}


def _words_listed(v: Values) -> dict[str, int | str]:
    return {"listed": ",".join(f"${value:04X}" for value in _entries(v, 2)), "last": v["count"] - 1}


def _index(v: Values, s: Start, rng: Random) -> None:
    s.put(v["index"], rng.randrange(v["count"]))


def _terminate(v: Values, s: Start, rng: Random) -> None:
    """A string whose only zero stands at a random place."""
    end = rng.randrange(v["room"])
    for offset in range(v["room"]):
        at = v["text"] + offset
        s.put(at, 0 if offset == end else s.byte(at) or 0x41)


def _length(v: Values, s: Start) -> int:
    return s.area(v["text"], v["room"]).index(0)


def _hide(v: Values, s: Start, rng: Random) -> None:
    """The byte that is sought stands in some place or in none."""
    for offset in range(v["count"]):
        if s.byte(v["list"] + offset) == v["wanted"]:
            s.put(v["list"] + offset, v["wanted"] ^ 1)
    if rng.random() < 0.75:
        s.put(v["list"] + rng.randrange(v["count"]), v["wanted"])


def _find(v: Values, s: Start) -> End:
    places = [at for at, value in enumerate(s.area(v["list"], v["count"])) if value == v["wanted"]]
    return {"x": places[0], "flags": {"c": True}} if places else {"flags": {"c": False}}


def _scatter(v: Values, s: Start, rng: Random) -> None:
    for at in range(v["count"]):
        if rng.random() < 0.4:
            s.put(v["list"] + at, v["wanted"])


def _alike(v: Values, s: Start, rng: Random) -> None:
    for offset in range(v["count"]):
        s.put(v["second"] + offset, s.byte(v["first"] + offset))
    if rng.random() < 0.6:
        at = v["second"] + rng.choice((0, v["count"] - 1, rng.randrange(v["count"])))
        s.put(at, s.byte(at) ^ 1 << rng.randrange(8))


def _jump(v: Values, s: Start) -> End:
    return {"memory": {v["result"]: (v["value_a"], v["value_b"], v["value_c"])[s.byte(v["state"])]}}


def _xor(values: list[int]) -> int:
    result = 0
    for value in values:
        result ^= value
    return result


FAMILIES = (
    Family(
        slug="byte_table",
        names=("GetDamage", "LookUpByte", "GetSpeed"),
        ways=(
            Way(
                """
                SEP #$30                ; 8-bit A, X and Y
                LDX {index}
                LDA.l .table,X          ; long: whatever the data bank is
                STA {result}
                RTS
                .table: db {listed}
                """,
                ("The index goes to X, and a long load reads the table in the program's bank without setting DBR.",),
            ),
            Way(
                """
                PHB
                PHK
                PLB                     ; data bank = program bank
                SEP #$30                ; 8-bit A, X and Y
                LDY {index}
                LDA .table,Y
                STA {result}
                PLB                     ; the caller's bank again
                RTS
                .table: db {listed}
                """,
                (
                    "PHK and PLB make the program's bank the data bank, so that the "
                    "table can be reached with 16-bit addresses.",
                ),
            ),
        ),
        asks=(
            "Look up a byte: {result} = table[{index}], where the table of "
            "{count} bytes stands behind the routine: {listed}.",
            "Use the byte at {index} (0 to {last}) as an index into the "
            "table {listed} and store the entry to {result}.",
        ),
        does=("looks up the entry for the index at {index} in a table of {count} bytes and stores it to {result}",),
        takes="{index}: 0 to {last}",
        gives="{result}: the entry",
        places={
            "index": Place("low", 1, ("WeaponId", "Level", "Type"), "r"),
            "result": Place("low", 1, ("Damage", "Speed", "Value"), "w"),
        },
        choices={"count": (4, 5, 6, 8), "table_seed": range(200)},
        derive=_bytes_listed,
        banks=(0x00, 0x80),
        prepare=_index,
        spec=lambda v, s: {"memory": {v["result"]: _entries(v, 1)[s.byte(v["index"])]}},
    ),
    Family(
        slug="word_table",
        names=("GetPointer", "LookUpWord", "GetTarget"),
        ways=(
            Way(
                """
                REP #$30                ; 16-bit A, X and Y
                LDA {index}
                AND #$00FF              ; the low byte alone
                ASL A                   ; offset of the word
                TAX
                LDA.l .table,X
                STA {result}
                SEP #$30                ; 8-bit A, X and Y
                RTS
                .table: dw {listed}
                """,
                (
                    "The index is a byte but A is 16 bits wide, so AND #$00FF drops "
                    "the byte behind it. ASL turns the index into an"
                    " offset.",
                    "Entries are words: the index has to be doubled before it goes to X.",
                ),
            ),
        ),
        asks=(
            "Look up a word: {result} = table[{index}] with a byte index 0 to {last} and the table of words {listed}.",
            "Write a lookup in a table of {count} words ({listed}); the index is "
            "the byte at {index}, the entry goes to {result}.",
        ),
        does=("looks up the word for the byte index at {index} in a table of {count} words and stores it to {result}",),
        takes="{index}: 0 to {last}",
        gives="{result}: the word",
        places={
            "index": Place("low", 1, ("RoomId", "Song", "State"), "r"),
            "result": Place("low", 2, ("Pointer", "TargetX", "Offset"), "w"),
        },
        choices={"count": (3, 4, 5, 6), "table_seed": range(200)},
        derive=_words_listed,
        prepare=_index,
        spec=lambda v, s: {"memory": number(v["result"], _entries(v, 2)[s.byte(v["index"])], 2)},
    ),
    Family(
        slug="jump_table",
        names=("RunState", "DispatchState", "DoAction"),
        ways=(
            Way(
                """
                SEP #$30                ; 8-bit A, X and Y
                LDA {state}
                ASL A                   ; offset of the pointer
                TAX
                JMP (.table,X)
                .table: dw .idle,.walk,.jump
                .idle: LDA #{value_a:b}
                STA {result}
                RTS
                .walk: LDA #{value_b:b}
                STA {result}
                RTS
                .jump: LDA #{value_c:b}
                STA {result}
                RTS
                """,
                (
                    "JMP (table,X) reads the pointer from the program's bank. Each "
                    "state ends with its own RTS, which returns to the"
                    " caller of the dispatcher.",
                ),
            ),
        ),
        asks=(
            "Dispatch on the state byte at {state} (0 idle, 1 walk, 2 jump) with a "
            "jump table. The three handlers store {value_a:b},"
            " {value_b:b} and {value_c:b} to {result}.",
        ),
        does=(
            "jumps to one of three handlers by the state at {state}; they store "
            "{value_a:b}, {value_b:b} or {value_c:b} to {result}",
        ),
        takes="{state}: 0, 1 or 2",
        gives="{result}: the value of that state",
        places={
            "state": Place("low", 1, ("PlayerState", "EnemyState", "Mode"), "r"),
            "result": Place("low", 1, ("Animation", "Frame", "Pose"), "w"),
        },
        choices={"value_a": (0x00, 0x01, 0x10), "value_b": (0x04, 0x08, 0x12), "value_c": (0x20, 0x22, 0x30)},
        prepare=lambda v, s, rng: s.put(v["state"], rng.randrange(3)),
        spec=_jump,
    ),
    Family(
        slug="sum_checksum",
        names=("Checksum", "SumBytes", "SaveChecksum"),
        ways=(
            Way(
                """
                REP #$20                ; 16-bit A
                SEP #$10                ; 8-bit X and Y
                STZ {sum}
                LDX #{count:b-1}
                .loop: LDA {data},X
                AND #$00FF              ; one byte of the word that was read
                CLC
                ADC {sum}
                STA {sum}
                DEX
                BPL .loop
                SEP #$20                ; 8-bit A
                RTS
                """,
                ("The sum needs 16 bits, so the load reads a word each time, and AND #$00FF takes its low byte.",),
            ),
        ),
        asks=(
            "Add up the {count} bytes at {data} and store the 16-bit sum to {sum}.",
            "Compute a checksum over the {count} bytes at {data}: their sum as a word, stored to {sum}.",
        ),
        does=("adds up the {count} bytes at {data} and stores the 16-bit sum to {sum}",),
        takes="{data}: {count} bytes",
        gives="{sum}: their sum",
        places={
            "data": Place("low", "count", ("SaveData", "Block", "Record"), "r"),
            "sum": Place("low", 2, ("Checksum", "Sum", "Total"), "w"),
        },
        choices={"count": (4, 6, 8, 12, 16)},
        spec=lambda v, s: {"memory": number(v["sum"], sum(s.area(v["data"], v["count"])), 2)},
    ),
    Family(
        slug="xor_checksum",
        names=("XorBlock", "HashBytes", "XorCheck"),
        ways=(
            Way(
                """
                SEP #$30                ; 8-bit A, X and Y
                LDA #{start:b}
                LDX #{count:b-1}
                .loop: EOR {data},X
                DEX
                BPL .loop
                STA {sum}
                RTS
                """,
                ("A collects the exclusive or; EOR with an index does everything in one instruction a byte.",),
            ),
        ),
        asks=("Exclusive-or the {count} bytes at {data}, starting from {start:b}, and store the result to {sum}.",),
        does=("combines {start:b} and the {count} bytes at {data} with EOR and stores the result to {sum}",),
        takes="{data}: {count} bytes",
        gives="{sum}: the check byte",
        places={
            "data": Place("low", "count", ("SaveData", "Packet", "Header"), "r"),
            "sum": Place("low", 1, ("Check", "Hash"), "w"),
        },
        choices={"count": (4, 6, 8, 12, 16), "start": (0x00, 0x5A, 0xA5, 0xFF)},
        spec=lambda v, s: {"memory": {v["sum"]: _xor([v["start"], *s.area(v["data"], v["count"])])}},
    ),
    Family(
        slug="string_length",
        names=("StringLength", "TextLength", "CountChars"),
        ways=(
            Way(
                """
                SEP #$30                ; 8-bit A, X and Y
                LDX #$00
                .loop: LDA {text},X
                BEQ .done               ; the terminator
                INX
                BNE .loop               ; at most 255 characters
                .done: STX {length}
                RTS
                """,
                ("LDA sets Z at the terminator, so no compare is needed. X is the length when the loop ends.",),
            ),
        ),
        asks=(
            "Find the length of the zero-terminated string at {text} (shorter "
            "than 256 characters) and store it to {length}.",
            "strlen: count the bytes at {text} before the first zero byte; the count goes to {length}.",
        ),
        does=("counts the bytes of the zero-terminated string at {text} and stores the length to {length}",),
        takes="{text}: a string that ends with a zero byte",
        gives="{length}: its length without the zero",
        places={
            "text": Place("low", "room", ("Name", "Message", "Text"), "r"),
            "length": Place("low", 1, ("Length", "NameLength"), "w"),
        },
        choices={"room": (8, 10, 12, 16)},
        prepare=_terminate,
        spec=lambda v, s: {"memory": {v["length"]: _length(v, s)}},
    ),
    Family(
        slug="find_byte",
        names=("FindByte", "FindItem", "SearchList"),
        ways=(
            Way(
                """
                SEP #$30                ; 8-bit A, X and Y
                LDA #{wanted:b}
                LDX #$00
                .loop: CMP {list},X
                BEQ .found              ; CMP left the carry set
                INX
                CPX #{count:b}
                BNE .loop
                CLC                     ; not there
                RTS
                .found: SEC
                RTS
                """,
                (
                    "A keeps the byte that is sought; CMP with an index leaves A "
                    "alone, so nothing is reloaded in the loop.",
                ),
            ),
        ),
        asks=(
            "Search the {count} bytes at {list} for {wanted:b}. Found: carry set and "
            "its index in X (8 bits); not found: carry clear.",
            "Find the first {wanted:b} in the {count}-byte list at {list}; return "
            "its index in X with carry set, or carry clear.",
        ),
        does=("searches the {count} bytes at {list} for {wanted:b} and returns the index of the first one in X",),
        takes="{list}: {count} bytes",
        gives="C set and X the index, or C clear",
        places={"list": Place("low", "count", ("Inventory", "List", "Slots"), "r")},
        choices={"count": (5, 6, 8, 10, 12), "wanted": (0x01, 0x05, 0x10, 0x2A, 0x7F, 0xFF)},
        prepare=_hide,
        spec=_find,
    ),
    Family(
        slug="compare_blocks",
        names=("CompareBlocks", "MemCompare", "CheckPassword"),
        ways=(
            Way(
                """
                SEP #$30                ; 8-bit A, X and Y
                LDX #{count:b-1}
                .loop: LDA {first},X
                CMP {second},X
                BNE .done               ; Z clear: different
                DEX
                BPL .loop
                LDA #$00                ; Z set: all equal
                .done: RTS
                """,
                (
                    "The first difference leaves with Z clear. When the loop runs "
                    "out, DEX has cleared Z, so LDA #$00 sets it.",
                ),
            ),
        ),
        asks=(
            "Compare the {count} bytes at {first} with those at {second}; return "
            "with zero set if all are equal, clear if not.",
            "memcmp for equality: {count} bytes, {first} against {second}. Z set means equal.",
        ),
        does=("compares {count} bytes at {first} with those at {second}; Z comes back set if all are equal",),
        takes="{first}, {second}: {count} bytes each",
        gives="Z set if they are equal, clear if not",
        places={
            "first": Place("low", "count", ("Entered", "Signature", "Current"), "r"),
            "second": Place("low", "count", ("Password", "Expected", "Previous"), "r"),
        },
        choices={"count": (4, 5, 6, 8, 10)},
        prepare=_alike,
        spec=lambda v, s: {"flags": {"z": s.area(v["first"], v["count"]) == s.area(v["second"], v["count"])}},
    ),
    Family(
        slug="largest_of_list",
        names=("FindLargest", "MaxOfList", "TopScore"),
        ways=(
            Way(
                """
                SEP #$30                ; 8-bit A, X and Y
                LDX #{count:b-2}
                LDA {list}+{last}       ; the last one to begin with
                .loop: CMP {list},X
                BCS .next               ; A is not below it
                LDA {list},X            ; a larger one
                .next: DEX
                BPL .loop
                STA {result}
                RTS
                """,
                ("A holds the largest byte so far. BCS passes over every entry that A is not below.",),
            ),
        ),
        asks=(
            "Store the largest of the {count} unsigned bytes at {list} to {result}.",
            "Find the maximum of the {count}-byte list at {list} (unsigned); the result goes to {result}.",
        ),
        does=("stores the largest of the {count} unsigned bytes at {list} to {result}",),
        takes="{list}: {count} unsigned bytes",
        gives="{result}: the largest",
        places={
            "list": Place("low", "count", ("Scores", "Heights", "List"), "r"),
            "result": Place("low", 1, ("Best", "Tallest", "Largest"), "w"),
        },
        choices={"count": (3, 4, 5, 6, 8)},
        derive=lambda v: {"last": v["count"] - 1},
        spec=lambda v, s: {"memory": {v["result"]: max(s.area(v["list"], v["count"]))}},
    ),
    Family(
        slug="count_matches",
        names=("CountEnemies", "CountMatches", "CountCoins"),
        ways=(
            Way(
                """
                SEP #$30                ; 8-bit A, X and Y
                STZ {result}
                LDX #{count:b-1}
                .loop: LDA {list},X
                CMP #{wanted:b}
                BNE .next
                INC {result}
                .next: DEX
                BPL .loop
                RTS
                """,
                ("Only an entry equal to {wanted:b} gets as far as the INC.",),
            ),
        ),
        asks=("Count how many of the {count} bytes at {list} equal {wanted:b}; store the number to {result}.",),
        does=("counts how many of the {count} bytes at {list} equal {wanted:b} and stores the number to {result}",),
        takes="{list}: {count} bytes",
        gives="{result}: how many equal {wanted:b}",
        places={
            "list": Place("low", "count", ("Types", "Tiles", "Objects"), "r"),
            "result": Place("low", 1, ("Count", "Found"), "w"),
        },
        choices={"count": (4, 6, 8, 10), "wanted": (0x00, 0x01, 0x0A, 0x2C, 0x80)},
        prepare=_scatter,
        spec=lambda v, s: {"memory": {v["result"]: s.area(v["list"], v["count"]).count(v["wanted"])}},
    ),
)
