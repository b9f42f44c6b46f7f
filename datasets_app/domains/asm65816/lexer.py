"""Syntax highlighting of 65816 assembly in the asar dialect, for Pygments."""

from __future__ import annotations

from pygments.lexer import RegexLexer, bygroups, words
from pygments.token import Comment, Keyword, Name, Number, Operator, Punctuation, String, Text

from datasets_app.domains.asm65816.assembler.commands import command_names
from datasets_app.domains.asm65816.opcodes import mnemonics

# Beside the commands: the words that frame a macro, which are read before any command is, and the word of `skip align`.
_DIRECTIVES = command_names() | {"macro", "endmacro", "align"}


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
                words(sorted(mnemonics()), prefix=r"(?i)(?<![\w.!@])", suffix=r"(\.[bwlBWL])?\b"),
                bygroups(Keyword, Keyword.Type),
            ),
            (words(sorted(_DIRECTIVES), prefix=r"(?i)(?<![\w.!@])", suffix=r"\b"), Keyword.Declaration),
            (r"\b[aAxXyYsS]\b", Name.Builtin),
            (r"[A-Za-z_]\w*", Name),
            (r"<<|>>|[=!<>]=|&&|\|\||[-+*/%&|^~<>=#]", Operator),
            (r"[()\[\]{},:.?@\\]", Punctuation),
        ]
    }
