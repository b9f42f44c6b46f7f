"""Code in colours: lines of pieces, each with a short class name of Pygments that the stylesheet knows."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import groupby

from pygments.lexer import Lexer
from pygments.lexers import TextLexer, get_lexer_by_name
from pygments.token import Comment, Keyword, Name, Number, Operator, String, _TokenType
from pygments.util import ClassNotFound

from datasets_app.domains.asm65816.lexer import Asm65816Lexer
from datasets_app.domains.asm65816.listing import ASSEMBLY
from datasets_app.facts.links import Piece

# Characters. Longer code is shown plain: highlighting would hold up the card.
LIMIT = 20_000
CLASSES = (
    (Comment, "c"),
    (Keyword, "k"),
    (Name.Builtin, "k"),
    (Name.Label, "nl"),
    (Name.Function, "nl"),
    (Number, "m"),
    (String, "s"),
    (Operator.Word, "k"),
)


def highlight(code: str, language: str) -> list[tuple[Piece, ...]]:
    """The pieces, as (class, text), of each line of `code`. Nothing is ever lost: what cannot be coloured is plain."""
    rows: list[list[Piece]] = [[]]
    if len(code) <= LIMIT:
        for _, kind, value in lexer(language).get_tokens_unprocessed(code):
            first, *rest = value.split("\n")
            rows[-1].append((_css(kind), first))
            rows.extend([(_css(kind), part)] for part in rest)
    # Some lexers expect their input tidied first, and leave out or double what they do not expect.
    if "\n".join("".join(text for _, text in row) for row in rows) != code:
        rows = [[("", line)] for line in code.split("\n")]
    return [tuple(_joined(row)) for row in rows]


@lru_cache(maxsize=64)
def lexer(language: str) -> Lexer:
    """The lexer for the name after a fence; unknown names show plain text."""
    if language in ASSEMBLY:
        return Asm65816Lexer()
    try:
        return get_lexer_by_name(language)
    except ClassNotFound:
        return TextLexer()


@cache
def _css(kind: _TokenType) -> str:
    return next((css for parent, css in CLASSES if kind in parent), "")


def _joined(pieces: list[Piece]) -> Iterator[Piece]:
    """`pieces` with neighbours of one class put together, and without empty ones."""
    for css, group in groupby(pieces, key=lambda piece: piece[0]):
        if text := "".join(text for _, text in group):
            yield css, text
