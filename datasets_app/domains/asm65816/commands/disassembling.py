"""`afs asm disasm`: bytes back to a text."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from afsweb.refusal import Refusal
from afsweb.terminal import Verbs
from datasets_app.domains.asm65816.commands.reading import UNTRUSTED, hexadecimal, read_data
from datasets_app.domains.asm65816.disassembler import disassemble

_BANK = "Cut out the bank that you want to read."


class NeitherFileNorBytes(Refusal):
    """“{what}” is neither a file nor bytes in hexadecimal, two digits each, such as A90F8D0021."""


def add_verb(verbs: Verbs) -> None:
    """Register `afs asm disasm`."""
    verb = verbs.add_parser("disasm", help="bytes to a text that assembles to them again")
    verb.add_argument("code", nargs="+", metavar="FILE|HEX", help="a file of bytes, or bytes in hexadecimal")
    verb.add_argument("--origin", type=hexadecimal(6), default=0x8000, metavar="HEX", help="008000 unless given")
    add_widths(verb, "--x")
    verb.add_argument("--labels", action=argparse.BooleanOptionalAction, default=True, help="name where branches lead")
    verb.set_defaults(run=disassemble_command)


def add_widths(verb: argparse.ArgumentParser, index: str, default: int | None = 8) -> None:
    """Add the widths of A (--m) and of X and Y (`index`) in bits."""
    unless = f"{default} unless given" if default else "as the code's own operands tell unless given"
    verb.add_argument("--m", type=int, choices=(8, 16), default=default, help=f"bits of A; {unless}")
    verb.add_argument(index, type=int, choices=(8, 16), default=default, help=f"bits of X and Y; {unless}")


def disassemble_command(arguments: argparse.Namespace) -> None:
    """Print the text."""
    code = _code(arguments.code)
    widths = {"m": arguments.m == 8, "x": arguments.x == 8}
    print(disassemble(code, origin=arguments.origin, labels=arguments.labels, **widths), end="")


def _code(words: list[str]) -> bytes:
    if len(words) == 1 and Path(words[0]).exists():
        return read_data(words[0], most=UNTRUSTED, advice=_BANK)
    text = "".join(words)
    if not re.fullmatch(r"(?:\$?[0-9A-Fa-f]{2}[\s,]*)+", text):
        raise NeitherFileNorBytes(what=" ".join(words)[:80])
    return bytes.fromhex(re.sub(r"[$,\s]", "", text))
