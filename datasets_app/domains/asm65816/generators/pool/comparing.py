"""Comparing: smaller and greater, with a sign and without, ranges, boxes, steps towards a target."""

from __future__ import annotations

from random import Random

from datasets_app.domains.asm65816.generators.pool.family import Family, Place, Values, Way
from datasets_app.domains.asm65816.generators.pool.states import End, Start, number


def _near(v: Values, s: Start, rng: Random) -> None:
    """Make the two values close in half of the cases: that is where comparisons go wrong."""
    if rng.random() < 0.6:
        s.put(v["second"], s.word(v["first"]) + rng.randrange(-1, 2) & 0xFFFF, 2)


def _around(v: Values, s: Start, rng: Random) -> None:
    edge = rng.choice((v["low"], v["high"]))
    s.put(v["value"], edge + rng.randrange(-1, 2) if rng.random() < 0.7 else rng.randrange(256))


def _step(v: Values, s: Start) -> End:
    value, target = s.byte(v["value"]), s.byte(v["target"])
    return {"memory": {v["value"]: value + (target > value) - (target < value)}}


def _steps_apart(v: Values, s: Start, rng: Random) -> None:
    if rng.random() < 0.6:
        s.put(v["target"], max(0, min(255, s.byte(v["value"]) + rng.randrange(-1, 2))))


FAMILIES = (
    Family(
        slug="smaller_word",
        names=("MinWord", "SmallerOf", "TakeSmaller"),
        ways=(
            Way(
                """
                REP #$20                ; 16-bit A
                LDA {first}
                CMP {second}
                BCC .store              ; first below second
                LDA {second}
                .store: STA {result}
                SEP #$20                ; 8-bit A
                RTS
                """,
                ("After CMP a clear carry means that A is below the operand; then A is already the smaller one.",),
            ),
        ),
        asks=(
            "Store the smaller of the unsigned words at {first} and {second} to {result}.",
            "{result} = min({first}, {second}), all unsigned 16 bits.",
        ),
        does=("stores the smaller of the unsigned words at {first} and {second} to {result}",),
        takes="{first}, {second}: two unsigned words",
        gives="{result}: the smaller one",
        places={
            "first": Place("low", 2, ("DistanceA", "Left", "Cost"), "r"),
            "second": Place("low", 2, ("DistanceB", "Right", "Limit"), "r"),
            "result": Place("low", 2, ("Nearest", "Smaller"), "w"),
        },
        prepare=_near,
        spec=lambda v, s: {"memory": number(v["result"], min(s.word(v["first"]), s.word(v["second"])), 2)},
    ),
    Family(
        slug="greater_byte",
        names=("MaxByte", "GreaterOf", "UpdateBest"),
        ways=(
            Way(
                """
                SEP #$20                ; 8-bit A
                LDA {value}
                CMP {best}
                BCC .done               ; below the best so far
                STA {best}
                .done: RTS
                """,
                ("BCC leaves when the new value is below the old one; storing an equal value changes nothing.",),
            ),
        ),
        asks=(
            "If the unsigned byte at {value} is greater than the one at {best}, store it there.",
            "Keep the maximum: {best} becomes the greater of {best} and {value}, both unsigned bytes.",
        ),
        does=("keeps at {best} the greater of the bytes at {best} and {value}",),
        takes="{value}, {best}: two unsigned bytes",
        gives="{best}: the greater one",
        places={
            "value": Place("low", 1, ("Combo", "Depth", "Level"), "r"),
            "best": Place("low", 1, ("BestCombo", "MaxDepth", "TopLevel")),
        },
        prepare=lambda v, s, rng: (
            s.put(v["best"], max(0, min(255, s.byte(v["value"]) + rng.randrange(-1, 2))))
            if rng.random() < 0.6
            else None
        ),
        spec=lambda v, s: {"memory": {v["best"]: max(s.byte(v["best"]), s.byte(v["value"]))}},
    ),
    Family(
        slug="clamp_byte",
        names=("ClampByte", "LimitX", "KeepInside"),
        ways=(
            Way(
                """
                SEP #$20                ; 8-bit A
                LDA {value}
                CMP #{low:b}
                BCS .not_low            ; not below the lower limit
                LDA #{low:b}
                .not_low: CMP #{high:b}
                BCC .store              ; below the upper limit
                LDA #{high:b}
                .store: STA {value}
                RTS
                """,
                (
                    "First everything below {low} is raised to it, then everything from {high} on is set to {high}.",
                    "Both compares are unsigned: BCS for not below, BCC for below.",
                ),
            ),
        ),
        asks=(
            "Clamp the unsigned byte at {value} to the range {low} to {high}.",
            "Keep {value} between {low} and {high} (unsigned byte, both limits included).",
        ),
        does=("clamps the byte at {value} to the range {low} to {high}",),
        takes="{value}: an unsigned byte",
        gives="{value}: not below {low}, not above {high}",
        places={"value": Place("low", 1, ("PlayerX", "CursorY", "Volume"))},
        choices={"low": (8, 16, 24, 32), "high": (200, 208, 224, 240)},
        prepare=_around,
        spec=lambda v, s: {"memory": {v["value"]: max(v["low"], min(v["high"], s.byte(v["value"])))}},
    ),
    Family(
        slug="in_range",
        names=("InRange", "IsOnScreen", "CheckWindow"),
        ways=(
            Way(
                """
                SEP #$20                ; 8-bit A
                LDA {value}
                SEC
                SBC #{low:b}            ; distance from the lower limit
                CMP #{span:b}           ; carry clear: inside
                RTS
                """,
                (
                    "Subtracting the lower limit makes values below it wrap to large "
                    "ones, so one unsigned compare tests both ends.",
                ),
            ),
            Way(
                """
                SEP #$20                ; 8-bit A
                LDA {value}
                CMP #{low:b}
                BCC .outside
                CMP #{high:b+1}         ; carry clear: inside
                RTS
                .outside: SEC
                RTS
                """,
                ("Two compares, one for each limit; the way out below the range sets the carry itself.",),
            ),
        ),
        asks=(
            "Return with carry clear if the unsigned byte at {value} is in the "
            "range {low} to {high}, both included, and set if not.",
            "Test whether {low} <= {value} <= {high} (unsigned byte). Carry clear means yes.",
        ),
        does=("tests whether the byte at {value} lies in the range {low} to {high}; the carry comes back clear if so",),
        takes="{value}: an unsigned byte",
        gives="C clear if it is in the range, set if not",
        places={"value": Place("low", 1, ("SpriteX", "Tile", "Row"), "r")},
        choices={"low": (16, 32, 48, 64), "high": (111, 143, 191, 223)},
        derive=lambda v: {"span": v["high"] - v["low"] + 1},
        prepare=_around,
        spec=lambda v, s: {"flags": {"c": not v["low"] <= s.byte(v["value"]) <= v["high"]}},
    ),
    Family(
        slug="signed_less",
        names=("IsLessSigned", "CompareSigned", "MovingLeft"),
        ways=(
            Way(
                """
                REP #$20                ; 16-bit A
                LDA {first}
                SEC
                SBC {second}
                BVC .no_overflow
                EOR #$8000              ; the sign is the wrong way round
                .no_overflow: ASL A     ; bit 15 into the carry
                SEP #$20                ; 8-bit A
                RTS
                """,
                (
                    "For signed numbers the sign of the difference decides, unless "
                    "the subtraction overflowed; then it is the"
                    " opposite. SBC sets V, CMP would not.",
                ),
            ),
        ),
        asks=(
            "Return with carry set if the signed word at {first} is less "
            "than the signed word at {second}, clear if not.",
        ),
        does=("compares the signed words at {first} and {second}; the carry comes back set if the first is less",),
        takes="{first}, {second}: two signed words",
        gives="C set if the first is less than the second",
        places={
            "first": Place("low", 2, ("SpeedX", "Slope", "Height"), "r"),
            "second": Place("low", 2, ("MinSpeed", "Ground", "Target"), "r"),
        },
        prepare=_near,
        spec=lambda v, s: {"flags": {"c": (s.word(v["first"]) ^ 0x8000) < (s.word(v["second"]) ^ 0x8000)}},
    ),
    Family(
        slug="step_towards",
        names=("StepTowards", "Approach", "FadeTowards"),
        ways=(
            Way(
                """
                SEP #$20                ; 8-bit A
                LDA {value}
                CMP {target}
                BEQ .done               ; there already
                BCC .up                 ; below the target
                DEC {value}
                RTS
                .up: INC {value}
                .done: RTS
                """,
                ("One CMP serves both branches: Z says equal, and a clear carry says below.",),
            ),
        ),
        asks=(
            "Move the byte at {value} one step towards the byte at {target}; "
            "leave it alone when they are equal (unsigned).",
            "Let {value} approach {target} by one per call, up or down, both unsigned bytes.",
        ),
        does=("moves the byte at {value} by one towards the byte at {target}",),
        takes="{value}, {target}: two unsigned bytes",
        gives="{value}: one closer to the target",
        places={
            "value": Place("low", 1, ("Brightness", "CameraX", "Volume")),
            "target": Place("low", 1, ("WantedBrightness", "CameraGoal", "WantedVolume"), "r"),
        },
        prepare=_steps_apart,
        spec=_step,
    ),
    Family(
        slug="boxes_overlap",
        names=("CheckOverlap", "HitTestX", "Touching"),
        ways=(
            Way(
                """
                SEP #$20                ; 8-bit A
                LDA {first}
                SEC
                SBC {second}
                BCS .positive
                EOR #$FF                ; make the distance positive
                INC A
                .positive: CMP #{reach:b} ; carry clear: they touch
                RTS
                """,
                ("The distance is taken without its sign and compared once: below {reach} pixels the boxes overlap.",),
            ),
        ),
        asks=(
            "Two boxes are at the X positions {first} and {second} (unsigned "
            "bytes). Return with carry clear if the distance"
            " between them is below {reach}, and set if not.",
        ),
        does=("tests whether the X positions at {first} and {second} are less than {reach} pixels apart",),
        takes="{first}, {second}: two X positions",
        gives="C clear if they are less than {reach} apart",
        places={
            "first": Place("low", 1, ("PlayerX", "SwordX"), "r"),
            "second": Place("low", 1, ("EnemyX", "ItemX"), "r"),
        },
        choices={"reach": (8, 10, 12, 14, 16, 20, 24)},
        prepare=lambda v, s, rng: (
            s.put(v["second"], (s.byte(v["first"]) + rng.choice((-1, 1)) * (v["reach"] + rng.randrange(-1, 2))) % 256)
            if rng.random() < 0.7
            else None
        ),
        spec=lambda v, s: {"flags": {"c": abs(s.byte(v["first"]) - s.byte(v["second"])) >= v["reach"]}},
    ),
)
