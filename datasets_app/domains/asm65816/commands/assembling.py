"""`afs asm assemble`: a text to bytes, with a listing."""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

from afsweb.refusal import Refusal
from afsweb.terminal import Verbs, say, write_out
from datasets_app.domains.asm65816.assembler import Assembly, assemble
from datasets_app.domains.asm65816.commands.printing import count, listing, say_diagnostics
from datasets_app.domains.asm65816.commands.reading import UNTRUSTED, hexadecimal, read_text


class NoSuchFolder(Refusal):
    """There is no folder {path}: --root names the one whose files the text may include."""


def add_verb(verbs: Verbs) -> None:
    """Register `afs asm assemble`."""
    verb = verbs.add_parser("assemble", help="a text in the dialect of asar to bytes, with a listing")
    verb.add_argument("file", help="the text; - for standard input")
    add_assembly(verb)
    form = verb.add_mutually_exclusive_group()
    form.add_argument("--output", type=Path, metavar="BIN", help="write the bytes, in the order written, to this file")
    form.add_argument("--json", action="store_true", help="print one JSON object, bytes and diagnostics included")
    verb.set_defaults(run=assemble_command)


def add_assembly(verb: argparse.ArgumentParser) -> None:
    """Add what says how a text is assembled."""
    verb.add_argument("--origin", type=hexadecimal(6), default=0x8000, metavar="HEX", help="008000 unless given")
    verb.add_argument(
        "-D", dest="defines", type=_define, action="append", default=[], metavar="NAME=VALUE", help="define !NAME"
    )
    verb.add_argument("--stub-missing", action="store_true", help="let addresses stand for what is not defined here")
    verb.add_argument(
        "--root", type=Path, metavar="DIR", help="trust the text: files under DIR may be included, nothing is bounded"
    )


def assembled(arguments: argparse.Namespace) -> tuple[str, Assembly]:
    """Return the text that the arguments name, and what it assembles to. Raises what `read_text` does, NoSuchFolder."""
    root: Path | None = arguments.root
    if root is not None and not root.is_dir():
        raise NoSuchFolder(path=root)
    source = read_text(
        arguments.file, most=UNTRUSTED if root is None else None, advice="Trust it with --root and the folder it is in."
    )
    assembly = assemble(
        source,
        origin=arguments.origin,
        defines=dict(arguments.defines),
        stub_missing=arguments.stub_missing,
        root=root,
    )
    return source, assembly


def assemble_command(arguments: argparse.Namespace) -> int:
    """Assemble and print; 1 where something is an error, and nothing is written then."""
    source, assembly = assembled(arguments)
    if arguments.json:
        print(json.dumps(as_json(assembly), indent=2))
    else:
        say_diagnostics(assembly.diagnostics, source)
        if assembly.ok:
            say_assembly(assembly, source)
        else:
            errors = sum(one.severity == "error" for one in assembly.diagnostics)
            print(f"afs: {count(errors, 'error')}; nothing was written", file=sys.stderr)
    if assembly.ok and arguments.output is not None:
        write_out(assembly.code, arguments.output)
    return 0 if assembly.ok else 1


def say_assembly(assembly: Assembly, source: str) -> None:
    """Print what the text prints, its listing, its labels and its sizes."""
    for line in (*assembly.printed, *listing(assembly, source)):
        say(line)
    for name, address in sorted(assembly.labels.items(), key=lambda one: (one[1], one[0])):
        say(f"label ${address:06X}  {name}")
    if assembly.stubbed:
        say(f"not defined here: {', '.join(assembly.stubbed)}")
    places = ", ".join(f"{len(data):,} at ${start:06X}" for start, data in assembly.blocks)
    say(f"{count(len(assembly.code), 'byte')}{f' ({places})' if assembly.blocks else ''}")


def as_json(assembly: Assembly) -> dict[str, Any]:
    """What came of a text; addresses and bytes are hexadecimal."""
    return {
        "ok": assembly.ok,
        "blocks": [{"address": f"{start:06X}", "bytes": data.hex().upper()} for start, data in assembly.blocks],
        "labels": {name: f"{address:06X}" for name, address in assembly.labels.items()},
        "stubbed": assembly.stubbed,
        "printed": assembly.printed,
        "instructions": [
            {"address": f"{one.address:06X}", "bytes": one.data.hex().upper(), "line": one.line}
            for one in assembly.instructions
        ],
        "diagnostics": [
            {name: getattr(one, name) for name in ("severity", "line", "column", "code", "message", "hint")}
            for one in assembly.diagnostics
        ],
    }


def _define(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not re.fullmatch(r"!?\w+", name):
        raise argparse.ArgumentTypeError(f"“{text}” is no define, such as SPEED=$10")
    return name, value
