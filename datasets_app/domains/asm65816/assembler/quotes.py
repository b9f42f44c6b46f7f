"""Text with quotes: what stands inside "…" and 'x' is left alone."""

from __future__ import annotations

import re

_QUOTED = re.compile(r"\"[^\"]*\"|'''|'[^'][^']*'")
_BEFORE_COMMENT = re.compile(r"(?:[^\"';]+|\"[^\"]*\"|'''|'[^']*')*")
_AFTER_COMMA = re.compile(r", +")
_SPACES = re.compile(r" {2,}")
_QUOTED_OR_COLONS = re.compile(_QUOTED.pattern + r"|: (?=:)")
_FILL = "\x01"


def mask(text: str) -> str:
    """Return the text with every quoted piece overwritten, so that positions stay what they are."""
    if '"' not in text and "'" not in text:
        return text
    return _QUOTED.sub(lambda found: _FILL * len(found[0]), text)


def balanced(text: str) -> bool:
    """Whether every quote is closed."""
    masked = mask(text)
    return '"' not in masked and "'" not in masked


def split(text: str, separator: str) -> list[str]:
    """Split at a separator outside quotes."""
    masked = mask(text)
    if masked is text:
        return text.split(separator)
    parts, start = [], 0
    for part in masked.split(separator):
        parts.append(text[start : start + len(part)])
        start += len(part) + len(separator)
    return parts


def split_arguments(text: str, separator: str = ",") -> list[str] | None:
    """Split at a separator outside quotes and parentheses; None when the parentheses do not match."""
    masked = mask(text)
    if "(" not in masked and ")" not in masked:
        return split(text, separator)
    parts, start, depth = [], 0, 0
    for position, character in enumerate(masked):
        if character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
            if depth < 0:
                return None
        elif character == separator and not depth:
            parts.append(text[start:position])
            start = position + 1
    return None if depth else [*parts, text[start:]]


def parentheses_match(text: str) -> bool:
    """Whether parentheses outside quotes match and none closes before it opens."""
    return split_arguments(text) is not None and balanced(text)


def find(text: str, piece: str) -> int:
    """Return where a piece first stands outside quotes and parentheses, -1 where it does not."""
    masked = mask(text)
    position = masked.find(piece)
    while position >= 0 and masked.count("(", 0, position) > masked.count(")", 0, position):
        position = masked.find(piece, position + 1)
    return position


def clean(text: str) -> str:
    """Return the text with single spaces, none after commas and none at the ends."""
    if ", " not in text and "  " not in text:
        return text.strip(" \t")
    masked = mask(text)
    if masked is text:
        return _SPACES.sub(" ", _AFTER_COMMA.sub(",", text)).strip(" \t")
    parts, end = [], 0
    for found in _QUOTED.finditer(text):
        parts += [_squeeze(text[end : found.start()]), found[0]]
        end = found.end()
    return "".join([*parts, _squeeze(text[end:])]).strip(" \t")


def separate_colons(text: str) -> str:
    """Return the text with “: :” spread out, so that an empty statement stands between the colons."""
    if ": :" not in text:
        return text
    return _QUOTED_OR_COLONS.sub(lambda found: ":  " if found[0] == ": " else found[0], text)


def _squeeze(text: str) -> str:
    return _SPACES.sub(" ", _AFTER_COMMA.sub(",", text))


def remove_spaces(text: str) -> str:
    """Return the text without the spaces that stand outside quotes."""
    return "".join(split(text, " "))


def remove_comment(line: str) -> str:
    """Return the line up to its comment; `;@` is asar's old way to hide a command, and becomes a space."""
    parts, start = [], 0
    while True:
        matched = _BEFORE_COMMENT.match(line, start)
        end = matched.end() if matched else start
        parts.append(line[start:end])
        if line[end : end + 2] != ";@":
            break
        parts.append(" ")
        start = end + 1
    if line[end : end + 1] != ";":
        parts.append(line[end:])
    return "".join(parts)


def unquote(text: str) -> str | None:
    """Return what stands between double quotes, "" inside standing for one; None where more follows the quote."""
    if not text.startswith('"'):
        return text
    if len(text) < 2 or not text.endswith('"'):
        return None
    inner = text[1:-1].replace('""', "\0")
    return None if '"' in inner else inner.replace("\0", '"')
