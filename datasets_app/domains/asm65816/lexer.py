"""Syntax highlighting of 65816 assembly in the asar dialect, for Pygments."""

from __future__ import annotations

from pygments.lexer import RegexLexer, bygroups, words
from pygments.token import Comment, Keyword, Name, Number, Operator, Punctuation, String, Text

from datasets_app.domains.asm65816.facts.passages import MNEMONICS

_DIRECTIVES = """
org base arch lorom hirom exlorom exhirom sa1rom norom incsrc incbin include db dw dl dd fill fillbyte pad padbyte align
skip rep pushpc pullpc pushbase pullbase pushtable pulltable table cleartable macro endmacro if elseif else endif while
endwhile for endfor struct endstruct namespace function assert print warn error optimize freespace freecode
freedata autoclean prot warnpc math global check bankcross
"""


class Asm65816Lexer(RegexLexer):  # type: ignore[misc]  # Pygments has no types.
    """Mnemonics with a size suffix, directives, labels, defines, numbers, strings and comments."""

    name = "65816 assembly (asar)"
    aliases = ["asm65816", "65816", "asar"]
    filenames: list[str] = []
    url = "https://github.com/RPGHacker/asar"

    tokens = {
        "root": [
            (r"\s+", Text.Whitespace),
            (r";.*$", Comment.Single),
            (r'"[^"\n]*"', String.Double),
            (r"'[^'\n]'", String.Char),
            (r"(![\^]?)(\{?[\w]+\}?)", bygroups(Operator, Name.Variable)),
            (r"(%)(\w+)(?=\()", bygroups(Operator, Name.Function)),
            (r"#(?=[$%\w(<>^!-])", Operator),
            (r"\$[0-9A-Fa-f]+\b", Number.Hex),
            (r"%[01]+\b", Number.Bin),
            (r"\b\d+\b", Number.Integer),
            (r"^\s*([+-]+)(?=\s|:|$)", Name.Label),
            (r"(?<=\s)[+-]+(?=\s*$|\s*;)", Name.Label),
            (r"[.]*[A-Za-z_]\w*:(?=\s|$)", Name.Label),
            (r"(?<![\w])\.+[A-Za-z_]\w*", Name.Label),
            (
                words(sorted(MNEMONICS), prefix=r"(?i)(?<![\w.!@])", suffix=r"(\.[bwlBWL])?\b"),
                bygroups(Keyword, Keyword.Type),
            ),
            (words(_DIRECTIVES.split(), prefix=r"(?i)(?<![\w.!@])", suffix=r"\b"), Keyword.Declaration),
            (r"\b[aAxXyYsS]\b", Name.Builtin),
            (r"[A-Za-z_]\w*", Name),
            (r"<<|>>|[=!<>]=|&&|\|\||[-+*/%&|^~<>=#]", Operator),
            (r"[()\[\]{},:.?@\\]", Punctuation),
        ]
    }
