"""How commands print: aligned columns, a dash for what is missing, nothing that a terminal would obey."""

from __future__ import annotations

import importlib

import pytest

from afsweb.cli import APP_COMMANDS, make_parser
from afsweb.terminal import clean, clip, print_table

Said = pytest.CaptureFixture[str]


def test_columns_are_aligned_and_what_is_missing_is_a_dash(capsys: Said) -> None:
    print_table([("name", "veran", ["a", "b"]), ("a longer name", None, []), ("zero", 0, "x")])
    assert capsys.readouterr().out == "name           veran  a, b\na longer name  —      —\nzero           0      x\n"


def test_an_empty_table_says_what_was_asked(capsys: Said) -> None:
    print_table([], none="no run yet")
    assert capsys.readouterr().out == "no run yet\n"
    print_table([])
    assert capsys.readouterr().out == ""


def test_a_text_cannot_steer_the_terminal(capsys: Said) -> None:
    print_table([("x", "\x1b]0;title\x07")])
    assert "\x1b" not in capsys.readouterr().out
    assert clean("two\nlines\tand $2100, “ü”") == "two\nlines\tand $2100, “ü”"


def test_a_long_text_is_cut_even_when_it_is_one_word() -> None:
    assert clip(" two\n words ", 120) == "two words"
    assert clip("x" * 200, 120) == "x" * 119 + "…"


def test_every_command_can_explain_itself() -> None:
    _, nouns = make_parser()
    for name in APP_COMMANDS:
        importlib.import_module(name).add_commands(nouns)
    for noun in nouns.choices.values():
        assert noun.format_help()
        for action in noun._actions:
            for verb in (action.choices or {}).values() if isinstance(action.choices, dict) else ():
                assert verb.format_help()
