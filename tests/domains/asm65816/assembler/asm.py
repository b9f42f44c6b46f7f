"""What the tests of the assembler say short: the bytes of a text, the codes of what is wrong with it."""

from __future__ import annotations

from typing import Any

from datasets_app.domains.asm65816.assembler import Assembly, assemble


def code(source: str, **options: Any) -> str:
    """The bytes of a text that assembles, in hexadecimal."""
    return good(source, **options).code.hex(" ")


def good(source: str, **options: Any) -> Assembly:
    """The outcome of a text in which nothing is an error."""
    assembly = assemble(source, **options)
    assert assembly.ok, assembly.diagnostics
    return assembly


def errors(source: str, **options: Any) -> list[str]:
    """The codes of a text's errors."""
    return [one.code for one in assemble(source, **options).diagnostics if one.severity == "error"]


def warnings(source: str, **options: Any) -> list[str]:
    """The codes of what is no error, of a text that assembles."""
    return [one.code for one in good(source, **options).diagnostics]
