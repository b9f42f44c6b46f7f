"""Structs give names to offsets."""

from __future__ import annotations

import pytest

from tests.domains.asm65816.assembler.asm import code, errors, good

SPRITE = "struct Sprite $7E0D00\n.x: skip 2\n.y: skip 1\nendstruct align 4\n"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (SPRITE + "LDA.w Sprite.y", "ad 02 0d"),
        (SPRITE + "LDA Sprite.x,X", "bf 00 0d 7e"),
        (SPRITE + "dw Sprite[2].y", "0a 0d"),
        (SPRITE + "db sizeof(Sprite),objectsize(Sprite)", "04 04"),
        (SPRITE + "struct Boss extends Sprite\n.hp: skip 3\nendstruct\ndw Sprite.Boss.hp", "03 0d"),
        (SPRITE + "struct Boss extends Sprite\n.hp: skip 3\nendstruct\ndb sizeof(Sprite),objectsize(Sprite)", "04 07"),
        ("struct s 0\n.a: skip 3\n.b:\nendstruct\ndb s.b", "03"),
    ],
)
def test_fields_are_addresses_from_the_base_on(source: str, expected: str) -> None:
    assert code(source) == expected


def test_a_struct_moves_nothing() -> None:
    assert good("NOP\n" + SPRITE + "x: NOP").labels["x"] == 0x8001


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("struct s", "unclosed_struct"),
        ("endstruct", "misplaced_endstruct"),
        ("struct s\nstruct t\nendstruct", "nested_struct"),
        (SPRITE + SPRITE, "struct_redefined"),
        ("struct s extends t\nendstruct", "struct_not_found"),
        ("db sizeof(s)", "struct_not_found"),
        ("struct s $1000000\nendstruct", "address_out_of_range"),
        ("struct s\nfield: skip 1\nendstruct", "broken_label"),
        ("struct s\nendstruct align 0", "alignment_too_small"),
        (SPRITE + "dw Sprite[1][2].x", "multiple_subscripts"),
    ],
)
def test_what_is_no_struct_is_refused(source: str, problem: str) -> None:
    assert problem in errors(source)
