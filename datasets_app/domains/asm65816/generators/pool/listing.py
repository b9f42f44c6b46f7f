"""Lines of code as text, in a style."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from random import Random

from datasets_app.domains.asm65816.generators.pool.family import Family, Values
from datasets_app.domains.asm65816.generators.pool.labels import rename_labels
from datasets_app.domains.asm65816.generators.pool.lines import Code, Line
from datasets_app.domains.asm65816.generators.pool.style import Style
from datasets_app.domains.asm65816.registers import Register, all_registers, register_at

_ADDRESS = re.compile(r"(?<![#\w$!])\$([0-9A-F]{2,6})\b")
_NUMBER = re.compile(r"\$[0-9A-F]+")
_UNSIZED = {"REP", "SEP", "MVN", "MVP", "PEA", "PER", "PEI", "COP", "BRK", "JMP", "JML", "JSR", "JSL"}
_SUFFIX = {2: ".b", 4: ".w", 6: ".l"}
_DATA = ("DB", "DW")


@dataclass(frozen=True, slots=True)
class Listing:
    """Code as text. `quotes` are its instructions as prose cites them, `rows` the lines (from 1) they stand on."""

    text: str
    name: str
    quotes: tuple[str, ...]
    rows: tuple[int, ...]


def write_listing(code: Code, family: Family, values: Values, style: Style) -> Listing:
    """Write a routine under its name; every style assembles to the same bytes."""
    rng = Random(f"listing:{style.seed}:{family.slug}")
    name = rng.choice(family.names)
    symbols = _symbols(family, values, style)
    shown = [_shown(line, symbols, style) for line in rename_labels(code, name, style, rng)]
    used = {word for line in shown for word in re.findall(r"!\w+", line.operand)}
    rows = [f"{word} = {_hex(hexed, style)}" for word, hexed in _defines(symbols).items() if word in used]
    rows += [""] if rows and style.seed % 2 else []
    rows.append(f"{name}:")
    quotes, places = [], []
    for before, line in zip(code, shown, strict=True):
        comment = _comment(before, style)
        made = list(_rows(line, comment, style))
        quotes.append(_instruction(line))
        rows += made
        places.append(len(rows))
    return Listing("\n".join(rows), name, tuple(quotes), tuple(places))


def quote(line: Line, family: Family, values: Values, style: Style) -> str:
    """Return an instruction as it stands in a listing of this style; one with a label without its operand."""
    if "." in line.operand:
        return line.op.lower() if style.lower else line.op
    return _instruction(_shown(line, _symbols(family, values, style), style))


def _symbols(family: Family, values: Values, style: Style) -> dict[int, str]:
    """The names of all addresses that places cover, those behind the first byte as a sum; none where style has none."""
    names: dict[int, str] = {}
    if not style.named:
        return names
    rng = Random(f"names:{style.seed}:{family.slug}")
    taken: set[str] = set()
    for key, place in family.places.items():
        name = rng.choice([one for one in place.names if one not in taken])
        taken.add(name)
        for offset in range(place.bytes_of(values)):
            names[values[key] + offset] = f"!{name}+{offset}" if offset else f"!{name}"
    return names


def _defines(symbols: Mapping[int, str]) -> dict[str, str]:
    """Every define that a listing may need, with its value."""
    defines = {name: f"${at:0{4 if at < 0x10000 else 6}X}" for at, name in symbols.items() if "+" not in name}
    direct = {name: f"${at:02X}" for at, name in symbols.items() if "+" not in name and at < 0x100}
    return defines | direct | _registers()


@cache
def _registers() -> dict[str, str]:
    return {f"!{register.name}": register.label for register in all_registers()}


def _shown(line: Line, symbols: Mapping[int, str], style: Style) -> Line:
    suffix = line.suffix or (_suffix(line) if style.suffixes else "")
    operand = line.operand
    if symbols and line.op not in ("MVN", "MVP") and not operand.endswith(",S"):
        operand = _ADDRESS.sub(lambda match: _named(match, symbols), operand)
    operand = _NUMBER.sub(lambda match: _hex(match[0], style), operand)
    op, suffix = (line.op.lower(), suffix) if style.lower or line.op in _DATA else (line.op, suffix)
    return replace(line, op=op, operand=_index_case(operand, style), suffix=suffix)


def _named(match: re.Match[str], symbols: Mapping[int, str]) -> str:
    address = int(match[1], 16)
    register = _register(match[0])
    return symbols.get(address) or (f"!{register.name}" if register else match[0])


def _register(text: str) -> Register | None:
    return register_at(int(text[1:], 16)) if len(text) == 5 else None


def _suffix(line: Line) -> str:
    number = _NUMBER.search(line.operand)
    if number is None or line.op in _UNSIZED or line.op in _DATA or line.operand.startswith(("(", "[")):
        return ""
    return _SUFFIX.get(len(number[0]) - 1, "")


def _index_case(operand: str, style: Style) -> str:
    if not style.lower:
        return operand
    return re.sub(r",[XYS]\b|^A$", lambda match: match[0].lower(), operand)


def _hex(text: str, style: Style) -> str:
    return text.lower() if style.lower_hex else text


def _comment(line: Line, style: Style) -> str:
    """The line's own comment, or the name of the register that it accesses, as often as the style wants.

    Which lines have one depends on them alone, so that two versions of a routine differ only where they must.
    """
    wanted = zlib.crc32(f"{style.seed}{line.text}".encode()) % 100 < 100 * style.comments
    register = next((one for text in _ADDRESS.findall(line.operand) if (one := _register(f"${text}"))), None)
    comment = line.comment or (register.name if register and not style.named else "")
    return comment if wanted else ""


def _instruction(line: Line) -> str:
    return f"{line.op}{line.suffix} {line.operand}".strip()


def _rows(line: Line, comment: str, style: Style) -> list[str]:
    label = line.label
    if label and not label.startswith(("+", "-")) and style.labels != "bare":
        label += ":"
    rows = [label] if label and (style.own_line or not line.op) else []
    if line.op:
        lead = style.indent if rows or not label else f"{label} "
        rows.append(_with_comment(lead + _instruction(line), comment, style))
    return rows


def _with_comment(code: str, comment: str, style: Style) -> str:
    if not comment:
        return code
    return f"{code.ljust(style.column)}{'' if style.column > len(code) else ' '}; {comment}"
