"""A small routine as data: what is asked, its code, why it is right; and how it becomes text."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from datasets_app.domains.asm65816.registers import Register, register_named

Values = dict[str, int | str]

_MENTION = re.compile(r"@([A-Z0-9x]+)")


@dataclass(frozen=True, slots=True)
class Routine:
    """A template. Texts hold {values} in Python's format syntax and @REGISTERS; `x` in one is the value `x`.

    `choices` gives the values to draw from; `derive` adds those that follow from them. `asks` are requests, `whys`
    explanations; each why names at least one register.
    """

    slug: str
    asks: tuple[str, ...]
    code: tuple[str, ...]
    whys: tuple[str, ...]
    choices: Mapping[str, Sequence[int]]
    derive: Callable[[Mapping[str, int]], Mapping[str, int | str]] | None = None

    def draw(self, rng: random.Random) -> dict[str, int]:
        """Choose one value for each name in `choices`."""
        return {name: rng.choice(values) for name, values in self.choices.items()}

    def values(self, drawn: Mapping[str, int]) -> Values:
        """Return the drawn values with those that follow from them."""
        return {**drawn, **(self.derive(drawn) if self.derive else {})}


def write_code(routine: Routine, values: Values, style: str) -> str:
    """Return the code with its operands as `plain` addresses, `commented` addresses, or `named` with definitions."""
    lines = [line.format(**values) for line in routine.code]
    if style == "named":
        used = {register.name: register for line in lines for register in _mentioned(line, values)}
        defines = [f"!{name} = {register.label}" for name, register in used.items()]
        return "\n".join([*defines, *(_MENTION.sub(lambda m: "!" + _register(m[1], values).name, x) for x in lines)])
    return "\n".join(_numbered(line, values, commented=style == "commented") for line in lines)


def write_prose(text: str, values: Values, style: str) -> str:
    """Return an explanation; the first mention of a register carries its address, in the order that `style` says."""
    seen: set[str] = set()

    def mention(match: re.Match[str]) -> str:
        register = _register(match[1], values)
        if register.name in seen:
            return register.name
        seen.add(register.name)
        return f"{register.name} ({register.label})" if style == "name_first" else f"{register.label} ({register.name})"

    return _MENTION.sub(mention, text.format(**values))


def _numbered(line: str, values: Values, *, commented: bool) -> str:
    names = [register.name for register in _mentioned(line, values)]
    code = _MENTION.sub(lambda m: _register(m[1], values).label, line)
    return f"{code} ; {names[0]}" if commented and names else code


def _mentioned(line: str, values: Values) -> list[Register]:
    return [_register(name, values) for name in _MENTION.findall(line)]


def _register(name: str, values: Values) -> Register:
    register = register_named(name.replace("x", str(values.get("x", "x"))))
    if register is None:
        raise LookupError(f"There is no register {name}.")
    return register
