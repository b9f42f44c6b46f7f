"""Routines over sprite slots: find, count down, move, animate, hide."""

from __future__ import annotations

from random import Random

from datasets_app.domains.asm65816.generators.pool.family import Family, Place, Values, Way
from datasets_app.domains.asm65816.generators.pool.states import End, Start, row


def _animate(v: Values, s: Start) -> End:
    delay, frame = s.byte(v["delay"]), s.byte(v["frame"])
    if delay > 1 or delay == 0:
        return {"memory": {v["delay"]: delay - 1 & 0xFF, v["frame"]: frame}}
    return {"memory": {v["delay"]: v["speed"], v["frame"]: frame + 1 & v["mask"]}}


def _slots(v: Values, s: Start, rng: Random) -> None:
    for slot in range(v["count"]):
        if rng.random() < 0.5:
            s.put(v["slots"] + slot, 0)


def _free_slot(v: Values, s: Start) -> End:
    free = [at for at in range(v["count"] - 1, -1, -1) if s.byte(v["slots"] + at) == 0]
    return {"x": free[0], "flags": {"c": True}} if free else {"flags": {"c": False}}


def _run_timers(v: Values, s: Start) -> End:
    return {"memory": row(v["slots"], [max(value - 1, 0) for value in s.area(v["slots"], v["count"])])}


def _move_slots(v: Values, s: Start) -> End:
    active, at, speed = (s.area(v[name], v["count"]) for name in ("slots", "places", "speeds"))
    return {"memory": row(v["places"], [a + b & 0xFF if on else a for on, a, b in zip(active, at, speed, strict=True)])}


FAMILIES = (
    Family(
        slug="animate",
        names=("Animate", "UpdateAnimation", "StepSprite"),
        ways=(
            Way(
                """
                SEP #$20                ; 8-bit A
                DEC {delay}
                BNE .done               ; not time yet
                LDA #{speed:b}
                STA {delay}             ; frames until the next step
                LDA {frame}
                INC A
                AND #{mask:b}           ; wrap
                STA {frame}
                .done: RTS
                """,
                ("DEC on memory sets Z, so BNE follows directly. AND with {mask:b} wraps the frame number.",),
            ),
        ),
        asks=(
            "Decrement {delay}. When it reaches zero, reload it with {speed} and "
            "advance the frame at {frame} through 0 to {mask}.",
        ),
        does=(
            "counts {delay} down and, when it reaches zero, reloads it with {speed} and advances the frame at {frame}",
        ),
        takes="{delay}: frames to wait; {frame}: 0 to {mask}",
        gives="{delay}, {frame}: advanced",
        places={
            "delay": Place("low", 1, ("AnimDelay", "FrameTimer", "Wait")),
            "frame": Place("low", 1, ("AnimFrame", "Frame", "Pose")),
        },
        choices={"speed": (3, 4, 6, 8, 10), "mask": (0x01, 0x03, 0x07)},
        prepare=lambda v, s, rng: s.near_zero(v["delay"], rng),
        spec=_animate,
    ),
    Family(
        slug="find_free_slot",
        names=("FindFreeSlot", "AllocSprite", "NewBullet"),
        ways=(
            Way(
                """
                SEP #$30                ; 8-bit A, X and Y
                LDX #{count:b-1}        ; from the last slot down
                .loop: LDA {slots},X
                BEQ .found              ; 0 means free
                DEX
                BPL .loop
                CLC                     ; all in use
                RTS
                .found: SEC
                RTS
                """,
                ("LDA sets Z for a free slot, and BPL ends the loop after slot 0.",),
            ),
        ),
        asks=(
            "Find a free sprite slot: {count} bytes at {slots}, 0 means free. "
            "Search from the last one down; return it in X with"
            " carry set, or carry clear when all are in use.",
        ),
        does=("searches the {count} slots at {slots} from the end for one that holds 0 and returns its number in X",),
        takes="{slots}: {count} bytes, 0 for a free slot",
        gives="C set and X the slot (8 bits), or C clear",
        places={"slots": Place("low", "count", ("SpriteType", "BulletState", "SlotUsed"), "r")},
        choices={"count": (6, 8, 10, 12, 16)},
        prepare=_slots,
        spec=_free_slot,
    ),
    Family(
        slug="slot_timers",
        names=("RunSlotTimers", "TickSprites", "CoolDownAll"),
        ways=(
            Way(
                """
                SEP #$30                ; 8-bit A, X and Y
                LDX #{count:b-1}
                .loop: LDA {slots},X
                BEQ .next               ; not running
                DEC {slots},X
                .next: DEX
                BPL .loop
                RTS
                """,
                ("Every slot has its own timer; those at zero are passed over.",),
            ),
        ),
        asks=("Each of {count} sprites has a timer byte in the table at {slots}. Decrement all that are not zero.",),
        does=("counts down the {count} timers at {slots}, leaving those at zero alone",),
        takes="{slots}: {count} timers",
        gives="{slots}: each one less, or 0",
        places={"slots": Place("low", "count", ("StunTimers", "SlotTimers", "Cooldowns"))},
        choices={"count": (4, 6, 8, 10, 12)},
        prepare=_slots,
        spec=_run_timers,
    ),
    Family(
        slug="move_slots",
        names=("MoveSprites", "UpdateBullets", "MoveAll"),
        ways=(
            Way(
                """
                SEP #$30                ; 8-bit A, X and Y
                LDX #{count:b-1}
                .loop: LDA {slots},X
                BEQ .next               ; nothing in this slot
                LDA {places},X
                CLC
                ADC {speeds},X
                STA {places},X
                .next: DEX
                BPL .loop
                RTS
                """,
                ("X is the slot number and indexes all three tables, which are arrays side by side.",),
            ),
        ),
        asks=(
            "Move every active sprite: for each of {count} slots whose byte at "
            "{slots} is not 0, add its speed (table {speeds}) to"
            " its X position (table {places}). All bytes.",
        ),
        does=("adds to the X position of each active one of {count} sprites its speed",),
        takes="{slots}: active flags; {places}: positions; {speeds}: speeds",
        gives="{places}: the new positions",
        places={
            "slots": Place("low", "count", ("SpriteActive", "SlotUsed"), "r"),
            "places": Place("low", "count", ("SpriteX", "BulletX")),
            "speeds": Place("low", "count", ("SpriteSpeed", "BulletSpeed"), "r"),
        },
        choices={"count": (4, 5, 6, 8)},
        prepare=_slots,
        spec=_move_slots,
    ),
    Family(
        slug="hide_sprites",
        names=("HideSprites", "ClearOam", "ParkSprites"),
        ways=(
            Way(
                """
                SEP #$20                ; 8-bit A
                REP #$10                ; 16-bit X and Y
                LDA #$F0                ; below the visible lines
                LDX #{last:w}           ; the last of the entries
                .loop: STA {oam}+1,X    ; Y position
                DEX
                DEX
                DEX
                DEX
                BPL .loop
                RTS
                """,
                (
                    "An OAM entry has four bytes, and the Y position is the second one; "
                    "so X goes down by four. $F0 puts a sprite below"
                    " the picture.",
                ),
            ),
        ),
        asks=(
            "Hide the first {count} sprites of the OAM copy at {oam}: set the "
            "Y position (second byte of each four) to $F0.",
        ),
        does=("moves the first {count} sprites of the OAM copy at {oam} off the screen by setting their Y to $F0",),
        gives="{oam}: Y of {count} entries is $F0, the rest untouched",
        places={"oam": Place("low", "count", ("OamBuffer", "SpriteTable", "OamCopy"), "rw", unit=4)},
        choices={"count": (4, 6, 8, 10, 12)},
        derive=lambda v: {"last": 4 * (v["count"] - 1)},
        spec=lambda v, _s: {"memory": {v["oam"] + 4 * at + 1: 0xF0 for at in range(v["count"])}},
    ),
)
