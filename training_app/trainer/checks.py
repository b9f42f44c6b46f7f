"""Specs: JSON objects read into dataclasses whose fields carry their own check. A wrong one is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import MISSING, Field, field, fields
from pathlib import Path
from typing import Any, TypeVar

from training_app.trainer.errors import SpecError

Spec = TypeVar("Spec")
# A check returns what a right value is, in words, when the value is wrong; None when it is right.
Check = Callable[[object], str | None]


def checked(check: Check, default: object = MISSING) -> Any:
    """A dataclass field with its check; without a default it is required."""
    if isinstance(default, tuple):
        return field(default_factory=lambda: default, metadata={"check": check})
    return field(default=default, metadata={"check": check})


def text(value: object) -> str | None:
    return None if isinstance(value, str) and value.strip() else "a text that is not empty"


def word(value: object) -> str | None:
    return None if isinstance(value, str) else "a text"


def flag(value: object) -> str | None:
    return None if isinstance(value, bool) else "true or false"


def whole(least: int, most: int) -> Check:
    def check(value: object) -> str | None:
        good = isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
        return None if good else f"a whole number from {least} to {most}"

    return check


def number(least: float, most: float) -> Check:
    def check(value: object) -> str | None:
        good = isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most
        return None if good else f"a number from {least} to {most}"

    return check


def one_of(*choices: str) -> Check:
    return lambda value: None if value in choices else f"one of {', '.join(choices)}"


def names(value: object) -> str | None:
    good = isinstance(value, list | tuple) and all(isinstance(name, str) and name for name in value)
    return None if good else "a list of names"


def or_none(check: Check) -> Check:
    return lambda value: None if value is None else check(value)


def read_spec(kind: type[Spec], path: Path) -> Spec:
    """The spec in the JSON file `path` as a `kind`. Raises `SpecError` naming the first thing that is wrong."""
    values = _read_object(path)
    known = {entry.name: entry for entry in fields(kind)}  # type: ignore[arg-type]
    for name in values:
        if name not in known:
            raise SpecError(path=path, problem=f"it has the unknown field {name}")
    for name, entry in known.items():
        problem = _problem(entry, values)
        if problem:
            raise SpecError(path=path, problem=f"{name} {problem}")
    return kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in values.items()})


def _read_object(path: Path) -> dict[str, object]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise SpecError(path=path, problem=f"it cannot be read as JSON ({error})") from None
    if not isinstance(values, dict):
        raise SpecError(path=path, problem="it is no JSON object")
    return values


def _problem(entry: Field[object], values: dict[str, object]) -> str | None:
    if entry.name not in values:
        required = entry.default is MISSING and entry.default_factory is MISSING
        return "is missing" if required else None
    value = values[entry.name]
    wanted = entry.metadata["check"](value)
    return f"is {json.dumps(value)[:80]}, but must be {wanted}" if wanted else None
