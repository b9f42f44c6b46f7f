"""A diagnostic as a compiler shows it: the line, a caret below it, the hint."""

from __future__ import annotations

from datasets_app.domains.asm65816.assembler.result import Diagnostic


def render(diagnostic: Diagnostic, source: str) -> str:
    """Return a diagnostic with the line of the source that it is about and a caret under the column.

    Tabs of the line stay tabs above the caret, so that both stand in one column.
    """
    lines = source.replace("\r", "").split("\n")
    head = f"{diagnostic.severity}[{diagnostic.code}]: {diagnostic.message}"
    parts = [head, f"  line {diagnostic.line}, column {diagnostic.column}"]
    if 1 <= diagnostic.line <= len(lines):
        text, number = lines[diagnostic.line - 1], str(diagnostic.line)
        before = "".join("\t" if character == "\t" else " " for character in text[: diagnostic.column - 1])
        parts += [f"  {number} | {text}", f"  {' ' * len(number)} | {before}^"]
    if diagnostic.hint:
        parts.append(f"  hint: {diagnostic.hint}")
    return "\n".join(parts)
