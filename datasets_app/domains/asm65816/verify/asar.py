"""asar itself, where the user has it: found, asked within bounds, and its bytes.

`AFS_ASAR` names its program or its library; without it a library called asar is looked for, then a program on the PATH.
Each text costs a process (about 20 ms for the program), so a verdict asks only where its context is `thorough`.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from ctypes.util import find_library
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from afsweb.env import env_str
from afsweb.refusal import Refusal
from afsweb.sandbox import Bounds, CannotStart, run_bounded

BOUNDS = Bounds(seconds=5.0)
OLDEST, NEWEST = (1, 80), (2, 99)
"""Versions whose dialect is near enough for a comparison."""

_LIBRARY = re.compile(r"\.(?:dll|dylib|so(?:\.\d+)*)$", re.IGNORECASE)
_CHILD = Path(__file__).with_name("asar_library.py")
_VERSION = re.compile(r"\bAsar (\d+)\.(\d+)", re.IGNORECASE)
_ERROR = re.compile(r"^(?:.*?[:/\\])?code\.asm:(?P<line>\d+): error: (?:\((?P<code>\w+)\): )?(?P<message>.*)$")
_TEXT, _ROM = "code.asm", "code.sfc"


class AsarMissing(Refusal):
    """asar is not here: put its program on the PATH, or name its program or its library in AFS_ASAR."""


class AsarUnusable(Refusal):
    """{path} cannot be asked: {reason}"""


@dataclass(frozen=True, slots=True)
class Asar:
    """An asar that answers: how it is called, and its version, such as 1.91."""

    command: tuple[str, ...]
    version: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What asar made of a text: its ROM, or None with its first error and the line that it names, from 1."""

    rom: bytes | None
    error: str = ""
    line: int | None = None


def find_asar() -> Asar:
    """Return the asar of this machine; looked for once in a process. Raises AsarMissing, AsarUnusable."""
    found = _find(env_str("AFS_ASAR", ""), os.environ.get("PATH", ""))
    if isinstance(found, Refusal):
        raise found
    return found


def ask(asar: Asar, text: str) -> Answer:
    """Have asar assemble a whole text. Raises AsarUnusable where it hangs, crashes, or says nothing sensible."""
    ended = run_bounded(
        [*asar.command, "--fix-checksum=off", _TEXT, _ROM],
        files={_TEXT: text.encode("utf-8", "replace")},
        wanted=(_ROM,),
        bounds=BOUNDS,
    )
    path = asar.command[-1]
    if ended.status is None:
        raise AsarUnusable(path=path, reason=f"it gave no answer within {BOUNDS.seconds:g} s.")
    if ended.status < 0:
        raise AsarUnusable(path=path, reason=f"it crashed (signal {-ended.status}).")
    if ended.status == 0:
        if _ROM not in ended.files:
            raise AsarUnusable(path=path, reason="it says that all is well and writes nothing.")
        return Answer(ended.files[_ROM])
    for line in (ended.err + b"\n" + ended.out).decode("utf-8", "replace").splitlines():
        if error := _ERROR.match(line.strip()):
            code = f"{error['code']}: " if error["code"] else ""
            return Answer(None, f"{code}{error['message'].strip()}", int(error["line"]))
    raise AsarUnusable(path=path, reason=f"it ended with status {ended.status} and no error that asar knows.")


@lru_cache(maxsize=8)
def _find(named: str, _path: str) -> Asar | Refusal:
    """Look again only where the settings change, because each look costs a process or two."""
    where = _absolute(named) or find_library("asar") or shutil.which("asar")
    if where is None:
        return AsarMissing()
    try:
        return _checked(where)
    except Refusal as refusal:
        return refusal


def _absolute(named: str) -> str:
    """The program runs in a folder of its own, so a path from here would lead elsewhere."""
    return str(Path(named).absolute()) if os.sep in named else named


def _checked(where: str) -> Asar:
    command = (sys.executable, "-I", str(_CHILD), where) if _LIBRARY.search(where) else (where,)
    try:
        ended = run_bounded([*command, "--version"], bounds=BOUNDS)
    except CannotStart as refusal:
        raise AsarUnusable(path=where, reason=str(refusal)) from None
    said = (ended.out + b"\n" + ended.err).decode("utf-8", "replace")
    version = _VERSION.search(said)
    if ended.status != 0 or version is None:
        first = next((line.strip() for line in reversed(said.splitlines()) if line.strip()), "")
        raise AsarUnusable(path=where, reason=f"it does not tell its version. {first[:200]}".strip())
    major, minor = int(version[1]), int(version[2])
    if not OLDEST <= (major, minor) <= NEWEST:
        raise AsarUnusable(path=where, reason=f"its version is {major}.{minor}, and 1.80 to 2.x are known.")
    return Asar(command, f"{major}.{minor}")
