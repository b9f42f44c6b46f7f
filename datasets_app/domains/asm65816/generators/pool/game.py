"""What a game does every frame: timers, counters, movement, random numbers, buttons."""

from __future__ import annotations

from random import Random

from datasets_app.domains.asm65816.generators.pool.family import Family, Place, Values, Way
from datasets_app.domains.asm65816.generators.pool.states import End, Start, number


def _wrap(v: Values, s: Start, rng: Random) -> None:
    s.put(v["frame"], v["count"] - 1 if rng.random() < 0.4 else rng.randrange(v["count"]))


def _lfsr16(v: Values, s: Start) -> End:
    value = s.word(v["seed"])
    value = value << 1 if value < 0x8000 else (value << 1 ^ 0x002D) & 0xFFFF
    return {"memory": number(v["seed"], value, 2)}


def _lfsr8(v: Values, s: Start) -> End:
    value = s.byte(v["seed"])
    value = value << 1 if value < 0x80 else (value << 1 ^ 0x1D) & 0xFF
    return {"memory": {v["seed"]: value}}


def _pressed(v: Values, s: Start) -> End:
    now, before = s.word(v["input"]), s.word(v["held"])
    return {"memory": number(v["held"], now, 2) | number(v["pressed"], now & ~before, 2)}


def _clock(v: Values, s: Start) -> End:
    frames, seconds = s.byte(v["frames"]) + 1, s.byte(v["seconds"])
    if frames < 60:
        return {"memory": {v["frames"]: frames, v["seconds"]: seconds}}
    return {"memory": {v["frames"]: 0, v["seconds"]: 0 if seconds == 59 else seconds + 1}}


def _clock_start(v: Values, s: Start, rng: Random) -> None:
    s.put(v["frames"], 59 if rng.random() < 0.6 else rng.randrange(60))
    s.put(v["seconds"], 59 if rng.random() < 0.4 else rng.randrange(60))


FAMILIES = (
    Family(
        slug="countdown",
        names=("RunTimer", "Countdown", "TickInvincible"),
        ways=(
            Way(
                """
                SEP #$20                ; 8-bit A
                LDA {timer}
                BEQ .done               ; stays at zero
                DEC {timer}
                .done: RTS
                """,
                ("The timer is tested before it is decremented; without that it would wrap from 0 to 255.",),
            ),
        ),
        asks=(
            "Decrement the timer byte at {timer} once per call and let it stay at zero.",
            "Count down the byte at {timer} by one; when it is 0, leave it at 0.",
        ),
        does=("counts the byte at {timer} down to zero, one per call",),
        takes="{timer}: frames left",
        gives="{timer}: one less, or 0",
        places={"timer": Place("low", 1, ("Timer", "InvincibleTimer", "StunTimer"))},
        prepare=lambda v, s, rng: s.near_zero(v["timer"], rng),
        spec=lambda v, s: {"memory": {v["timer"]: max(s.byte(v["timer"]) - 1, 0)}},
    ),
    Family(
        slug="wrap_counter",
        names=("NextFrame", "AdvanceCursor", "CycleColour"),
        ways=(
            Way(
                """
                SEP #$20                ; 8-bit A
                LDA {frame}
                INC A
                CMP #{count:b}
                BCC .store              ; below the end
                LDA #$00                ; start over
                .store: STA {frame}
                RTS
                """,
                ("The new value is compared with {count} before it is stored, so the counter never leaves its range.",),
            ),
        ),
        asks=(
            "Increment the byte at {frame} and wrap it to 0 when it reaches {count}.",
            "Let {frame} run through 0 to {last} in a circle, one step per call.",
        ),
        does=("counts the byte at {frame} up and wraps it to 0 at {count}",),
        takes="{frame}: 0 to {last}",
        gives="{frame}: the next one in the circle",
        places={"frame": Place("low", 1, ("Frame", "Cursor", "PaletteStep"))},
        choices={"count": (3, 5, 6, 7, 10, 12, 20, 60)},
        derive=lambda v: {"last": v["count"] - 1},
        prepare=_wrap,
        spec=lambda v, s: {"memory": {v["frame"]: (s.byte(v["frame"]) + 1) % v["count"]}},
    ),
    Family(
        slug="move_subpixel",
        names=("MovePlayer", "ApplySpeed", "MoveFraction"),
        ways=(
            Way(
                """
                REP #$20                ; 16-bit A
                LDA {speed}             ; low byte: 1/256 pixels
                CLC
                ADC {position}
                STA {position}
                SEP #$20                ; 8-bit A; the carry stays
                LDA {position}+2
                ADC #$00                ; carry into the screen number
                STA {position}+2
                RTS
                """,
                (
                    "The position has a fraction, a pixel and a screen byte. The "
                    "16-bit addition covers the first two, and its carry"
                    " goes into the third.",
                ),
            ),
        ),
        asks=("Add the unsigned 8.8 speed at {speed} to the 24-bit position at {position} (fraction, pixel, screen).",),
        does=("adds the unsigned speed at {speed} (a fraction and a pixel byte) to the 24-bit position at {position}",),
        takes="{speed}: a word; {position}: three bytes",
        gives="{position}: the new position",
        places={
            "speed": Place("low", 2, ("Speed", "ScrollSpeed"), "r"),
            "position": Place("low", 3, ("PlayerX", "CameraX")),
        },
        spec=lambda v, s: {"memory": number(v["position"], s.long(v["position"]) + s.word(v["speed"]), 3)},
    ),
    Family(
        slug="random_word",
        names=("Random16", "NextRandom", "StirSeed"),
        ways=(
            Way(
                """
                REP #$20                ; 16-bit A
                LDA {seed}
                ASL A                   ; top bit into the carry
                BCC .store
                EOR #$002D              ; the taps of a maximal LFSR
                .store: STA {seed}
                SEP #$20                ; 8-bit A
                RTS
                """,
                (
                    "A Galois LFSR: shift left, and where a 1 fell out, "
                    "exclusive-or the taps $002D. Its seed must not be 0.",
                ),
            ),
        ),
        asks=("Advance a 16-bit Galois LFSR at {seed}: shift left, and if a 1 is shifted out, EOR with $002D.",),
        does=("advances the 16-bit LFSR at {seed} by one step with the taps $002D",),
        takes="{seed}: the last number, not 0",
        gives="{seed}: the next number",
        places={"seed": Place("low", 2, ("Seed", "RandomSeed", "Noise"))},
        spec=_lfsr16,
    ),
    Family(
        slug="random_byte",
        names=("Random8", "RollDice", "NextNoise"),
        ways=(
            Way(
                """
                SEP #$20                ; 8-bit A
                LDA {seed}
                ASL A
                BCC .store
                EOR #$1D
                .store: STA {seed}
                RTS
                """,
                ("ASL shifts the top bit into the carry; only where it was 1 are the taps $1D applied.",),
            ),
        ),
        asks=("Advance an 8-bit Galois LFSR at {seed}: shift left, and if a 1 is shifted out, EOR with $1D.",),
        does=("advances the 8-bit LFSR at {seed} by one step with the taps $1D",),
        takes="{seed}: the last number, not 0",
        gives="{seed}: the next number",
        places={"seed": Place("low", 1, ("Seed", "RandomSeed", "Dice"))},
        spec=_lfsr8,
    ),
    Family(
        slug="button_edges",
        names=("ReadEdges", "GetPressed", "UpdateInput"),
        ways=(
            Way(
                """
                REP #$20                ; 16-bit A
                LDA {held}
                EOR #$FFFF              ; what was not held
                AND {input}             ; and is held now
                STA {pressed}
                LDA {input}
                STA {held}
                SEP #$20                ; 8-bit A
                RTS
                """,
                ("A button was just pressed if it is down now and was up before: now AND NOT before.",),
            ),
            Way(
                """
                REP #$20                ; 16-bit A
                LDA {input}
                EOR {held}              ; the buttons that changed
                AND {input}             ; and are down now
                STA {pressed}
                LDA {input}
                STA {held}
                SEP #$20                ; 8-bit A
                RTS
                """,
                ("EOR finds the buttons that changed; AND keeps those that are down.",),
            ),
        ),
        asks=(
            "From the joypad word at {input} and the word of the last frame at "
            "{held}, compute the newly pressed buttons into"
            " {pressed}; then {held} becomes {input}.",
            "Edge detection: {pressed} = {input} AND NOT {held}, then copy {input} to {held}. All words.",
        ),
        does=("finds the buttons that went down since the last frame, stores them to {pressed} and updates {held}",),
        takes="{input}: buttons now; {held}: buttons of the last frame",
        gives="{pressed}: newly pressed; {held}: buttons now",
        places={
            "input": Place("low", 2, ("Joypad", "Input"), "r"),
            "held": Place("low", 2, ("Held", "LastInput")),
            "pressed": Place("low", 2, ("Pressed", "NewInput"), "w"),
        },
        spec=_pressed,
    ),
    Family(
        slug="play_clock",
        names=("RunClock", "TickSeconds", "PlayTime"),
        ways=(
            Way(
                """
                SEP #$20                ; 8-bit A
                INC {frames}
                LDA {frames}
                CMP #$3C                ; 60 frames
                BCC .done
                STZ {frames}
                INC {seconds}
                LDA {seconds}
                CMP #$3C                ; 60 seconds
                BCC .done
                STZ {seconds}
                .done: RTS
                """,
                ("Each counter is compared after its increment; at 60 it goes back to 0 and the next one is counted.",),
            ),
        ),
        asks=(
            "Count frames at {frames} and seconds at {seconds}, each 0 to 59, "
            "60 frames to a second; one call is one frame.",
        ),
        does=("counts frames at {frames} and, every 60 of them, seconds at {seconds}, both wrapping at 60",),
        takes="{frames}, {seconds}: 0 to 59",
        gives="{frames}, {seconds}: one frame later",
        places={
            "frames": Place("low", 1, ("Frames", "FrameCount")),
            "seconds": Place("low", 1, ("Seconds", "ClockSeconds")),
        },
        prepare=_clock_start,
        spec=_clock,
    ),
    Family(
        slug="wrap_position",
        names=("ScrollBackground", "WrapX", "AdvanceLayer"),
        ways=(
            Way(
                """
                REP #$20                ; 16-bit A
                LDA {position}
                CLC
                ADC #{speed:w}
                AND #{mask:w}           ; stay inside the tilemap
                STA {position}
                SEP #$20                ; 8-bit A
                RTS
                """,
                ("The width is a power of two, so AND with {mask:w} wraps the sum without a compare.",),
            ),
        ),
        asks=(
            "Add {speed} to the scroll position (a word) at {position} and wrap it at {width}.",
            "Scroll a layer by {speed} pixels: {position} = ({position} + {speed}) mod {width}, 16 bits.",
        ),
        does=("adds {speed} to the word at {position} and wraps it at {width}",),
        takes="{position}: a word",
        gives="{position}: 0 to {mask}",
        places={"position": Place("low", 2, ("ScrollX", "LayerX", "CloudX"))},
        choices={"speed": (1, 2, 3, 4, 8), "mask": (0x00FF, 0x01FF, 0x03FF)},
        derive=lambda v: {"width": v["mask"] + 1},
        spec=lambda v, s: {"memory": number(v["position"], s.word(v["position"]) + v["speed"] & v["mask"], 2)},
    ),
)
