"""Texts as they are compared: without case, white space and punctuation."""

from __future__ import annotations

import re

WordsOf = tuple[str, ...]
# $2100, #$05 and %1010 are one word each: without their signs they would be other numbers.
_WORD = re.compile(r"[\w$#%]+")
_NAME = re.compile(r"[\w$#%]*\d[\w$#%]*|\b[A-Z][A-Z_]+\b")


def normal(text: str) -> str:
    """Lower case, each run of white space one space: as near-duplicates are told in datasets_app."""
    return " ".join(text.lower().split())


def words_of(text: str) -> list[str]:
    """The words of a text in order, lower case."""
    return _WORD.findall(text.lower())


def names_of(text: str) -> frozenset[str]:
    """The words that hold a digit or are written in capitals: numbers, addresses, registers, instructions; lower case.

    A template that is filled in with another register asks another question, however alike both look.
    """
    return frozenset(name.lower() for name in _NAME.findall(text))
