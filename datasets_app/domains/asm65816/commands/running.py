"""`afs asm run`: a routine on a console, from given registers and memory."""

from __future__ import annotations

import argparse
import sys
from collections import ChainMap
from collections.abc import Iterable
from itertools import islice

from afsweb.refusal import Refusal
from afsweb.terminal import Verbs, say, whole
from datasets_app.domains.asm65816.assembler import Assembly
from datasets_app.domains.asm65816.commands.assembling import add_assembly, assembled
from datasets_app.domains.asm65816.commands.disassembling import add_widths
from datasets_app.domains.asm65816.commands.printing import count, say_diagnostics
from datasets_app.domains.asm65816.commands.reading import hexadecimal, placed_bytes
from datasets_app.domains.asm65816.execution.console import NoMemory, Step, Watched, watch
from datasets_app.domains.asm65816.execution.program import load
from datasets_app.domains.asm65816.execution.state import STACK, State
from datasets_app.domains.asm65816.execution.tables import flags_text
from datasets_app.domains.asm65816.execution.widths import entry_widths
from datasets_app.domains.asm65816.machine import Access
from datasets_app.domains.asm65816.machine import State as Registers
from datasets_app.domains.asm65816.registers import register_at

_LIMIT = 100_000
_MOST = 64
"""Lines of memory, or of accesses, that anybody reads."""
_REGISTERS = {"a": 4, "x": 4, "y": 4, "d": 4, "dbr": 2, "s": 4}
_WAYS = {
    "end": "it ran off the end of the code",
    "limit": "it did not end within the limit of --limit",
    "STP": "STP stopped the processor",
    "WAI": "WAI waits for an interrupt that never comes",
    "return from another depth": "it returned from another stack depth than it was called at",
}


class NoEntry(Refusal):
    """There is no label {label} to run from. The text has: {known}."""


class CannotRun(Refusal):
    """It cannot be run: {reason}"""


def add_verb(verbs: Verbs) -> None:
    """Register `afs asm run`."""
    verb = verbs.add_parser("run", help="run a routine, and print what became of registers, memory and hardware")
    verb.add_argument("file", help="the text; - for standard input")
    add_assembly(verb)
    verb.add_argument("--entry", default="", metavar="LABEL", help="where to begin; the first instruction unless given")
    for name, digits in _REGISTERS.items():
        default = STACK if name == "s" else 0
        verb.add_argument(f"--{name}", type=hexadecimal(digits), default=default, metavar="HEX")
    verb.add_argument("--p", type=hexadecimal(2), metavar="HEX", help="the flags NVMXDIZC; --m and --x-width go before")
    add_widths(verb, "--x-width", None)
    verb.add_argument(
        "--memory",
        type=placed_bytes,
        action="append",
        default=[],
        metavar="HEX=HEX",
        help="bytes from an address on, such as 7E0010=05; may be given again",
    )
    verb.add_argument("--trace", action="store_true", help="print each instruction and the registers after it")
    verb.add_argument(
        "--limit", type=whole(1, 10_000_000), default=_LIMIT, help=f"instructions; {_LIMIT:,} unless given"
    )
    verb.set_defaults(run=run_command)


def run_command(arguments: argparse.Namespace) -> int:
    """Run and print; 1 where it does not assemble, or does not come to an end."""
    source, assembly = assembled(arguments)
    say_diagnostics(assembly.diagnostics, source)
    if not assembly.ok:
        print("afs: it does not assemble, so nothing was run", file=sys.stderr)
        return 1
    if arguments.entry and arguments.entry not in assembly.labels:
        raise NoEntry(label=arguments.entry, known=", ".join(list(assembly.labels)[:20]) or "none")
    try:
        program = load(assembly, arguments.entry)
        watched = watch(
            program, _state(arguments, assembly), limit=arguments.limit, trace=_say_step if arguments.trace else None
        )
    except (NoMemory, ValueError) as error:
        raise CannotRun(reason=error) from None
    say_watched(watched)
    return 1 if watched.ended in ("limit", "WAI", "STP") else 0


def say_watched(watched: Watched) -> None:
    """Print what a run came to."""
    _say_some(map(_called, watched.calls), len(watched.calls), "more calls")
    say(f"ended    {_way(watched.ended)}")
    say(f"begin    {registers_text(watched.begin)}")
    say(f"end      {registers_text(watched.end)}")
    _say_some(map(_written, watched.written.items()), len(watched.written), "more bytes of memory")
    _say_some(map(_accessed, watched.hardware), len(watched.hardware), "more accesses to hardware")
    ran = f"{count(watched.steps, 'instruction')}, {count(watched.cycles, 'CPU cycle')}"
    say(f"time     {ran}, {count(watched.clocks, 'master clock')}")


def _say_some(lines: Iterable[str], total: int, rest: str) -> None:
    for line in islice(lines, _MOST):
        say(line)
    if total > _MOST:
        say(f"and {total - _MOST:,} {rest}")


def _called(call: tuple[str, int, int, int]) -> str:
    name, a, x, y = call
    return f"called   {name}, which is not here, with A=${a:04X} X=${x:04X} Y=${y:04X}: it returned at once"


def _written(byte: tuple[int, tuple[int, int]]) -> str:
    address, (was, now) = byte
    return f"memory   ${address:06X}  ${was:02X} -> ${now:02X}{'' if was != now else ' (as it was)'}"


def _accessed(access: Access) -> str:
    register = register_at(access.address)
    did = f"writes ${access.value:02X} to" if access.kind == "W" else f"reads ${access.value:02X} from"
    name = f" {register.name}" if register else ""
    return f"hardware ${access.pc:06X} {did} ${access.address & 0xFFFF:04X}{name}, cycle {access.cycle:,}"


def registers_text(registers: Registers) -> str:
    """All registers in one line; A is always 16 bits."""
    narrow = 2 if registers.p & 0x10 or registers.e else 4
    wide = f"A=${registers.a:04X} X=${registers.x:0{narrow}X} Y=${registers.y:0{narrow}X}"
    rest = f"S=${registers.s:04X} D=${registers.d:04X} DBR=${registers.dbr:02X} {flags_text(registers.p)}"
    return f"{wide} {rest}{' emulation mode' if registers.e else ''}"


def _way(ended: str) -> str:
    if ended.startswith("jump "):
        return f"it jumped to {ended.removeprefix('jump ')}, which is not here"
    return _WAYS.get(ended, f"{ended} returned to the caller")


def _say_step(step: Step) -> None:
    say(f"${step.address:06X}  {step.text:18} {registers_text(step.after)}  {step.cycles} cycles")


def _state(arguments: argparse.Namespace, assembly: Assembly) -> State:
    flags = arguments.p
    if flags is None:
        flags = entry_widths(assembly)[0].flags
    for bit, width in ((0x20, arguments.m), (0x10, arguments.x_width)):
        if width is not None:
            flags = flags | bit if width == 8 else flags & ~bit
    memory = dict(ChainMap(*reversed(arguments.memory)))
    registers = {name: getattr(arguments, name) for name in _REGISTERS}
    return State(**registers, p=flags, memory=memory)
