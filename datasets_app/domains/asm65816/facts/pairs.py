"""Turns mentions that belong together into claims: which address has which name, and whether the facts agree."""

from __future__ import annotations

from collections.abc import Iterator

from datasets_app.domains.asm65816.facts.anchors import Anchor
from datasets_app.domains.asm65816.facts.passages import line_at
from datasets_app.domains.asm65816.facts.symbols import AREA
from datasets_app.domains.asm65816.registers import Register
from datasets_app.domains.base import Claim, ClaimVerdict

KIND = "register_name"
SYMBOL = "symbol_name"

Group = list[Anchor]


def pair_groups(text: str, left: Group, right: Group, *, denied: bool, nearest: bool = False) -> Iterator[Claim]:
    """Yield the claims that two linked groups make; one `unknown` claim where they leave open who belongs to whom.

    `nearest`: only the last of several names on the left is meant, as in “DMAP0 and BBAD0 ($4301)”.
    """
    addresses, names = (left, right) if left[0].kind == "address" else (right, left)
    if nearest and names is left:
        names = _meant(addresses, names)
    if len(addresses) == len(names):
        for address, name in zip(addresses, names, strict=True):
            yield claim(text, address, name, denied)
        return
    true = [(a, n) for a in addresses for n in names if belongs(a, n)]
    if true and _covered(addresses, names, true):
        for address, name in true:
            yield claim(text, address, name, denied)
    elif len(names) == 1 and not true:
        yield claim(text, addresses[-1], names[0], denied)
    else:
        yield _ambiguous(text, addresses, names)


def claim(text: str, address: Anchor, name: Anchor, denied: bool = False, verdict: ClaimVerdict | None = None) -> Claim:
    """Judge one pair, unless its `verdict` is known already.

    A name the facts do not hold, or on which the sources disagree, gives `unknown`.
    """
    verdict = verdict or _verdict(address, name, denied)
    start, end = min(address.start, name.start), max(address.end, name.end)
    return Claim(
        kind=_kind(address, name),
        text=text[start:end],
        verdict=verdict,
        start=start,
        end=end,
        line=line_at(text, start),
        address=address.address,
        name=name.registers[0].name if len(name.registers) == 1 else name.text,
        negated=denied,
        truth=_truth(address.registers, name.registers),
    )


def _verdict(address: Anchor, name: Anchor, denied: bool) -> ClaimVerdict:
    if not name.registers or any(name.text.upper() in register.disputed for register in address.registers):
        return "unknown"
    return "supported" if belongs(address, name) != denied else "contradicted"


def belongs(address: Anchor, name: Anchor) -> bool:
    """Say whether some register has this address and this name."""
    return bool({r.address for r in address.registers} & {r.address for r in name.registers})


def _kind(address: Anchor, name: Anchor) -> str:
    known = (*address.registers, *name.registers)
    return SYMBOL if known and all(register.area == AREA for register in known) else KIND


def _meant(addresses: Group, names: Group) -> Group:
    if len(addresses) == len(names) or any(belongs(a, n) for a in addresses for n in names):
        return names if len(addresses) == len(names) else [n for n in names if belongs(addresses[0], n)] or names[-1:]
    return names[-1:]


def _covered(addresses: Group, names: Group, true: list[tuple[Anchor, Anchor]]) -> bool:
    """Say whether the true pairs leave nothing over: a 16-bit pair under one name, or one register's aliases."""
    if len(names) == 1:
        neighbours = len(addresses) == 2 and (addresses[1].address or 0) - (addresses[0].address or 0) == 1
        return neighbours or len(true) == len(addresses)
    return len(addresses) == 1 and len(true) == len(names)


def _ambiguous(text: str, addresses: Group, names: Group) -> Claim:
    anchors = sorted([*addresses, *names], key=lambda a: a.start)
    start, end = anchors[0].start, anchors[-1].end
    return Claim(KIND, text[start:end], "unknown", start, end, line_at(text, start), addresses[0].address)


def _truth(at: tuple[Register, ...], named: tuple[Register, ...]) -> str:
    if len(at) == 1:
        return f"{at[0].label} is {at[0].name}."
    return f"{named[0].name} is at {named[0].label}." if len(named) == 1 else ""
