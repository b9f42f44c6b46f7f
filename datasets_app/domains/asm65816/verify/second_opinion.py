"""What asar makes of a block, beside what our assembler makes of it. Its opinion never changes a level."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from afsweb.refusal import Refusal
from datasets_app.domains.asm65816.assembler import Assembly, assemble
from datasets_app.domains.asm65816.assembler.limits import MODEL_OUTPUT
from datasets_app.domains.asm65816.assembler.mapping import MAPPERS
from datasets_app.domains.asm65816.opcodes import Mode
from datasets_app.domains.asm65816.verify.asar import Answer, Asar, AsarMissing, ask, find_asar
from datasets_app.domains.asm65816.verify.code import Examined
from datasets_app.domains.asm65816.verify.rungs import Rung
from datasets_app.domains.base import Finding, FindingLevel

MOST = 8
"""Blocks of one text that asar is asked about."""

_PARENT = "Afs_parent"
"""Stands before sublabels whose label print leaves out."""
_STUBS_FROM = 0x00E000
_RELATIVE = {Mode.RELATIVE_8, Mode.RELATIVE_16}
_MAPPER = re.compile(r"(?m)(?:^|:)\s*(lorom|hirom|exlorom|exhirom|norom|sa1rom|fullsa1rom|sfxrom)\b", re.IGNORECASE)
# A text of nobody's may not make asar open files; our own assembler refuses them, but asar would not.
_READS_FILES = re.compile(r"\b(?:inc(?:src|bin)|table|read\d?|readfile\w*|canread\w*|filesize|getfilestatus)\b", re.I)
_NAME = re.compile(r"[A-Za-z_]\w*")
_CHECKSUM = range(0x7FDC, 0x7FE0)


@dataclass(frozen=True, slots=True)
class _Whole:
    """A text that needs nothing from elsewhere; `before` lines stand before those of the block."""

    text: str
    before: int
    assembly: Assembly


def second_opinion(examined: Sequence[Examined]) -> tuple[list[Finding], dict[str, str]]:
    """Return what asar says about the blocks, at most MOST of them, and its version; nothing where it is not here."""
    try:
        asar = find_asar()
        return [found for one in examined[:MOST] for found in _opinions(asar, one)], {"asar": asar.version}
    except AsarMissing:
        return [], {}
    except Refusal as refusal:
        return [Finding("warn", "asar_unavailable", str(refusal), rung=Rung.MEASURE)], {}


def _opinions(asar: Asar, one: Examined) -> list[Finding]:
    whole = _whole(one)
    return list(_compared(asar, ask(asar, whole.text), whole, one)) if whole else []


def _whole(one: Examined) -> _Whole | None:
    """The block with what it does not define; None where that cannot be written, or asar might open files.

    Both assemblers get the same text, so their bytes are comparable whatever stands for what is missing.
    """
    source, assembly = one.block.source, one.assembly
    if _READS_FILES.search(source) or any(name.startswith("limit_") for name in _codes(assembly)):
        return None
    stubs = list(_stubs(assembly))
    if None in stubs:
        return None
    lines = ["lorom", "org $008000", *(line for line in stubs if line)]
    if "label_missing_parent" in _codes(assembly) or any(name.startswith("_") for name in assembly.stubbed):
        lines.append(f"{_PARENT}:")
    text = "\n".join([*lines, source, ""])
    whole = assemble(text, limits=MODEL_OUTPUT)
    # What stands in may itself be wrong, such as too far away for a branch: then nothing is learnt.
    return _Whole(text, len(lines), whole) if whole.ok == assembly.ok else None


def _stubs(assembly: Assembly) -> Iterator[str | None]:
    """A line for each name that is missing; None for one that no line can stand for, such as a macro."""
    branches: dict[str, int] = {}
    for row in assembly.instructions:
        if row.opcode.mode in _RELATIVE and row.label in assembly.stubbed:
            branches.setdefault(row.label, row.address)
    for number, name in enumerate(assembly.stubbed):
        address = f"${branches.get(name, _STUBS_FROM + 4 * number):06X}"
        if name.startswith("!"):
            yield f"{name} = ${_STUBS_FROM + 4 * number:04X}"
        elif _NAME.fullmatch(name):
            yield f"{_PARENT * name.startswith('_')}{name} = {address}"
        else:
            yield None


def _compared(asar: Asar, answer: Answer, whole: _Whole, one: Examined) -> Iterator[Finding]:
    ours, line = whole.assembly, one.block.line
    if answer.line is not None and answer.line > whole.before:
        line += answer.line - whole.before - 1
    if answer.rom is None and not ours.ok:
        yield _finding("ok", "asar_agrees", f"asar {asar.version} refuses this code, too: {answer.error}", line)
    elif answer.rom is None:
        yield _finding("warn", "asar_disagrees", f"asar {asar.version} refuses this code: {answer.error}", line)
    elif not one.assembly.ok:
        said = next(d for d in one.assembly.diagnostics if d.severity == "error")
        message = f"asar {asar.version} assembles this code, in which an error was found here: {said.message}"
        yield _finding("warn", "asar_disagrees", message, one.block.line + said.line - 1)
    elif mapper := _mapper(one.block.source):
        yield _bytes_finding(asar, answer.rom, ours, mapper, whole, one)


def _bytes_finding(asar: Asar, rom: bytes, ours: Assembly, mapper: str, whole: _Whole, one: Examined) -> Finding:
    to_file = MAPPERS[mapper].to_file
    made = {to_file(start + at): (start + at, byte) for start, data in ours.blocks for at, byte in enumerate(data)}
    for offset, (address, byte) in sorted(made.items()):
        if offset >= len(rom) or rom[offset] != byte:
            found = f"${rom[offset]:02X}" if offset < len(rom) else "nothing"
            message = f"asar {asar.version} makes other bytes: at ${address:06X} it has {found}, not ${byte:02X}."
            return _finding("warn", "asar_disagrees", message, _line_of(ours, address, whole, one))
    more = next((at for at, byte in enumerate(rom) if byte and at not in made and at not in _CHECKSUM), None)
    if more is not None:
        message = f"asar {asar.version} makes more bytes: ${rom[more]:02X} at {more:#x} of its file."
        return _finding("warn", "asar_disagrees", message, one.block.line)
    message = f"asar {asar.version} makes the same {len(ours.code):,} bytes of this code."
    return _finding("ok", "asar_agrees", message, one.block.line)


def _line_of(ours: Assembly, address: int, whole: _Whole, one: Examined) -> int:
    rows = [row for row in ours.instructions if row.address <= address < row.address + len(row.data)]
    return one.block.line + max(rows[0].line - whole.before - 1, 0) if rows else one.block.line


def _mapper(source: str) -> str | None:
    """The one memory map that a text uses; None where it uses several, or one that our assembler does not know."""
    names = {name.lower() for name in _MAPPER.findall(source)} or {"lorom"}
    return names.pop() if len(names) == 1 and names <= MAPPERS.keys() else None


def _codes(assembly: Assembly) -> Iterable[str]:
    return (one.code for one in assembly.diagnostics)


def _finding(level: FindingLevel, code: str, message: str, line: int) -> Finding:
    return Finding(level, code, message, line, rung=Rung.MEASURE)
