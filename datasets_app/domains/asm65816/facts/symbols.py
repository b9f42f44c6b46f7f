"""A project's own names for addresses, as the user imports them: JSON or a WLA symbol file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from datasets_app.domains.asm65816.registers import Register

AREA = "symbol"
_SHOWN = 5

_ADDRESS = re.compile(r"(?:\$|0[xX])?([0-9A-Fa-f]{2}):?([0-9A-Fa-f]{4})|(?:\$|0[xX])([0-9A-Fa-f]{1,4})")
_LABEL_LINE = re.compile(r"([0-9A-Fa-f]{2}):([0-9A-Fa-f]{4})\s+(\S+)")
_SECTION = re.compile(r"\[([A-Za-z][\w -]*)\]")
_NAME = re.compile(r"[A-Za-z_.:][\w.:$]*")
_TELLING = re.compile(r"[A-Z_0-9]")


class BadSymbols(ValueError):
    """The symbol map cannot be read. {problems}"""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        shown = " ".join(self.problems[:_SHOWN])
        rest = len(self.problems) - _SHOWN
        super().__init__(f"The symbol map cannot be read. {shown}" + (f" And {rest} more." if rest > 0 else ""))


@dataclass(frozen=True)
class Symbols:
    """Names of a project: pairs of (24-bit address, name). An address may have several names, a name several places."""

    pairs: tuple[tuple[int, str], ...]

    def __len__(self) -> int:
        return len(self.pairs)

    def at(self, address: int) -> tuple[str, ...]:
        """Return the names at an address; the mirrors of work RAM ($0000-$1FFF, $7E:0000-1FFF) are one place."""
        return self._names.get(_place(address), ())

    def addresses_of(self, name: str) -> tuple[int, ...]:
        """Return the addresses of a name, written exactly as in the map."""
        return self._addresses.get(name, ())

    def registers_at(self, address: int) -> tuple[Register, ...]:
        """Return what claims are judged by at an address: its first name with the others as aliases."""
        names = self.at(address)
        return (_as_register(address, names),) if names else ()

    def registers_named(self, name: str) -> tuple[Register, ...]:
        """Return what claims are judged by for a name. Only a telling one: `Main` and `LINKX`, not `main`."""
        if len(name) < 3 or not _TELLING.search(name):
            return ()
        return tuple(_as_register(address, self.at(address)) for address in self.addresses_of(name))

    @cached_property
    def _names(self) -> Mapping[int, tuple[str, ...]]:
        found: dict[int, tuple[str, ...]] = {}
        for address, name in self.pairs:
            found[_place(address)] = (*found.get(_place(address), ()), name)
        return found

    @cached_property
    def _addresses(self) -> Mapping[str, tuple[int, ...]]:
        found: dict[str, tuple[int, ...]] = {}
        for address, name in self.pairs:
            found[name] = (*found.get(name, ()), address)
        return found


def parse_symbols(text: str) -> Symbols:
    """Read JSON `{"$7E0000": "NAME"}` or a WLA symbol file (`[labels]`, `00:8000 Name`); BadSymbols names the lines.

    A hardware register's name may stand in it; claims about it are judged by the hardware.
    """
    entries = (
        _from_json(text) if text.lstrip()[:1] in ("{", "[") and not _SECTION.match(text.lstrip()) else _from_wla(text)
    )
    pairs: dict[tuple[int, str], None] = {}
    problems = []
    for line, address, name, problem in entries:
        if not problem and not _NAME.fullmatch(name):
            problem = f"“{name}” is no name."
        if problem:
            problems.append(f"Line {line}: {problem}")
        else:
            pairs[address, name] = None
    if problems:
        raise BadSymbols(problems)
    if not pairs:
        raise BadSymbols(['It holds no names. Expected JSON like {"$7E0000": "NAME"} or lines like “00:8000 Name”.'])
    return Symbols(tuple(pairs))


def _from_json(text: str) -> Iterator[tuple[int, int, str, str]]:
    try:
        pairs = json.loads(text, object_pairs_hook=list)
    except json.JSONDecodeError as error:
        raise BadSymbols([f"Line {error.lineno}: this is not JSON ({error.msg})."]) from error
    if not isinstance(pairs, list) or not all(isinstance(pair, tuple) for pair in pairs):
        raise BadSymbols(['Line 1: expected an object like {"$7E0000": "NAME"}.'])
    place = 0
    for key, name in pairs:
        place = max(place, text.find(json.dumps(key), place))
        line = text.count("\n", 0, place) + 1
        address = _parse(key)
        if address is None:
            yield line, 0, "", f"“{key}” is no address; write it like $7E0000."
        elif not isinstance(name, str):
            yield line, 0, "", f"{key} needs a name in quotes."
        else:
            yield line, address, name, ""


def _from_wla(text: str) -> Iterator[tuple[int, int, str, str]]:
    section = "labels"
    for number, line in enumerate(text.splitlines(), 1):
        line = line.split(";", 1)[0].strip()
        heading = _SECTION.fullmatch(line)
        if heading:
            section = heading[1].strip().lower()
        elif line and section == "labels":
            match = _LABEL_LINE.fullmatch(line)
            if match:
                yield number, int(match[1] + match[2], 16), match[3], ""
            else:
                yield number, 0, "", f"“{line}” is no label; expected a line like “00:8000 Name”."


def _parse(text: str) -> int | None:
    match = _ADDRESS.fullmatch(text.strip())
    return int((match[1] or "") + (match[2] or match[3]), 16) if match else None


def _place(address: int) -> int:
    """Return the one address of a place: work RAM's first 8 KB show in the system banks too."""
    return 0x7E0000 | address & 0xFFFF if address & 0xFFFF < 0x2000 and (address >> 16) & 0x7F < 0x40 else address


def _as_register(address: int, names: tuple[str, ...]) -> Register:
    first, *others = names
    return Register(_place(address), first, "RW", False, AREA, "", (), (), aliases=tuple(others))
