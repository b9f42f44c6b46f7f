"""Claims about how a register is accessed: read or written, once or twice."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from datasets_app.domains.asm65816.facts.anchors import Anchor
from datasets_app.domains.asm65816.facts.passages import Passage
from datasets_app.domains.asm65816.facts.reading import Reading
from datasets_app.domains.asm65816.facts.wording import DENIAL, clean, denies
from datasets_app.domains.asm65816.registers import Register
from datasets_app.domains.base import Claim, ClaimVerdict

ACCESS, TWICE = "register_access", "register_twice"


_TRIGGER = re.compile(
    r"\b(?:read|writ|r/w|rw\b|twice|(?:two|2) (?:consecutive |separate )?(?:byte )?(?:writes|reads)|double)"
)
_ONLY = re.compile(r"\b(?P<way>read|write)[- ]only\b")
_ABLE = re.compile(
    r"\b(?P<way>read|writ)e?able\b(?!(?:,? and|/) ?(?:read|writ))(?<!and writable)(?<!and writeable)(?<!and readable)"
)
_BOTH = re.compile(r"\b(?:read(?:able)?[/-](?:and[- ])?write?(?:able)?|read(?:able)?,? and writ(?:e?able|e)|r/w)\b")
_CAN_BE = re.compile(
    r"\b(?:can(?:not|'t)?|may|could|must|should|has to|is to|is meant to)\b[^,;]{0,20}?\bbe (?P<way>read|written)\b"
    r"(?! (?:twice|two|once))"
)
_OBJECT = re.compile(
    r"\b(?P<way>read(?:s|ing)?(?: back)?(?: (?:the |its )?(?:value|values|state|status|contents?"
    r"|bits?(?: \d)?)(?: of)?)?"
    r"(?: from| of)?|writ(?:e|es|ing)(?: [#$%\w]+){0,4}? (?:to|into))\s+(?:the )?(?:register |address "
    r"|port )?[`*(\"“]*$"
)
_LINK_WORDS = """
is are was a an the register registers port which that it its this both all of them not isn't never always
hardware ppu cpu apu dma snes really actually in fact strictly also only and but by at 8-bit kind type access
has have with single byte meaning means i.e here you can cannot can't be neither nor to address: as far so
"""
_LINK = frozenset(_LINK_WORDS.split())
_USELESS = re.compile(
    r"open bus|garbage|undefined|meaningless|no effect|nothing|useless|mistake|wrong|bug|invalid|error|does not|don't"
    r"|cannot"
)
_TWICE = re.compile(
    r"\b(?:(?P<kind>write|read|double)[- ](?:twice|write)|(?:is|are|must be|has to be|have to be|needs? to be"
    r"|should be)"
    r" (?P<done>written|read) (?:twice|two times)|(?:takes|needs|requires|expects|wants) (?:two|2) (?:consecutive "
    r"|separate |byte )*"
    r"(?P<noun>writes|reads)|(?P<once>single[- ]write|written (?:only )?once|(?:takes|needs|requires) (?:only "
    r"|just )?(?:a single|one) write))\b"
)
_FAR, _MANY = 200, 8  # Characters between a statement and its subject, and subjects of one statement, at most.
_SURE = re.compile(
    r"\b(?:must|has to|have to|needs?|requires?|expects?|takes|should|wants)\b|-twice|twice register|double"
)


def find_access_claims(reading: Reading) -> Iterator[Claim]:
    """Yield the claims of prose about reading and writing registers."""
    seen: set[int] = set()
    for match in _TRIGGER.finditer(reading.low):
        passage = reading.passage_at(match.start())
        if passage is None or passage.is_code or passage.start in seen:
            continue
        seen.add(passage.start)
        yield from _prose_claims(reading, passage)


def _prose_claims(reading: Reading, passage: Passage) -> Iterator[Claim]:
    anchors = [a for a in reading.anchors(passage.start, passage.end) if a.registers and not a.bare]
    if not anchors:
        return
    yield from _stated(reading, passage, anchors)
    for anchor in anchors:
        claim = _as_object(reading, passage, anchor)
        if claim:
            yield claim


def _stated(reading: Reading, passage: Passage, anchors: Sequence[Anchor]) -> Iterator[Claim]:
    """“$4210 is write-only”, “the write-only register INIDISP”, “VMAIN cannot be read”, “CGDATA takes two writes”."""
    low = reading.lowered(passage.start, passage.end)
    for pattern in (_ONLY, _ABLE, _BOTH, _CAN_BE, _TWICE):
        for match in pattern.finditer(low):
            at, end = passage.start + match.start(), passage.start + match.end()
            subjects, gap = _subjects(reading, anchors, at, end)
            if not subjects:
                continue
            start, stop = min(at, subjects[0].start), max(end, subjects[-1].end)
            denied = bool(DENIAL.search(gap + match[0])) != denies(reading.before(passage, start))
            for anchor in subjects:
                yield from _judged(reading, anchor, pattern, match, denied, start, stop)


def _subjects(reading: Reading, anchors: Sequence[Anchor], at: int, end: int) -> tuple[list[Anchor], str]:
    """Return the registers a statement is about, before it or behind it, with the words between."""
    text = reading.text
    index = bisect_left(anchors, end, key=lambda a: a.start)
    following = anchors[index] if index < len(anchors) else None
    if following and following.start - end < _FAR:
        gap = clean(text[end : following.start])
        if (
            re.fullmatch(
                r"\W*(?:(?:ppu |cpu |dma |hardware )?(?:register|port)s?\W*)?(?:called |named )?(?:is )?\W*", gap
            )
            and "," not in gap
        ):
            return [following], ""
    last = bisect_left(anchors, at, key=lambda a: a.start)
    before = anchors[max(0, last - _MANY) : last]
    if not before or at - before[-1].end > _FAR:
        return [], ""
    gap = re.sub(r"^\s*\([^()]*\)", " ", clean(text[before[-1].end : at]))
    if not all(word in _LINK for word in re.findall(r"[a-z0-9'/-]*[a-z'0-9]", gap)):
        return [], ""
    return _joined(text, before), gap


def _joined(text: str, anchors: Sequence[Anchor]) -> list[Anchor]:
    """Return the last mention with those that “and” or a bracket joins to it: “$2100 and VMAIN”, “INIDISP ($2100)”."""
    found = [anchors[-1]]
    for anchor in reversed(anchors[:-1]):
        if not re.fullmatch(r"[\s`*]*(?:and|,|/|&|or|nor|, and)?[\s`*(]*", text[anchor.end : found[0].start]):
            break
        found.insert(0, anchor)
    registers = [{r.address for r in anchor.registers} for anchor in found]
    return [a for i, a in enumerate(found) if not any(registers[i] == other for other in registers[:i])]


def _judged(
    reading: Reading, anchor: Anchor, pattern: re.Pattern[str], match: re.Match[str], denied: bool, start: int, end: int
) -> Iterator[Claim]:
    register = anchor.registers[0]
    if pattern is _TWICE:
        verdict = _twice_verdict(register, match, denied)
        if verdict:
            truth = f"{register.name} takes {'two accesses' if register.twice else 'one access'} for a value."
            yield access_claim(reading, TWICE, verdict, register, denied, start, end, truth)
        return
    if pattern is _ONLY:
        true = register.access == match["way"][0].upper()
    elif pattern is _BOTH:
        true = register.access == "RW"
    else:
        true = match["way"][0].upper() in register.access
    verdict = "supported" if true != denied else "contradicted"
    if pattern is _ONLY and register.disputed_access and verdict == "contradicted":
        verdict = "unknown"
    yield access_claim(reading, ACCESS, verdict, register, denied, start, end, access_truth(register))


def _twice_verdict(register: Register, match: re.Match[str], denied: bool) -> ClaimVerdict | None:
    if register.disputed_twice:
        return "unknown"
    way = match["done"] or match["noun"] or match["kind"] or "write"
    twice = register.twice and (way == "double" or way[0].upper() in register.access)
    claimed = match["once"] is None
    if claimed and not twice and not denied and not _SURE.search(match[0]):
        return None  # “COLDATA is written twice”: what some code does, not what the register needs.
    return "supported" if (claimed == twice) != denied else "contradicted"


def _as_object(reading: Reading, passage: Passage, anchor: Anchor) -> Claim | None:
    """“read from $2100”, “writing a value to $4212”: the access is taken to have an effect."""
    before = reading.lowered(max(passage.start, anchor.start - 80), anchor.start)
    match = _OBJECT.search(before)
    if not match or (anchor.kind == "name" and len(anchor.registers) > 1 and anchor.registers[0].address >= 0x4300):
        return None
    way = "R" if match["way"].startswith("read") else "W"
    register = anchor.registers[0]
    if way in register.access or DENIAL.search(before[-60:]):
        return None
    if _USELESS.search(reading.around(passage, anchor.start, anchor.end).lower()):
        return None
    start = anchor.start - len(before) + match.start()
    verdict: ClaimVerdict = "unknown" if way in register.disputed_access else "contradicted"
    return access_claim(reading, ACCESS, verdict, register, False, start, anchor.end, access_truth(register))


def access_claim(
    reading: Reading,
    kind: str,
    verdict: ClaimVerdict,
    register: Register,
    denied: bool,
    start: int,
    end: int,
    truth: str,
) -> Claim:
    """Make a claim about how a register is accessed."""
    return reading.claim(
        kind, verdict, start, end, address=register.address, name=register.name, negated=denied, truth=truth
    )


def access_truth(register: Register) -> str:
    """Say how a register may be accessed."""
    way = {"R": "read-only", "W": "write-only", "RW": "readable and writable"}[register.access]
    return f"{register.name} ({register.label}) is {way}."
