"""`afs asm`: the toolchain from a terminal. It needs no database, no server and no Django."""

from __future__ import annotations

from importlib import import_module

from afsweb.terminal import Verbs, add_noun

NAMES = ("asm",)
_VERBS = ("assembling", "disassembling", "running", "verifying", "comparing", "explaining")


def add_commands(subparsers: Verbs) -> None:
    """Register `afs asm`. Its modules are read here, because whoever starts the servers needs none of them."""
    verbs = add_noun(subparsers, "asm", "assemble, run, verify and look up 65816 code; needs no server")
    for name in _VERBS:
        import_module(f"{__name__}.{name}").add_verb(verbs)
