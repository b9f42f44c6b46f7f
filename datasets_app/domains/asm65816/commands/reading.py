"""What the commands are given: texts, bytes in hexadecimal, numbers."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from pathlib import Path

from afsweb.refusal import Refusal

UNTRUSTED = 64 * 1024
"""Bytes of a text that nobody has read."""

_STDIN = "-"


class NoSuchFile(Refusal):
    """There is no file {path}: name one, or give - and the text on standard input."""


class CannotRead(Refusal):
    """{path} cannot be read: {reason}."""


class NotText(Refusal):
    """{path} is no text in UTF-8: save it as one. `afs asm disasm` takes bytes."""


class NothingInIt(Refusal):
    """{path} is empty: there is nothing to do."""


class TooLarge(Refusal):
    """{path} has more than {most:,} bytes, and no more are read. {advice}"""


def read_text(name: str, *, most: int | None = UNTRUSTED, advice: str = "Give one routine at a time.") -> str:
    """Return the text of a file, or of standard input for “-”; `most` bounds its bytes, None does not.

    Raises NoSuchFile, CannotRead, NotText, NothingInIt, TooLarge.
    """
    path = shown_name(name)
    try:
        text = sys.stdin.read() if name == _STDIN else _read(name, most).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotText(path=path) from None
    if not text.strip():
        raise NothingInIt(path=path)
    if "\0" in text:
        raise NotText(path=path)
    if most is not None and len(text.encode("utf-8", "surrogatepass")) > most:
        raise TooLarge(path=path, most=most, advice=advice)
    return text


def shown_name(name: str) -> str:
    """How a file is called in a sentence."""
    return "standard input" if name == _STDIN else name


def read_data(name: str, *, most: int, advice: str) -> bytes:
    """Return the bytes of a file. Raises NoSuchFile, CannotRead, NothingInIt, TooLarge."""
    data = _read(name, most)
    if not data:
        raise NothingInIt(path=name)
    if len(data) > most:
        raise TooLarge(path=name, most=most, advice=advice)
    return data


def _read(name: str, most: int | None) -> bytes:
    try:
        with Path(name).open("rb") as file:
            # A byte or two more than allowed tell that it is too much, and a mark of UTF-8 counts for nothing.
            return file.read() if most is None else file.read(most + 4)
    except (FileNotFoundError, NotADirectoryError):
        raise NoSuchFile(path=name) from None
    except (OSError, ValueError) as error:
        raise CannotRead(path=name, reason=getattr(error, "strerror", None) or error) from None


def hexadecimal(digits: int) -> Callable[[str], int]:
    """An argument that is a number of at most so many hexadecimal digits; $ or 0x may stand before it."""

    def read(text: str) -> int:
        match = re.fullmatch(r"(?:\$|0[xX])?([0-9A-Fa-f]+)", text.strip())
        if match is None or len(match[1].lstrip("0")) > digits:
            highest = f"{16**digits - 1:X}"
            raise argparse.ArgumentTypeError(f"“{text}” is no hexadecimal number from 0 to {highest}")
        return int(match[1], 16)

    return read


def placed_bytes(text: str) -> dict[int, int]:
    """An argument such as 7E0010=05 or 7E0010=05FF: bytes from a 24-bit address on, all in hexadecimal."""
    address, equals, data = text.partition("=")
    at = hexadecimal(6)(address)
    pairs = re.fullmatch(r"(?:\$|0[xX])?((?:[0-9A-Fa-f]{2}[ ,]?)+)", data.strip())
    if not equals or pairs is None:
        raise argparse.ArgumentTypeError(f"“{text}” is no address with its bytes, such as 7E0010=05")
    values = bytes.fromhex(pairs[1].replace(",", " "))
    return {at & 0xFF0000 | at + offset & 0xFFFF: value for offset, value in enumerate(values)}
