"""Highlighting: what is what in a line of assembly, and nothing of the text is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pygments.token import Comment, Error, Keyword, Name, Number, String, Token

from datasets_app.domains.asm65816.assembler.commands import command_names
from datasets_app.domains.asm65816.lexer import Asm65816Lexer
from datasets_app.domains.asm65816.opcodes import mnemonics
from datasets_app.domains.base import get_domain

SOURCE = """lorom
org $008000
!INIDISP = $2100
macro upload(from)
Main:
.loop:
- LDA.w #$80 : STA !INIDISP ; forced blank
  BNE -
  lda.b ($10),y
  %upload(Table)
Table: db "hi", %0101, 12
"""


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ("LDA", Keyword),
        (".w", Keyword.Type),
        ("lda", Keyword),
        ("org", Keyword.Declaration),
        ("$008000", Number.Hex),
        ("%0101", Number.Bin),
        ("12", Number.Integer),
        ("Main:", Name.Label),
        (".loop:", Name.Label),
        ("INIDISP", Name.Variable),
        ("upload", Name.Function),
        ('"hi"', String.Double),
        ("; forced blank", Comment.Single),
        ("y", Name.Builtin),
    ],
)
def test_a_piece_has_its_kind(text: str, token: object) -> None:
    assert (token, text) in list(Asm65816Lexer().get_tokens(SOURCE))


def test_real_code_has_no_errors_and_loses_nothing() -> None:
    tokens = list(Asm65816Lexer().get_tokens(SOURCE))
    assert "".join(text for _, text in tokens) == SOURCE
    assert Error not in {kind for kind, _ in tokens}


def test_code_of_the_generators_has_no_errors() -> None:
    generator = get_domain("asm65816").generator("routines")
    for params in generator.plan(300, 1):
        draft = generator.write(params)
        kinds = {kind for kind, _ in Asm65816Lexer().get_tokens(draft.input)}
        assert Error not in kinds, draft.input


def test_what_the_assembler_knows_stands_out() -> None:
    words = {*command_names(), "macro", "endmacro", *(name.lower() for name in mnemonics())}
    plain = [word for word in words if next(iter(Asm65816Lexer().get_tokens(word)))[0] not in Keyword]
    assert plain == []


@given(st.text(alphabet=st.sampled_from("LDAStaorg .:;$%#!(){}+-\"'12AF\n\té,xy_")))
def test_any_text_comes_out_as_it_went_in(text: str) -> None:
    tokens = list(Asm65816Lexer(stripnl=False, ensurenl=False).get_tokens(text))
    assert "".join(piece for _, piece in tokens) == text.replace("\r\n", "\n").replace("\r", "\n")
    assert all(kind in Token for kind, _ in tokens)
