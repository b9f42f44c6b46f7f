"""What one look came to."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum


class Level(StrEnum):
    """How it is. What is `bad` keeps the machine from its jobs; what is `skipped` was not asked for."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Finding:
    """What was looked at, how it is, what was seen, and what to do where it is not well."""

    check: str
    level: Level
    text: str
    fix: str = ""

    def to_json(self) -> dict[str, str]:
        return {name: str(value) for name, value in asdict(self).items()}


def ok(check: str, text: str) -> Finding:
    return Finding(check, Level.OK, text)


def warn(check: str, text: str, fix: str) -> Finding:
    return Finding(check, Level.WARN, text, fix)


def bad(check: str, text: str, fix: str) -> Finding:
    return Finding(check, Level.BAD, text, fix)


def skipped(check: str, text: str) -> Finding:
    return Finding(check, Level.SKIPPED, text)
