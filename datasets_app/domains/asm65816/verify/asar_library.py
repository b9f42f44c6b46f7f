"""asar's library behind the command line of its program: `LIBRARY --version`, or `LIBRARY OPTIONS TEXT ROM`.

A program of its own and never imported: asar's code may crash or hang, and keeps what an earlier text defined. It knows
the interface of versions 1.8 to 1.91, whose numbers begin with 3; source: asar's own asardll.h.
"""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path
from typing import Any

_INTERFACE = 3
_ROM = 4 * 1024 * 1024


class _Parameters(ctypes.Structure):
    _fields_ = [
        ("structsize", ctypes.c_int),
        ("patchloc", ctypes.c_char_p),
        ("romdata", ctypes.c_void_p),
        ("buflen", ctypes.c_int),
        ("romlen", ctypes.POINTER(ctypes.c_int)),
        ("includepaths", ctypes.c_void_p),
        ("numincludepaths", ctypes.c_int),
        ("should_reset", ctypes.c_bool),
        ("additional_defines", ctypes.c_void_p),
        ("additional_define_count", ctypes.c_int),
        ("stdincludesfile", ctypes.c_char_p),
        ("stddefinesfile", ctypes.c_char_p),
        ("warning_settings", ctypes.c_void_p),
        ("warning_setting_count", ctypes.c_int),
        ("memory_files", ctypes.c_void_p),
        ("memory_file_count", ctypes.c_int),
        ("override_checksum_gen", ctypes.c_bool),
        ("generate_checksum", ctypes.c_bool),
    ]


class _Error(ctypes.Structure):
    _fields_ = [
        ("fullerrdata", ctypes.c_char_p),
        ("rawerrdata", ctypes.c_char_p),
        ("block", ctypes.c_char_p),
        ("filename", ctypes.c_char_p),
        ("line", ctypes.c_int),
        ("callerfilename", ctypes.c_char_p),
        ("callerline", ctypes.c_int),
        ("errid", ctypes.c_int),
    ]


def main(library: str, *words: str) -> int:
    """Do what asar's program does, and return its exit status."""
    asar: Any = ctypes.CDLL(library)
    interface = asar.asar_apiversion()
    if interface // 100 != _INTERFACE:
        print(f"The library speaks interface {interface}: give asar's program instead.", file=sys.stderr)
        return 1
    if not asar.asar_init():
        return 1
    if words == ("--version",):
        version = asar.asar_version()
        print(f"Asar {version // 10_000}.{version // 100 % 100}{version % 100}, as a library")
        return 0
    return _assemble(asar, words[-2], Path(words[-1]))


def _assemble(asar: Any, text: str, rom: Path) -> int:
    buffer, length = ctypes.create_string_buffer(_ROM), ctypes.c_int(0)
    parameters = _Parameters(
        structsize=ctypes.sizeof(_Parameters),
        patchloc=text.encode(),
        romdata=ctypes.addressof(buffer),
        buflen=_ROM,
        romlen=ctypes.pointer(length),
        should_reset=True,
        override_checksum_gen=True,
        generate_checksum=False,
    )
    asar.asar_patch_ex.restype = ctypes.c_bool
    if asar.asar_patch_ex(ctypes.byref(parameters)):
        rom.write_bytes(buffer.raw[: length.value])
        return 0
    count = ctypes.c_int()
    asar.asar_geterrors.restype = ctypes.POINTER(_Error)
    errors = asar.asar_geterrors(ctypes.byref(count))
    for at in range(count.value):
        print((errors[at].fullerrdata or b"").decode("utf-8", "replace"), file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
