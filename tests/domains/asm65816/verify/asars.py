"""Stand-ins for asar: programs that take its arguments and speak as it does, right, wrong, or not at all."""

from __future__ import annotations

import sys
from pathlib import Path

SAYS_VERSION = "print('Asar 1.91, originally developed by Alcaro, maintained by Asar devs.')"


def stand_in(folder: Path, does: str, version: str = SAYS_VERSION) -> Path:
    """A program that does this with `text` (what it was given) and `rom` (where its bytes go); --version does that."""
    program = folder / "stand-in"
    program.write_text(
        f"#!{sys.executable}\n"
        "import os, pathlib, signal, sys, time\n"
        "def error(*lines):\n"
        "    print(*lines, sep='\\n', file=sys.stderr)\n"
        "    sys.exit(1)\n"
        "if sys.argv[1:] == ['--version']:\n"
        f"    {version}\n"
        "    sys.exit()\n"
        f"pathlib.Path({str(folder / 'asked')!r}).open('a').write(repr(sys.argv[1:]) + '\\n')\n"
        "assert sys.argv[1] == '--fix-checksum=off'\n"
        "text, rom = (pathlib.Path(name) for name in sys.argv[2:])\n"
        f"pathlib.Path({str(folder / 'text')!r}).write_text(text.read_text())\n"
        f"{does}\n"
    )
    program.chmod(0o755)
    return program


def times_asked(folder: Path) -> int:
    """How often the stand-in of a folder was given a text."""
    note = folder / "asked"
    return note.read_text().count("\n") if note.exists() else 0


def writes(code: str) -> str:
    """It makes these bytes, in hexadecimal."""
    return f"rom.write_bytes(bytes.fromhex({code!r}))"
