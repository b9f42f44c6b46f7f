"""docs/commands.md says which verbs a noun has: those that there are, no more and no fewer."""

from __future__ import annotations

import argparse
import importlib
import re
from pathlib import Path

import pytest

from afsweb.cli import APP_COMMANDS, make_parser

PAGE = (Path(__file__).parents[2] / "docs" / "commands.md").read_text()
NOUNS = re.findall(r"^## `afs (\w+)`$", PAGE, re.MULTILINE)


def choices(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The sub-commands of a parser."""
    found: dict[str, argparse.ArgumentParser] = {}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            found |= action.choices
    return found


def commands() -> dict[str, argparse.ArgumentParser]:
    """Every command of every app."""
    parser, subparsers = make_parser()
    for name in APP_COMMANDS:
        importlib.import_module(name).add_commands(subparsers)
    return choices(parser)


@pytest.mark.parametrize("noun", NOUNS)
def test_the_page_names_every_verb(noun: str) -> None:
    section = PAGE.partition(f"## `afs {noun}`")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `([\w-]+)", section, re.MULTILINE)) == set(choices(commands()[noun]))


def test_every_noun_has_its_section() -> None:
    with_verbs = {noun for noun, command in commands().items() if choices(command)}
    assert with_verbs == set(NOUNS)
