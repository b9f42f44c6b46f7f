"""Short routines of our own to be explained, none of the pool that generators write from, with what they come to.

Each has several descriptions, the first of which is right. The machine decides that, over many values: `checked` raises
where the first one is not what it does, or another one could not be told from it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from evals_app.shipped.running import native, run

Spec = Callable[[int], int]
Claims = tuple[tuple[str, Spec], ...]
TRIES = 96


@dataclass(frozen=True)
class Riddle:
    """A routine that takes A and gives A: `claims` say what the result is, in words and as a function of A."""

    slug: str
    code: str
    claims: Claims
    wide: bool = False

    @property
    def mask(self) -> int:
        return 0xFFFF if self.wide else 0xFF

    def result(self, value: int) -> int:
        """What the machine leaves in A, as wide as A is."""
        return run(self.code, native(wide=self.wide, wide_index=False, a=value)).a & self.mask


def checked(riddle: Riddle) -> Riddle:
    """The riddle itself. ValueError where its first description is not what the machine does, or another one is too."""
    rng = random.Random(riddle.slug)
    values = [0, 1, 0x7F, 0x80, 0xFF, *(rng.randrange(riddle.mask + 1) for _ in range(TRIES))]
    results = [riddle.result(value) for value in values]
    for at, (said, spec) in enumerate(riddle.claims):
        agrees = [spec(value) & riddle.mask for value in values] == results
        if agrees != (at == 0):
            raise ValueError(f"{riddle.slug}: “{said}” is {'also right' if agrees else 'wrong'}.")
    return riddle


def riddles() -> Iterator[Riddle]:
    """All of them."""
    for make in (_multiplying, _limits, _bits, _digits, _words):
        yield from make()


def _code(text: str) -> str:
    return "\n".join(line.strip() for line in text.replace("|", "\n").splitlines() if line.strip())


_PRODUCTS = {
    3: "STA $10|ASL A|CLC|ADC $10|RTS",
    5: "STA $10|ASL A|ASL A|CLC|ADC $10|RTS",
    6: "STA $10|ASL A|CLC|ADC $10|ASL A|RTS",
    9: "STA $10|ASL A|ASL A|ASL A|CLC|ADC $10|RTS",
    10: "STA $10|ASL A|ASL A|CLC|ADC $10|ASL A|RTS",
    7: "STA $10|ASL A|ASL A|ASL A|SEC|SBC $10|RTS",
}


def _multiplying() -> Iterator[Riddle]:
    for factor, code in _PRODUCTS.items():
        near = (factor - 1, factor + 1, 2 * factor)
        claims = tuple((f"A times {one}, modulo 256", _times(one)) for one in (factor, *near))
        yield Riddle(f"times {factor}", _code(code), claims)


def _times(factor: int) -> Spec:
    return lambda a: a * factor


def _limits() -> Iterator[Riddle]:
    for k in (0x20, 0x64, 0xC0):
        low: tuple[str, Spec] = (f"the smaller of A and ${k:02X}", lambda a, k=k: min(a, k))  # type: ignore[misc]
        high: tuple[str, Spec] = (f"the greater of A and ${k:02X}", lambda a, k=k: max(a, k))  # type: ignore[misc]
        up: tuple[str, Spec] = (f"A plus ${k:02X}, at most $FF", lambda a, k=k: min(a + k, 0xFF))  # type: ignore[misc]
        down: tuple[str, Spec] = (f"A minus ${k:02X}, at least 0", lambda a, k=k: max(a - k, 0))  # type: ignore[misc]
        less: tuple[str, Spec] = (f"${k:02X} minus A, modulo 256", lambda a, k=k: k - a)  # type: ignore[misc]
        yield Riddle(f"smaller {k}", _code(f"CMP #${k:02X}|BCC Done|LDA #${k:02X}|Done: RTS"), (low, high, up, down))
        yield Riddle(f"greater {k}", _code(f"CMP #${k:02X}|BCS Done|LDA #${k:02X}|Done: RTS"), (high, low, down, up))
        yield Riddle(f"add {k}", _code(f"CLC|ADC #${k:02X}|BCC Done|LDA #$FF|Done: RTS"), (up, down, high, less))
        yield Riddle(f"subtract {k}", _code(f"SEC|SBC #${k:02X}|BCS Done|LDA #$00|Done: RTS"), (down, up, low, less))
        yield Riddle(f"from {k}", _code(f"EOR #$FF|SEC|ADC #${k:02X}|RTS"), (less, down, up, low))


def _reversed(a: int) -> int:
    return int(f"{a & 0xFF:08b}"[::-1], 2)


def _signed(a: int, bits: int = 8) -> int:
    return a - (1 << bits) if a >> bits - 1 & 1 else a


_SWAP: tuple[str, Spec] = ("A with its two nibbles exchanged", lambda a: a >> 4 | a << 4)
_REVERSE: tuple[str, Spec] = ("A with its bits in the opposite order", _reversed)
_ROTATE: tuple[str, Spec] = ("A rotated left by one bit, the top bit coming in below", lambda a: a << 1 | a >> 7)
_ABSOLUTE: tuple[str, Spec] = ("the absolute value of A taken as signed", lambda a: abs(_signed(a)))
_NEGATE: tuple[str, Spec] = ("A negated (two's complement)", lambda a: -a)
_COMPLEMENT: tuple[str, Spec] = ("A with every bit inverted", lambda a: ~a)
_TOP: tuple[str, Spec] = ("1 where bit 7 of A is set, otherwise 0", lambda a: a >> 7)
_BOTTOM: tuple[str, Spec] = ("1 where bit 0 of A is set, otherwise 0", lambda a: a & 1)
_DROP: tuple[str, Spec] = ("A with its lowest set bit cleared", lambda a: a & a - 1)
_LOWEST: tuple[str, Spec] = ("the lowest set bit of A alone", lambda a: a & -a)
_ONES: tuple[str, Spec] = ("how many bits of A are set", lambda a: a.bit_count())
_ZEROS: tuple[str, Spec] = ("how many bits of A are clear", lambda a: 8 - a.bit_count())
_LENGTH: tuple[str, Spec] = ("the place of A's highest set bit, counted from 1", lambda a: a.bit_length())
_HALF: tuple[str, Spec] = ("half of A taken as signed, rounded down", lambda a: _signed(a) >> 1)
_UNSIGNED_HALF: tuple[str, Spec] = ("half of A taken as unsigned, rounded down", lambda a: a >> 1)
_PARITY: tuple[str, Spec] = ("1 where an odd number of A's bits is set, otherwise 0", lambda a: a.bit_count() & 1)


def _bits() -> Iterator[Riddle]:
    yield Riddle("nibbles", _code("ASL A|ADC #$80|ROL A|ASL A|ADC #$80|ROL A|RTS"), (_SWAP, _REVERSE, _ROTATE, _HALF))
    yield Riddle(
        "reverse",
        _code("LDX #$08|Next: LSR A|ROL $10|DEX|BNE Next|LDA $10|RTS"),
        (_REVERSE, _SWAP, _ROTATE, _COMPLEMENT),
    )
    yield Riddle("rotate", _code("CMP #$80|ROL A|RTS"), (_ROTATE, _HALF, _SWAP, _TOP))
    yield Riddle(
        "absolute", _code("CMP #$00|BPL Done|EOR #$FF|INC A|Done: RTS"), (_ABSOLUTE, _NEGATE, _COMPLEMENT, _TOP)
    )
    yield Riddle("negate", _code("EOR #$FF|INC A|RTS"), (_NEGATE, _COMPLEMENT, _ABSOLUTE, _LOWEST))
    yield Riddle("top", _code("ASL A|LDA #$00|ROL A|RTS"), (_TOP, _BOTTOM, _PARITY, _UNSIGNED_HALF))
    yield Riddle("bottom", _code("LSR A|LDA #$00|ADC #$00|RTS"), (_BOTTOM, _TOP, _PARITY, _UNSIGNED_HALF))
    yield Riddle("drop", _code("STA $10|DEC A|AND $10|RTS"), (_DROP, _LOWEST, _COMPLEMENT, _ONES))
    yield Riddle("lowest", _code("STA $10|EOR #$FF|INC A|AND $10|RTS"), (_LOWEST, _DROP, _NEGATE, _LENGTH))
    yield Riddle(
        "ones",
        _code("LDX #$00|LDY #$08|Next: LSR A|BCC Skip|INX|Skip: DEY|BNE Next|TXA|RTS"),
        (_ONES, _ZEROS, _LENGTH, _PARITY),
    )
    yield Riddle(
        "length",
        _code("LDX #$00|Next: CMP #$00|BEQ Done|INX|LSR A|BRA Next|Done: TXA|RTS"),
        (_LENGTH, _ONES, _ZEROS, _TOP),
    )
    yield Riddle(
        "parity",
        _code("STA $10|LDA #$00|LDX #$08|Next: LSR $10|ADC #$00|DEX|BNE Next|AND #$01|RTS"),
        (_PARITY, _BOTTOM, _ONES, _TOP),
    )
    yield Riddle("signed half", _code("CMP #$80|ROR A|RTS"), (_HALF, _UNSIGNED_HALF, _ROTATE, _SWAP))


def _digit(a: int) -> int:
    return ord(f"{a & 0x0F:X}")


_HEX: tuple[str, Spec] = ("the ASCII code of the hexadecimal digit in A's low nibble", _digit)
_DECIMAL: tuple[str, Spec] = ("the ASCII code of A modulo 10 as a digit", lambda a: 0x30 + a % 10)
_UPPER: tuple[str, Spec] = ("A's upper nibble as a number from 0 to 15", lambda a: a >> 4)
_FROM_BCD: tuple[str, Spec] = (
    "the number that A writes in BCD, as a binary number",
    lambda a: (a >> 4) * 10 + (a & 15),
)
_LETTER: tuple[str, Spec] = ("A's low nibble with $30 set above it", lambda a: 0x30 | a & 0x0F)


def _digits() -> Iterator[Riddle]:
    yield Riddle(
        "hex digit",
        _code("AND #$0F|CMP #$0A|BCC Digit|ADC #$06|Digit: ADC #$30|RTS"),
        (_HEX, _DECIMAL, _LETTER, _UPPER),
    )
    yield Riddle("letter", _code("AND #$0F|ORA #$30|RTS"), (_LETTER, _HEX, _DECIMAL, _UPPER))
    yield Riddle("upper", _code("LSR A|LSR A|LSR A|LSR A|RTS"), (_UPPER, _SWAP, _LETTER, _FROM_BCD))
    yield Riddle(
        "from BCD",
        _code("STA $10|AND #$F0|LSR A|STA $11|LSR A|LSR A|CLC|ADC $11|STA $11|LDA $10|AND #$0F|CLC|ADC $11|RTS"),
        (_FROM_BCD, _UPPER, _SWAP, _HEX),
    )


_BYTES: tuple[str, Spec] = ("A with its two bytes exchanged", lambda a: a >> 8 | a << 8)
_HIGH: tuple[str, Spec] = ("the high byte of A as a number below 256", lambda a: a >> 8)
_LOW: tuple[str, Spec] = ("the low byte of A as a number below 256", lambda a: a & 0xFF)
_NEGATE_16: tuple[str, Spec] = ("A negated (two's complement, 16 bits)", lambda a: -a)
_ROTATE_16: tuple[str, Spec] = ("A rotated left by one bit within 16 bits", lambda a: a << 1 | a >> 15)
_HALF_16: tuple[str, Spec] = ("half of A taken as signed 16 bits, rounded down", lambda a: _signed(a, 16) >> 1)
_SIGN: tuple[str, Spec] = ("the low byte of A with its sign spread over 16 bits", lambda a: _signed(a & 0xFF))


def _words() -> Iterator[Riddle]:
    for slug, code, claims in (
        ("exchange", "XBA|RTS", (_BYTES, _HIGH, _LOW, _ROTATE_16)),
        ("high byte", "XBA|AND #$00FF|RTS", (_HIGH, _LOW, _BYTES, _SIGN)),
        ("low byte", "AND #$00FF|RTS", (_LOW, _HIGH, _SIGN, _BYTES)),
        ("negative word", "EOR #$FFFF|INC A|RTS", (_NEGATE_16, _BYTES, _HALF_16, _SIGN)),
        ("rotated word", "ASL A|ADC #$0000|RTS", (_ROTATE_16, _HALF_16, _BYTES, _NEGATE_16)),
        ("half a word", "CMP #$8000|ROR A|RTS", (_HALF_16, _ROTATE_16, _HIGH, _SIGN)),
        ("spread sign", "AND #$00FF|EOR #$0080|SEC|SBC #$0080|RTS", (_SIGN, _LOW, _NEGATE_16, _HIGH)),
    ):
        yield Riddle(slug, _code(code), claims, wide=True)
