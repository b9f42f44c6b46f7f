"""Lookup of the SNES hardware registers, by address and by name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from datasets_app.domains.asm65816.register_table import (
    ACCESS_SOURCES,
    AGREED,
    ALIASES,
    BITS_SOURCES,
    DISAGREEMENTS,
    DISPUTED_ACCESS,
    DISPUTED_NAMES,
    DISPUTED_TWICE,
    PER_CHANNEL,
    PURPOSE_SOURCES,
    SINGLE,
    WORDS,
)

SOURCES = {
    "f": "fullsnes",
    "a": "Anomie's register doc",
    "s": "superfamicom wiki",
    "u": "ALTTP disassembly",
    "n": "SNESdev wiki",
    "h": "header files",
}

_ADDRESS = re.compile(r"(?:\$|0[xX])?(?:([0-9A-Fa-f]{2}):?)?([0-9A-Fa-f]{4})[hH]?")


@dataclass(frozen=True, slots=True)
class Bits:
    """A field of a register: bits `high` down to `low`, and what they mean."""

    high: int
    low: int
    meaning: str

    def __str__(self) -> str:
        return f"bit {self.high}" if self.high == self.low else f"bits {self.high}-{self.low}"


@dataclass(frozen=True, slots=True)
class Register:
    """One hardware register.

    `access` is R, W or RW; `twice`: two accesses make one value. `aliases` name this register alone, `words` a 16-bit
    pair it belongs to; `patterns` (DMAPx, DMAPn) this register of any channel; `disputed` are names that one source
    """

    address: int
    name: str
    access: str
    twice: bool
    area: str
    purpose: str
    bits: tuple[Bits, ...]
    sources: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    disputed: tuple[str, ...] = ()
    disputed_access: str = ""
    disputed_twice: bool = False
    disagreement: str = ""
    provenance: Mapping[str, tuple[str, ...]] = field(default_factory=dict, compare=False)

    @property
    def label(self) -> str:
        """The address as people write it: $2100."""
        return f"${self.address:04X}"

    @property
    def names(self) -> tuple[str, ...]:
        """The name and the aliases."""
        return (self.name, *self.aliases)


def all_registers() -> tuple[Register, ...]:
    """Return all 192 registers in address order."""
    return tuple(_by_address().values())


def register_at(address: int) -> Register | None:
    """Return the register at a 16-bit address, or a 24-bit one whose bank shows the registers (00-3F, 80-BF)."""
    if (address >> 16) & 0x7F > 0x3F:
        return None
    return _by_address().get(address & 0xFFFF)


def register_named(name: str) -> Register | None:
    """Return the register of that name or alias in any case; a word's name gives its low register."""
    found = registers_named(name)
    return found[0] if found else None


def registers_named(name: str) -> tuple[Register, ...]:
    """Return every register the name covers: one for a name or an alias, the pair or more for a word."""
    return _by_name().get(name.upper(), ())


def parse_address(text: str) -> int | None:
    """Read `$2100`, `2100`, `0x2100`, `2100h`, `$002100` or `$00:2100`; None when it is no address. Any value."""
    match = _ADDRESS.fullmatch(text.strip())
    return int((match[1] or "") + match[2], 16) if match else None


def find_register(text: str) -> Register | None:
    """Return the register that an address or a name means, or None."""
    named = register_named(text.strip())
    if named:
        return named
    address = parse_address(text)
    return None if address is None else register_at(address)


@cache
def _by_address() -> dict[int, Register]:
    registers = [*_single(), *_per_channel()]
    return {register.address: register for register in sorted(registers, key=lambda r: r.address)}


@cache
def _by_name() -> dict[str, tuple[Register, ...]]:
    found: dict[str, tuple[Register, ...]] = {}
    for register in all_registers():
        for name in register.names:
            found[name.upper()] = (register,)
        for name in (*register.words, *register.patterns):
            found[name.upper()] = (*found.get(name.upper(), ()), register)
    return found


def _rows(table: str, sep: str) -> Iterator[list[str]]:
    for line in table.strip().splitlines():
        yield line.split(sep)


def _single() -> Iterator[Register]:
    for address, *rest in _rows(SINGLE, "|"):
        yield _build(int(address, 16), address, None, *rest)


def _per_channel() -> Iterator[Register]:
    for offset, *rest in _rows(PER_CHANNEL, "|"):
        for channel in range(8):
            yield _build(0x4300 + channel * 16 + int(offset, 16), f"43x{offset}", channel, *rest)


def _build(
    address: int, key: str, channel: int | None, name: str, access: str, sources: str, bits: str, purpose: str
) -> Register:
    def on_channel(text: str) -> str:
        return text if channel is None else text.replace("x", str(channel))

    aliases = {on_channel(other): who for at, other, who in _rows(ALIASES, " ") if at == key}
    words = tuple(word for low, word in _word_rows() if key in _word_keys(low, word))
    patterns = () if channel is None else (name, *(other for at, other, _ in _rows(ALIASES, " ") if at == key), *words)
    return Register(
        address=address,
        name=on_channel(name),
        access=access.removesuffix("x2"),
        twice=access.endswith("x2"),
        area=_area(address),
        purpose=purpose if channel is None else f"{purpose}, channel {channel}",
        bits=tuple(_bits(bits)),
        sources=_named(sources),
        aliases=tuple(aliases),
        words=tuple(map(on_channel, words)),
        patterns=tuple(text.replace("x", mark) for text in patterns for mark in "xn"),
        disputed=DISPUTED_NAMES.get(key, ()),
        disputed_access=DISPUTED_ACCESS.get(key, ""),
        disputed_twice=key in DISPUTED_TWICE,
        disagreement=DISAGREEMENTS.get(key, ""),
        provenance={
            "name": _named(sources),
            "access": _named(ACCESS_SOURCES.get(key, AGREED)),
            "bits": _named(next((who for who, keys in BITS_SOURCES.items() if key in keys.split()), AGREED)),
            "purpose": _named(PURPOSE_SOURCES),
            **{alias: _named(who) for alias, who in aliases.items()},
        },
    )


def _named(letters: str) -> tuple[str, ...]:
    return tuple(SOURCES[letter] for letter in letters)


def _area(address: int) -> str:
    if address >= 0x4300 or address in (0x420B, 0x420C):
        return "DMA"
    if address >= 0x4000:
        return "CPU"
    return "PPU" if address < 0x2140 else "APU" if address < 0x2180 else "WRAM"


def _bits(text: str) -> Iterator[Bits]:
    for part in filter(None, text.split("; ")):
        span, meaning = part.split(" ", 1)
        high, _, low = span.partition("-")
        yield Bits(int(high), int(low or high), meaning)


def _word_rows() -> Iterator[tuple[str, str]]:
    for low, word, _ in _rows(WORDS, " "):
        yield low, word


def _word_keys(low: str, word: str) -> tuple[str, ...]:
    # WMADD spans three registers and APUIO four; every other word is a pair.
    length = {"WMADD": 3, "WMADDR": 3, "APUIO": 4}.get(word, 2)
    return tuple(low[:-1] + f"{int(low[-1], 16) + i:X}" for i in range(length))
