"""What the commands print: diagnostics, the listing of code, tables, addresses in JSON."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

from afsweb.terminal import clean, say
from datasets_app.domains.asm65816.assembler import Assembly, Diagnostic, Placed, render

_ROW = 8
"""Bytes of data in a line of a listing."""


def say_diagnostics(diagnostics: Sequence[Diagnostic], source: str) -> None:
    """Print diagnostics on standard error as a compiler does."""
    for diagnostic in diagnostics:
        print(clean(render(diagnostic, source)), file=sys.stderr)


def count(number: int, noun: str) -> str:
    """“1 byte”, “2 bytes”."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def say_table(table: Sequence[Sequence[str]], indent: str = "") -> None:
    """Print rows in aligned columns; the first row is the heading."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        say(indent + "  ".join(clean(cell).ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def listing(assembly: Assembly, source: str) -> Iterator[str]:
    """Yield the code in lines: address, bytes, and the statement that they come from; data has no statement."""
    statements = {one.address: (one, text) for one, text in _statements(assembly.instructions, source)}
    labels: dict[int, list[str]] = {}
    for name, address in assembly.labels.items():
        labels.setdefault(address, []).append(name)
    marks = sorted({*statements, *labels})
    for start, data in assembly.blocks:
        position = 0
        while position < len(data):
            address = start + position
            yield from (f"${address:06X}  {'':23}  {name}:" for name in labels.get(address, ()))
            one, text = statements.get(address, (None, ""))
            size = len(one.data) if one else _run(address, marks)
            size = min(size, len(data) - position)
            yield f"${address:06X}  {data[position : position + size].hex(' ').upper():23}      {text}".rstrip()
            position += size
        yield from (f"${start + position:06X}  {'':23}  {name}:" for name in labels.get(start + position, ()))


def _statements(instructions: Sequence[Placed], source: str) -> Iterator[tuple[Placed, str]]:
    """Yield each instruction with its text; one that a macro or a loop repeats is written once."""
    lines = source.split("\n")
    before = (0, 0)
    for index, one in enumerate(instructions):
        here = (one.line, one.column)
        following = instructions[index + 1] if index + 1 < len(instructions) else None
        end = (
            following.column - 1 if following and following.line == one.line and following.column > one.column else None
        )
        line = lines[one.line - 1] if one.line <= len(lines) else ""
        yield one, "" if here == before else line[one.column - 1 : end].strip().removesuffix(":").rstrip()
        before = here


def _run(address: int, marks: Sequence[int]) -> int:
    return min([_ROW, *(mark - address for mark in marks if mark > address)])
