"""`afs`: what the pages can do, from a terminal.

An app adds its commands in its module `commands`, by a function `add_commands(subparsers)`; each of its parsers names
the function to run with `set_defaults(run=...)`, which takes the parsed arguments and returns an exit status or None.
A module whose commands need neither a database nor Django also lists the words that they begin with, in `NAMES`.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from types import ModuleType

from afsweb.env import SettingError, env_str
from afsweb.refusal import Refusal
from afsweb.services.errors import NotRunning
from afsweb.services.home import Home
from afsweb.terminal import clean

BARE_COMMANDS = (
    "afsweb.commands.serving",
    "afsweb.commands.joining",
    "afsweb.commands.upgrading",
    "datasets_app.domains.asm65816.commands",
)
"""What needs no database: the servers themselves, and a domain's tools."""
APP_COMMANDS = (
    "datasets_app.commands",
    "training_app.commands",
    "evals_app.commands",
    "afsweb.commands.dashboard",
    "afsweb.commands.search",
    "afsweb.commands.jobs",
    "afsweb.commands.notifications",
    "afsweb.commands.hosts",
    "afsweb.commands.worker",
    "afsweb.commands.artifacts",
    "afsweb.commands.schedules",
    "afsweb.commands.findings",
    "afsweb.commands.catalogue",
    "afsweb.commands.endpoints",
    "afsweb.commands.keys",
    "afsweb.commands.users",
    "afsweb.commands.backup",
)
# What a shell reports of a program that Ctrl-C, or a reader that went away, put an end to: 128 + the signal's number.
INTERRUPTED, READER_GONE = 130, 141


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; what a person can put right is one sentence on stderr."""
    sys.dont_write_bytecode = True  # services/bytecode.py says why
    argv = sys.argv[1:] if argv is None else list(argv)
    try:
        try:
            bare = find_bare(argv)
            return run_bare(bare, argv) if bare else run_app(argv)
        finally:
            sys.stdout.flush()
    except (Refusal, SettingError) as error:
        print(f"afs: {clean(error)}", file=sys.stderr)
        return error.status if isinstance(error, Refusal) else 1
    except KeyboardInterrupt:
        print("\nafs: stopped by Ctrl-C", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # `afs sample list | head`: what is still buffered would raise once more when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return READER_GONE


def find_bare(argv: Sequence[str]) -> ModuleType | None:
    """The module of a command that needs no database; None where it may need one."""
    modules = map(importlib.import_module, BARE_COMMANDS)
    return next((module for module in modules if argv and argv[0] in module.NAMES), None)


def run_bare(module: ModuleType, argv: Sequence[str]) -> int:
    """A command that needs no servers, whether they run or not."""
    parser, subparsers = make_parser()
    module.add_commands(subparsers)
    arguments = parser.parse_args(argv)
    return arguments.run(arguments) or 0


def run_app(argv: Sequence[str]) -> int:
    """A command of an app, on the database of this home or of the environment. Raises `NotRunning` without one."""
    home = Home.here()
    if home.root.exists():
        home.prepare()
        os.environ.update(home.environment())
    set_up_django()
    arguments = full_parser().parse_args(argv)
    if not env_str("DATABASE_URL", "") and not env_str("DATABASE_URL_FILE", ""):
        raise NotRunning(home=home.root)
    return arguments.run(arguments) or 0


def full_parser() -> argparse.ArgumentParser:
    """The parser of all commands; Django is set up."""
    parser, subparsers = make_parser()
    for name in (*BARE_COMMANDS, *APP_COMMANDS):
        importlib.import_module(name).add_commands(subparsers)
    return parser


def make_parser() -> tuple[argparse.ArgumentParser, argparse._SubParsersAction[argparse.ArgumentParser]]:
    parser = argparse.ArgumentParser(prog="afs", description="Build small expert models on machines you own.")
    return parser, parser.add_subparsers(required=True, metavar="COMMAND")


def set_up_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "afsweb.settings")
    import django

    django.setup()


if __name__ == "__main__":
    sys.exit(main())
